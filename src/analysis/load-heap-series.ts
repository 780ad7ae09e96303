import { availableParallelism } from 'node:os';
import type { LoadOptions } from '../snapshot/load-columns.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { connectHeaps, type Connection, Connector, type HeapSeries } from './heap-series.js';
import { findFixed } from './fixed-objects.js';
import { buildHolderTree, type HolderTree } from './holder-tree.js';
import { type LoadedHeap, loadHeap } from './load-heap.js';
import {
  type LoadedVisibleHeap,
  loadVisibleHeap,
  loadVisibleHeapsAside,
  visibleHeapOf,
  type VisibleHeapsAside,
} from './load-visible-heap.js';
import type { SnapshotInfo } from './summary.js';
import { reduceToVisible } from './visible-heap.js';

/** Snapshots of a series, of which the last is kept whole. */
export interface LoadedSeries {
  readonly series: HeapSeries;
  readonly snapshots: readonly SnapshotInfo[];
  /** The last one, and the way to each of its nodes. */
  readonly last: LoadedHeap;
  readonly tree: HolderTree;
  /** What the user should know of the files, and of which of them. One line each. */
  readonly warnings: readonly string[];
}

interface LoadedLast extends LoadedVisibleHeap {
  readonly graph: LoadedHeap;
  readonly tree: HolderTree;
}

/**
 * Where they are files, and with two threads, the last is read here and the earlier ones in a thread of their own.
 * @param onEnds gets the graphs of the first and of the last, of several; the first is then read here, after all others: two
 * graphs at a time are enough
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function loadHeapSeries(
  inputs: readonly (string | SnapshotSource)[],
  options: LoadOptions,
  onEnds?: (first: LoadedHeap, last: LoadedHeap) => void,
): Promise<LoadedSeries> {
  const isFirstHere = onEnds !== undefined && inputs.length > 1;
  const others = inputs.slice(isFirstHere ? 1 : 0, -1);
  const aside = startAside(others, options);
  try {
    const earlier = aside?.loaded ?? loadInTurn(others, options);
    // Without another thread one at a time: each takes memory while it is loaded.
    // With it, a second thread for the last one pays off only where there is a third core.
    const threads = aside && availableParallelism() < 3 ? 1 : options.threads;
    const before: Promise<unknown> = aside ? Promise.resolve() : Promise.all(earlier);
    const last = before.then(() => loadLast(inputs.at(-1)!, { ...options, threads }));
    const loading: Promise<LoadedVisibleHeap>[] = [...earlier, last];
    if (isFirstHere)
      loading.unshift(
        Promise.all([last, ...earlier]).then(async ([{ graph: lastGraph }]) => {
          const first = await loadHeap(inputs[0]!, options);
          onEnds(first, lastGraph);
          return visibleHeapOf(first);
        }),
      );
    const connecting = connected(loading);
    const fixing = inputs.length > 1 ? findFixedSoon(last, connecting.at(-1)!) : undefined;
    const [loaded, connections, fixedSincePrevious] = await Promise.all([
      Promise.all(loading),
      Promise.all(connecting),
      fixing,
    ]);
    const { graph, tree } = await last;
    return {
      series: {
        heaps: loaded.map(({ heap }) => heap),
        connections,
        ...(fixedSincePrevious && { fixedSincePrevious }),
      },
      snapshots: loaded.map(({ snapshot }) => snapshot),
      last: graph,
      tree,
      warnings: loaded.flatMap(({ warnings, snapshot }) => warnings.map((text) => `${snapshot.file}: ${text}`)),
    };
  } finally {
    await aside?.stop();
  }
}

/** One snapshot that is loaded already, as a series. */
export function seriesOfOne(graph: LoadedHeap): LoadedSeries {
  const tree = buildHolderTree(graph, { withoutCode: true });
  const heap = reduceToVisible(graph, tree);
  const { snapshot, warnings } = graph;
  return { series: connectHeaps([heap]), snapshots: [snapshot], last: graph, tree, warnings };
}

function startAside(inputs: readonly (string | SnapshotSource)[], options: LoadOptions): VisibleHeapsAside | null {
  const files = inputs.filter((input) => typeof input === 'string');
  const areFiles = files.length === inputs.length && files.length > 0;
  return options.threads === 2 && areFiles ? loadVisibleHeapsAside(files, options) : null;
}

function loadInTurn(
  inputs: readonly (string | SnapshotSource)[],
  options: LoadOptions,
): readonly Promise<LoadedVisibleHeap>[] {
  let before: Promise<unknown> = Promise.resolve();
  return inputs.map((input) => {
    const loaded = before.then(() => loadVisibleHeap(input, options));
    before = loaded;
    return loaded;
  });
}

async function loadLast(input: string | SnapshotSource, options: LoadOptions): Promise<LoadedLast> {
  const graph = await loadHeap(input, options);
  options.onPhase?.('finding holders');
  const tree = buildHolderTree(graph, { withoutCode: true });
  const heap = reduceToVisible(graph, tree);
  options.onPhase?.(null);
  // Asked for later, computed here: the other thread is not ready yet.
  void graph.retainedSize;
  return { heap, graph, tree, snapshot: graph.snapshot, warnings: graph.warnings };
}

/** HeapSeries.connections, each as soon as two neighbours are there. */
function connected(loading: readonly Promise<LoadedVisibleHeap>[]): Promise<Connection>[] {
  const connector = new Connector();
  return loading.map(async (own, k) => {
    const [before, after] = await Promise.all([loading[k - 1], own]);
    return connector.connect(before?.heap, after.heap);
  });
}

/** HeapSeries.fixedSincePrevious: while another thread is at earlier heaps, this one has time. */
async function findFixedSoon(loadingLast: Promise<LoadedLast>, connecting: Promise<Connection>): Promise<Uint8Array> {
  const [{ heap }, { previous }] = await Promise.all([loadingLast, connecting]);
  return findFixed(heap, previous);
}
