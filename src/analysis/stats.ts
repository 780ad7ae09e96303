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
  readonly warnings: readonly string[];
}

export function computeStats(heap: LoadedHeap): StatsResult {
  const { type: _, ...statistics } = computeStatistics(heap);
  const { snapshot, warnings } = heap;
  return {
    type: 'stats',
    version: 1,
    accounting: 'devtools',
    ...jointCompleteness([snapshot]),
    snapshot,
    ...statistics,
    warnings,
  };
}
