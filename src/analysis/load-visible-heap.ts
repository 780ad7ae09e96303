import type { LoadOptions } from '../snapshot/load-columns.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { buildHolderTree } from './holder-tree.js';
import { loadHeap } from './load-heap.js';
import type { SnapshotInfo } from './summary.js';
import { reduceToVisible, type VisibleHeap } from './visible-heap.js';

/** A snapshot, reduced to what telling growth needs; the graph is let go. */
export interface LoadedVisibleHeap {
  readonly heap: VisibleHeap;
  readonly snapshot: SnapshotInfo;
  readonly warnings: readonly string[];
}

/** @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadVisibleHeap(
  input: string | SnapshotSource,
  options: LoadOptions,
): Promise<LoadedVisibleHeap> {
  const { graph, snapshot, warnings } = await loadHeap(input, options);
  return { heap: reduceToVisible(graph, buildHolderTree(graph)), snapshot, warnings };
}
