import { HeapstatError } from '../errors.js';
import type { ReadOptions } from '../snapshot/read.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { type DominatorsResult, findDominators } from './dominators.js';
import { diffLoadedHeaps, type HeapDiff, selectFromHeapDiff } from './heap-diff.js';
import { type HeapSummary, summarizeHeap } from './heap-summary.js';
import { buildHolderTree, type HolderTree } from './holder-tree.js';
import { findLeaksAmong, type LeaksOptions, type LeaksResult, type LeakSuspect } from './leaks.js';
import type { LoadedHeap } from './load-heap.js';
import { type LoadedSeries, loadHeapSeries, seriesOfOne } from './load-heap-series.js';
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
 * @param inputs each is read once; more than two twice, and have to be files: sums of each first, then the graphs
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function makeReport(
  inputs: readonly (string | SnapshotSource)[],
  options: ReportOptions = {},
): Promise<ReportResult> {
  const trend = inputs.length > 2 ? await followTrend(inputs, options) : null;
  const ends = [inputs[0]!, inputs.at(-1)!] as const;
  let diff: HeapDiff | null = null;
  const series = await loadHeapSeries(inputs, options, (first, last) => {
    diff = selectFromHeapDiff(diffLoadedHeaps(first, last, ends), {});
  });
  return reportWith(reportOnSeries(series, options), diff, trend);
}

function reportWith(report: ReportResult, diff: HeapDiff | null, trend: TrendResult | null): ReportResult {
  return {
    ...report,
    diff,
    trend,
    warnings: [...new Set([...report.warnings, ...(diff?.warnings ?? []), ...(trend?.warnings ?? [])])],
  };
}

/** The same of one graph that is loaded already. */
export function reportOnHeap(
  heap: LoadedHeap,
  options: ReportOptions & { readonly tree?: HolderTree } = {},
): ReportResult {
  return reportOnSeries(seriesOfOne(heap), options);
}

/** Without what only two or more graphs tell. */
function reportOnSeries(
  loaded: LoadedSeries,
  options: ReportOptions & { readonly tree?: HolderTree } = {},
): ReportResult {
  const heap = loaded.last;
  const { leaks, warnings } = findSuspects(loaded, options);
  const { tree = buildHolderTree(heap) } = options;
  const { depth, limit, share } = TREE;
  const minSize = Math.ceil(heap.retainedSize[heap.rootIndex]! * share);
  return {
    type: 'report',
    version: 1,
    snapshots: loaded.snapshots,
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
  loaded: LoadedSeries,
  options: ReportOptions,
): { leaks: LeaksResult; warnings: readonly string[] } {
  try {
    return { leaks: findLeaksAmong(loaded, options), warnings: [] };
  } catch (error) {
    if (!(error instanceof HeapstatError) || error.code !== 'USAGE' || loaded.snapshots.length === 1) throw error;
    const { file } = loaded.last.snapshot;
    return {
      leaks: findLeaksAmong(seriesOfOne(loaded.last), options),
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
