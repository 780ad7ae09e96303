import { type Completeness, jointCompleteness } from './completeness.js';
import type { LoadedHeap } from './load-heap.js';
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
}

export interface StatsOptions {
  /** At most so many native contexts, the largest; 0 or undefined: all. */
  readonly limit?: number | undefined;
}

export function computeStats(heap: LoadedHeap, { limit = 0 }: StatsOptions = {}): StatsResult {
  const { type: _, ...statistics } = computeStatistics(heap);
  const { snapshot, warnings } = heap;
  const { nativeContexts: all } = statistics;
  const nativeContexts = limit > 0 ? all.slice(0, limit) : all;
  const omitted = all.slice(nativeContexts.length);
  const omittedContexts = {
    count: omitted.length,
    shallowSize: omitted.reduce((sum, { shallowSize }) => sum + shallowSize, 0),
  };
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
  };
}
