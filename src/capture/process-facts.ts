import { type ProcessMemory, readProcessMemory } from '../analysis/process-memory.js';
import { type AvailableMemory, availableMemory, memoryFiles } from '../util/available-memory.js';
import { HeapstatError } from '../errors.js';
import type { InspectorSession } from './connection.js';

/** Run in the process; what it needs it takes from there, without a trace on its globals. */
const LOAD = `const load = process.getBuiltinModule ?? require;`;

const FACTS = `(() => {
  ${LOAD}
  const v8 = load('v8');
  const { isMainThread, threadId } = load('worker_threads');
  return {
    type: 'process-memory',
    version: 1,
    takenAt: new Date().toISOString(),
    pid: process.pid,
    thread: isMainThread ? null : 'worker ' + threadId,
    script: process.argv[1] ?? null,
    node: process.version,
    v8: process.versions.v8,
    flags: process.execArgv,
    nodeOptions: process.env.NODE_OPTIONS ?? null,
    uptimeSeconds: process.uptime(),
    memoryUsage: process.memoryUsage(),
    heapSizeLimit: v8.getHeapStatistics().heap_size_limit,
    heapSpaces: v8.getHeapSpaceStatistics().map((space) => ({
      name: space.space_name, size: space.space_size, used: space.space_used_size,
    })),
  };
})()`;

/** What the process says of its memory; null where it is no Node process (a page). @throws HeapstatError UNREADABLE */
export async function readProcessFacts(session: InspectorSession): Promise<ProcessMemory | null> {
  return readProcessMemory(
    await evaluate(session, `typeof process === 'object' && process.memoryUsage ? ${FACTS} : null`),
  );
}

/** The memory that the process can still have, as its own machine or container tells; null where that cannot be told. */
export async function readAvailableMemory(session: InspectorSession): Promise<AvailableMemory | null> {
  const cgroups = (await readFiles(session, ['/proc/self/cgroup'])).get('/proc/self/cgroup') ?? '';
  const texts = await readFiles(session, memoryFiles(cgroups));
  return availableMemory(cgroups, (path) => texts.get(path) ?? null);
}

async function readFiles(session: InspectorSession, paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = await evaluate(
    session,
    `(() => {
      ${LOAD}
      return ${JSON.stringify(paths)}.map((path) => {
        try { return load('fs').readFileSync(path, 'utf8'); } catch { return null; }
      });
    })()`,
  );
  const found = new Map<string, string>();
  if (!Array.isArray(texts)) return found;
  for (const [k, path] of paths.entries()) if (typeof texts[k] === 'string') found.set(path, texts[k]);
  return found;
}

/**
 * The value of an expression in the process, as JSON; nothing of it is kept there.
 * @throws HeapstatError UNREADABLE when it throws
 */
export async function evaluate(session: InspectorSession, expression: string): Promise<unknown> {
  const answer = await session.send('Runtime.evaluate', {
    expression,
    returnByValue: true,
    silent: true,
    // Brings require, where there is no process.getBuiltinModule (Node before 20.16).
    includeCommandLineAPI: true,
  });
  const result = answer['result'] as { value?: unknown; description?: string } | undefined;
  if (answer['exceptionDetails'] !== undefined)
    throw new HeapstatError(
      'UNREADABLE',
      `the process cannot tell about itself: ${result?.description?.split('\n')[0] ?? 'an error without a message'}`,
    );
  return result?.value;
}

/** Bytes of the heap in use, as the isolate itself tells; also of a page. */
export async function readHeapUsed(session: InspectorSession): Promise<number> {
  return Number((await session.send('Runtime.getHeapUsage'))['usedSize'] ?? 0);
}
