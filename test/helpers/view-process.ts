import type { TestContext } from 'node:test';
import { startAddressed } from './addressed-process.js';
import { BIN } from './heapstat-process.js';

export interface ViewProcess {
  readonly url: string;
  /** Sends the signal; the exit code. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `heapstat view` and waits for the address that it prints; it ends with the test at the latest. */
export async function startView(
  context: { after: TestContext['after'] },
  args: readonly string[],
): Promise<ViewProcess> {
  const { child, address, ended } = await startAddressed(context, [BIN, 'view', ...args]);
  return {
    url: address,
    async stop(signal) {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
