import * as fs from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { getHeapSpaceStatistics, getHeapStatistics } from 'node:v8';
import type { MemoryLimits, MemorySample } from '../analysis/live-memory.js';
import { availableMemory } from '../util/available-memory.js';

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
  const { available, limitedBy } = availableMemory(readText('/proc/self/cgroup') ?? '', readText) ?? elsewhere();
  return {
    usedHeap,
    largeObjects,
    heapLimit,
    available,
    availableIn: limitedBy === 'cgroup' ? 'container' : 'machine',
  };
}

/** Where there is no /proc. On macOS freemem() leaves out what the system gives up when asked, which is most of it. */
function elsewhere(): { available: number | null; limitedBy: 'machine' } {
  return { available: process.platform === 'win32' ? freemem() : null, limitedBy: 'machine' };
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
