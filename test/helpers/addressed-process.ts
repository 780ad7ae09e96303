import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { plainEnvironment } from './heapstat-process.js';

export interface AddressedProcess {
  readonly child: ChildProcess;
  /** The line that it printed. */
  readonly address: string;
  readonly ended: Promise<[number | null]>;
}

/** Starts Node with these arguments and waits for the address that the program prints; it ends with the test at the latest. */
export async function startAddressed(
  context: { after: TestContext['after'] },
  args: readonly string[],
): Promise<AddressedProcess> {
  const child = spawn(process.execPath, args, { env: plainEnvironment(), stdio: ['ignore', 'pipe', 'inherit'] });
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
  return { child, address: printed.trim(), ended };
}
