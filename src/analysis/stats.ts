import { type Completeness, jointCompleteness } from './completeness.js';
import type { LoadedHeap } from './load-heap.js';
import type { ProcessMemory } from './process-memory.js';
import { computeStatistics, type Statistics } from './statistics.js';
import type { SnapshotInfo } from './summary.js';

/** What the heap is made of: DevTools' statistics and what it does not tell. Sizes in bytes. */
export interface StatsResult extends Omit<Statistics, 'type'>, Completeness {
  readonly type: 'stats';
  readonly version: 1;
  readonly accounting: 'devtools';
  readonly snapshot: SnapshotInfo;
  /** Of the native contexts that `limit` leaves out. */
  readonly omittedContexts: { readonly count: number; readonly shallowSize: number };
  readonly warnings: readonly string[];
  /** What the process said of its memory, and how that adds up; only where it is known. */
  readonly process?: ProcessMemory;
  readonly resident?: ResidentMemory;
}

/** A process's resident memory in parts that add up to it, in bytes. */
export interface ResidentMemory {
  readonly rss: number;
  readonly heap: {
    /** What V8 has for its heap, committed: the parts below. */
    readonly total: number;
    /** In the snapshot. */
    readonly live: number;
    /** In use before the snapshot, but not in it: garbage, which V8 collects first, and what it leaves out. */
    readonly garbage: number;
    readonly free: number;
  };
  /** Memory outside the heap that objects in it own. */
  readonly external: {
    readonly total: number;
    readonly arrayBuffers: number;
    readonly other: number;
  };
  /** Node and V8 themselves: code, stacks, other threads, what the allocator keeps. Negative where parts of the heap are not resident. */
  readonly rest: number;
}

export interface StatsOptions {
  /** At most so many native contexts, the largest; 0 or undefined: all. */
  readonly limit?: number | undefined;
  /** What the process said, where a capture wrote it down. */
  readonly process?: ProcessMemory | null | undefined;
}

export function computeStats(heap: LoadedHeap, { limit = 0, process = null }: StatsOptions = {}): StatsResult {
  const { type: _, ...statistics } = computeStatistics(heap);
  const { snapshot, warnings } = heap;
  const { nativeContexts: all } = statistics;
  const nativeContexts = limit > 0 ? all.slice(0, limit) : all;
  const omitted = all.slice(nativeContexts.length);
  const omittedContexts = {
    count: omitted.length,
    shallowSize: omitted.reduce((sum, { shallowSize }) => sum + shallowSize, 0),
  };
  const known = process === null ? {} : { process, resident: addUp(process, statistics.v8heap.total) };
  return {
    type: 'stats',
    version: 1,
    accounting: 'devtools',
    ...jointCompleteness([snapshot]),
    snapshot,
    ...statistics,
    nativeContexts,
    omittedContexts,
    warnings,
    ...known,
  };
}

function addUp({ memoryUsage }: ProcessMemory, inSnapshot: number): ResidentMemory {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = memoryUsage;
  const live = Math.min(inSnapshot, heapUsed);
  return {
    rss,
    heap: { total: heapTotal, live, garbage: heapUsed - live, free: heapTotal - heapUsed },
    external: { total: external, arrayBuffers, other: external - arrayBuffers },
    rest: rss - heapTotal - external,
  };
}
