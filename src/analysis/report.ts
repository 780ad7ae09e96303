import { HeapstatError } from '../errors.js';
import type { ReadOptions } from '../snapshot/read.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { type DominatorsResult, findDominators } from './dominators.js';
import { diffHeaps, type HeapDiff, selectFromHeapDiff } from './heap-diff.js';
import { type HeapSummary, summarizeHeap } from './heap-summary.js';
import { buildHolderTree, type HolderTree } from './holder-tree.js';
import { findLeaksAmong, type LeaksOptions, type LeaksResult, type LeakSuspect, loadEarlier } from './leaks.js';
import { type LoadedHeap, loadHeap } from './load-heap.js';
import type { LoadedVisibleHeap } from './load-visible-heap.js';
import { findRetainingPaths, type WhyResult } from './retaining-paths.js';
import { computeStats, type StatsResult } from './stats.js';
import { type SnapshotInfo, type SummaryResult, summarize } from './summary.js';
import { findTrends, selectFromTrend, type TrendResult } from './trend.js';

/** All that a page tells of one snapshot or of a series: the results of the commands, side by side. */
export interface ReportResult {
  readonly type: 'report';
  readonly version: 1;
  /** In the order of time. */
  readonly snapshots: readonly SnapshotInfo[];
  /** Of the last snapshot, as are `stats` and `dominators`. */
  readonly summary: HeapSummary;
  readonly stats: StatsResult;
  readonly dominators: DominatorsResult;
  /** Of all snapshots where they are of one process, else of the last. */
  readonly leaks: LeaksResult;
  /** By suspect, for the first of them: what holds all objects of its class in the last snapshot. */
  readonly paths: readonly WhyResult[];
  /** From the first to the last: the classes in which something changed. Null for a single snapshot. */
  readonly diff: HeapDiff | null;
  /** Null for fewer than three snapshots. */
  readonly trend: TrendResult | null;
  readonly warnings: readonly string[];
}

export type ReportOptions = LeaksOptions;

/** What a page shows of the dominator tree: it can be folded, so there may be more of it than on a terminal. */
const TREE = { depth: 12, limit: 40, share: 0.0005 } as const;
/** Suspects whose trees are told, the first of them. */
const MOST_PATHS = 10;

/**
 * Everything that heapstat can tell of snapshots, in the order in which they were taken.
 * @param inputs several have to be files: they are read more than once
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function makeReport(
  inputs: readonly (string | SnapshotSource)[],
  options: ReportOptions = {},
): Promise<ReportResult> {
  const trend = inputs.length > 2 ? await followTrend(inputs, options) : null;
  // Before the last graph is loaded, which stays: two at a time are enough.
  const diff =
    inputs.length > 1
      ? selectFromHeapDiff(await diffHeaps(inputs[0]!, inputs.at(-1)!, readOptions(options)), {})
      : null;
  const [earlier, last] = await Promise.all([
    loadEarlier(inputs.slice(0, -1), options),
    loadHeap(inputs.at(-1)!, options),
  ]);
  const report = reportOnHeap(last, earlier, options);
  return {
    ...report,
    diff,
    trend,
    warnings: [...new Set([...report.warnings, ...(diff?.warnings ?? []), ...(trend?.warnings ?? [])])],
  };
}

/** The same of a graph that is loaded already, without what only two or more graphs tell. */
export function reportOnHeap(
  heap: LoadedHeap,
  earlier: readonly LoadedVisibleHeap[] = [],
  options: ReportOptions & { readonly tree?: HolderTree } = {},
): ReportResult {
  const { leaks, warnings } = findSuspects(heap, earlier, options);
  const { tree = buildHolderTree(heap) } = options;
  const { depth, limit, share } = TREE;
  const minSize = Math.ceil(heap.retainedSize[heap.rootIndex]! * share);
  return {
    type: 'report',
    version: 1,
    snapshots: [...earlier.map(({ snapshot }) => snapshot), heap.snapshot],
    summary: summarizeHeap(heap),
    stats: computeStats(heap),
    dominators: findDominators(heap, { depth, limit, minSize }),
    leaks,
    paths: leaks.suspects
      .slice(0, MOST_PATHS)
      .map((suspect) => findRetainingPaths(heap, targetOf(heap, suspect), { ...options, tree })),
    diff: null,
    trend: null,
    warnings: [...new Set([...warnings, ...leaks.warnings])],
  };
}

/** Where the snapshots are of several processes, growth by object cannot be told: then of the last one alone. */
function findSuspects(
  heap: LoadedHeap,
  earlier: readonly LoadedVisibleHeap[],
  options: ReportOptions,
): { leaks: LeaksResult; warnings: readonly string[] } {
  try {
    return { leaks: findLeaksAmong(earlier, heap, options), warnings: [] };
  } catch (error) {
    if (!(error instanceof HeapstatError) || error.code !== 'USAGE' || earlier.length === 0) throw error;
    const { file } = heap.snapshot;
    return {
      leaks: findLeaksAmong([], heap, options),
      warnings: [`${error.message}; what may leak is told of ${file} alone`],
    };
  }
}

/** A suspect's class; or, where the class goes by another name than the program's, one of its objects. */
function targetOf(heap: LoadedHeap, { constructor, holder, path }: LeakSuspect): string {
  return heap.classes.names.includes(constructor) ? constructor : `@${(path.at(-1) ?? holder).nodeId}`;
}

/** The quickest of the passes, one file after the other. */
async function followTrend(inputs: readonly (string | SnapshotSource)[], options: ReportOptions): Promise<TrendResult> {
  const summaries: SummaryResult[] = [];
  for (const input of inputs) summaries.push(await summarize(input, readOptions(options)));
  return selectFromTrend(findTrends(summaries, { operations: options.operations }), {});
}

function readOptions({ onProgress, onWarning, onSection }: ReportOptions): ReadOptions {
  return { onProgress, onWarning, onSection };
}
