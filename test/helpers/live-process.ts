import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HeapdumpOptions } from 'heapstat/http';
import { plainEnvironment } from './heapstat-process.js';

const SERVICE = fileURLToPath(new URL('live-service.js', import.meta.url));

/** Starts the service; its origin. @param flags of Node's. It ends with the test at the latest. */
export async function startLiveService(
  context: { after: TestContext['after'] },
  options: HeapdumpOptions,
  flags: readonly string[] = [],
): Promise<string> {
  const child = spawn(process.execPath, [...flags, SERVICE, JSON.stringify(options)], {
    env: plainEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  context.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let printed = '';
  for await (const chunk of child.stdout) {
    printed += String(chunk);
    if (printed.includes('\n')) break;
  }
  return printed.trim();
}
