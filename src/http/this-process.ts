import * as fs from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { MemoryLimits, MemorySample } from '../analysis/live-memory.js';

/** The process that heapstat runs in, and what is around it: the one place of this layer that asks. */

/** Bytes. */
export interface MemoryFacts {
  readonly usedHeap: number;
  /** Of these, in objects that have pages of their own: few objects, and large. */
  readonly largeObjects: number;
  /** What V8 lets the heap grow to. */
  readonly heapLimit: number;
  /** What the process can still get; null where that cannot be told. */
  readonly available: number | null;
  /** What limits it. */
  readonly availableIn: 'machine' | 'container';
}

/** What the process uses now. Takes some 11 µs (measured, Node 20). */
export function readMemorySample(): MemorySample {
  const { rss, heapUsed: usedHeap, external, arrayBuffers } = process.memoryUsage();
  const spaces = getHeapSpaceStatistics().map(({ space_name: name, space_used_size: used }) => ({ name, used }));
  return { at: Date.now(), rss, usedHeap, external, arrayBuffers, spaces };
}

/** Bytes. */
export function readUsedHeap(): number {
  return getHeapStatistics().used_heap_size;
}

/** Milliseconds that all threads of the process have had of the processors. */
export function readProcessorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

export function readMemoryLimits(): MemoryLimits {
  const limit = process.constrainedMemory?.();
  const machine = totalmem();
  return {
    heap: getHeapStatistics().heap_size_limit,
    process: limit ? Math.min(limit, machine) : machine,
  };
}

export function isProduction(): boolean {
  return process.env['NODE_ENV'] === 'production';
}

/** For people: which process a result is about. */
export function processName(): string {
  return `process ${process.pid}`;
}

/** Which snapshot a result is about: of which process, and when. */
export function snapshotName(): string {
  return `${processName()} at ${new Date().toISOString().slice(0, 19)}Z`;
}

/** As V8 names its own: when, and of which process. */
export function snapshotFileName(): string {
  return `Heap.${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '.')}.${process.pid}.heapsnapshot`;
}

/** Tells of an error that no one else would hear of. */
export function warn(error: Error): void {
  process.emitWarning(error);
}

export function readMemoryFacts(): MemoryFacts {
  const { used_heap_size: usedHeap, heap_size_limit: heapLimit } = getHeapStatistics();
  let largeObjects = 0;
  for (const { space_name: name, space_used_size: size } of getHeapSpaceStatistics())
    if (name.endsWith('large_object_space')) largeObjects += size;
  // Elsewhere than on Linux and Windows, freemem() leaves out what the system gives up when asked (macOS: most of it).
  const ofMachine = process.platform === 'linux' || process.platform === 'win32' ? freemem() : null;
  const ofContainer = availableInContainer(process.constrainedMemory?.(), process.memoryUsage.rss(), readText);
  const isContainer = ofContainer !== null && (ofMachine === null || ofContainer < ofMachine);
  return {
    usedHeap,
    largeObjects,
    heapLimit,
    available: isContainer ? ofContainer : ofMachine,
    availableIn: isContainer ? 'container' : 'machine',
  };
}

/**
 * What a control group (a container) leaves; null without one that has a limit. What it holds of files is not counted as used,
 * as far as it has not been asked for of late: the kernel gives that up first (container tools count likewise).
 * @param limit of the group; undefined, 0 or beyond all memory: none
 * @param rss of this process, where the group does not say what it uses
 */
export function availableInContainer(
  limit: number | undefined,
  rss: number,
  read: (path: string) => string | null,
): number | null {
  if (!limit || limit >= 2 ** 53) return null;
  for (const line of (read('/proc/self/cgroup') ?? '').split('\n')) {
    const [, controllers = '', path = ''] = line.split(':');
    const isNew = controllers === '';
    if (!isNew && !controllers.split(',').includes('memory')) continue;
    const root = isNew ? '/sys/fs/cgroup' : '/sys/fs/cgroup/memory';
    // In a container the group is usually the root of what is seen.
    for (const folder of [`${root}${path === '/' ? '' : path}`, root]) {
      const used = Number.parseInt(read(`${folder}/memory.${isNew ? 'current' : 'usage_in_bytes'}`) ?? '', 10);
      if (Number.isNaN(used)) continue;
      const name = isNew ? 'inactive_file' : 'total_inactive_file';
      const idle = new RegExp(`^${name} (\\d+)$`, 'm').exec(read(`${folder}/memory.stat`) ?? '')?.[1] ?? 0;
      return Math.max(0, limit - Math.max(0, used - Number(idle)));
    }
  }
  return Math.max(0, limit - rss);
}

function readText(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    // Not there, or not for us: then the next best is asked.
    if (['ENOENT', 'EACCES', 'EPERM', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
