import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { BIN, plainEnvironment } from './heapstat-process.js';

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
  const child = spawn(process.execPath, [BIN, 'view', ...args], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit') as Promise<[number | null]>;
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('\n')) break;
  }
  return {
    url: printed.trim(),
    async stop(signal) {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
