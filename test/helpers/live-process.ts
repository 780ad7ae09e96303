import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { HeapdumpOptions } from 'heapstat/http';
import { startAddressed } from './addressed-process.js';

const SERVICE = fileURLToPath(new URL('live-service.js', import.meta.url));

/** Starts the service; its origin. @param flags of Node's. It ends with the test at the latest. */
export async function startLiveService(
  context: { after: TestContext['after'] },
  options: HeapdumpOptions,
  flags: readonly string[] = [],
): Promise<string> {
  const args = [...flags, SERVICE, JSON.stringify(options)];
  return (await startAddressed(context, args)).address;
}
