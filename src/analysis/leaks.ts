import { topmost } from './target.js';
import { usageError } from '../errors.js';
import type { LoadOptions } from '../snapshot/load-columns.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { DETACHED, DETACHED_PREFIX } from '../graph/detachedness.js';
import { GENERIC } from './group-table.js';
import { groupGrowth } from './growth-groups.js';
import { windowsOf } from './growth-test.js';
import { goneAgain, type HeapSeries, turnover } from './heap-series.js';
import { type LeakHolder } from './leak-holder.js';
import { type LeakPathStep, pathTo } from './leak-path.js';
import type { Naming } from './naming.js';
import { leakSentence } from './leak-sentence.js';
import type { FoundLeak } from './found-leak.js';
import { findLeaks } from './leak-suspects.js';
import type { SeriesKind } from './leaking-groups.js';
import type { LoadedHeap } from './load-heap.js';
import { type LoadedSeries, loadHeapSeries } from './load-heap-series.js';
import { type PlaceSources, SourcePlaces } from './source-places.js';
import type { SnapshotInfo } from './summary.js';
import type { VisibleHeap } from './visible-heap.js';

export interface LeakStep {
  readonly count: number;
  /** Bytes, as growth counts them. */
  readonly retainedSize: number;
}

export interface LeakSuspect {
  /** The class of what piles up, plain objects as `Object`; of the container where only bytes grow. */
  readonly constructor: string;
  /** How many of them came since the first snapshot and are held in the last. */
  readonly count: number;
  /** Bytes that go when these go (dominators); of a container that grows, what it retains. */
  readonly retainedSize: number;
  /** How many are held in all, older ones too. */
  readonly heldCount: number;
  readonly holder: LeakHolder;
  /** What else holds each of them: to let go, cut there too. */
  readonly alsoHeldBy: readonly LeakHolder[];
  readonly path: readonly LeakPathStep[];
  /** Of the last window, in objects and in bytes of all that is held there. steps: the state at each snapshot. */
  readonly growth: {
    readonly count: number;
    readonly retainedSize: number;
    readonly steps: readonly LeakStep[];
  };
  /** Per operation in the last window; null unless the number of operations is known. */
  readonly perOperation: LeakStep | null;
  /** Of those that were there at the last snapshot but one, how many are gone. */
  readonly removed: number;
  /** Other classes that grow with it, and by how many in the last window. */
  readonly along: readonly { readonly constructor: string; readonly count: number }[];
  readonly sentence: string;
  /** The command that shows the way from the roots. */
  readonly evidence: string;
}

export interface LeaksResult {
  readonly type: 'leaks';
  readonly version: 1;
  readonly snapshots: readonly SnapshotInfo[];
  /** What the snapshots can tell: see SeriesKind. */
  readonly series: SeriesKind;
  /** Operations in the last window, as the user says; null where unknown. */
  readonly operations: number | null;
  /** The most telling first. */
  readonly suspects: readonly LeakSuspect[];
  /** How many more there are than the limit lets through. */
  readonly hidden: number;
  /** What the suspects were judged against. */
  readonly noise: LeakNoise;
  /** What the snapshots can prove and what they cannot, in a sentence. */
  readonly statement: string;
  readonly warnings: readonly string[];
}

export interface LeakNoise {
  /** Bytes by which the heap grew in the last window; null for a single snapshot. */
  readonly heapGrowth: number | null;
  /** Of these, compiled code, hidden classes and what no root reaches. */
  readonly systemGrowth: number | null;
  /** Of these, what all suspects hold, also those that the limit leaves out. */
  readonly suspectGrowth: number;
}

export interface LeaksOptions extends LoadOptions, PlaceSources {
  /** Operations (requests...) between the last two snapshots. */
  readonly operations?: number | undefined;
  /** At most so many suspects; 0: all. */
  readonly limit?: number | undefined;
  /** Folder that paths in sentences are told from; absolute, with a slash at its end. */
  readonly base?: string | undefined;
}

/** Snapshots of one process agree in class on all ids that they share; runs of one program, that begin alike, on four of five. */
const LEAST_AGREEMENT = 0.98;
/** Part of the ids of the earlier one that two of one process share at least: what Node itself is made of stays. */
const LEAST_SHARED = 0.1;

/**
 * What leaks, from one, two or more snapshots of one process in the order in which they were taken.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT; USAGE where they are not of one process
 */
export async function findLeaksIn(
  inputs: readonly (string | SnapshotSource)[],
  options: LeaksOptions = {},
): Promise<LeaksResult> {
  return findLeaksAmong(await loadHeapSeries(inputs, options), options);
}

/** The same of snapshots that are loaded already. @throws HeapstatError USAGE where they are not of one process */
export function findLeaksAmong(loaded: LoadedSeries, options: LeaksOptions = {}): LeaksResult {
  const { series: connected, snapshots, last, tree, warnings } = loaded;
  const { heaps } = connected;
  checkOneProcess(connected, snapshots);
  const naming = { graph: last, tree, places: new SourcePlaces(last, options) };
  const series = seriesKind(connected);
  options.onPhase?.('finding what leaks');
  const found = findLeaks(heaps, groupGrowth(connected), naming, series);
  const most = options.limit === undefined || options.limit === 0 ? found.length : options.limit;
  const suspects = found.slice(0, most).map((leak) => describeLeak(leak, naming, last, series, options));
  options.onPhase?.(null);
  const noise = noiseOf(heaps, found);
  return {
    type: 'leaks',
    version: 1,
    snapshots,
    series,
    operations: options.operations ?? null,
    suspects,
    hidden: found.length - suspects.length,
    noise,
    statement: STATEMENTS[series],
    warnings: [...warnings, ...orderWarnings(heaps, snapshots)],
  };
}

const STATEMENTS: Readonly<Record<SeriesKind, string>> = {
  single: 'One snapshot cannot prove growth: this is what there is much of. Take another one after more work.',
  pair: 'Two snapshots cannot tell a leak from what is filled once or has not reached its limit: a third one can.',
  series: 'Judged by what came in every window, stayed, and did not slow down.',
  released: 'The last window let go of things and brought hardly any: judged by what came before it and outlived it.',
};

function checkOneProcess(series: HeapSeries, snapshots: readonly SnapshotInfo[]): void {
  for (let k = 1; k < snapshots.length; k++) {
    const { known, shared, agreeing } = series.connections[k]!;
    const keepsIds = shared >= LEAST_SHARED * known;
    if (keepsIds && agreeing >= LEAST_AGREEMENT * shared) continue;
    const names = `${snapshots[k - 1]!.file} and ${snapshots[k]!.file}`;
    const found = keepsIds
      ? `of the object ids that they share only ${Math.floor((100 * agreeing) / shared)}% are of one class`
      : 'they share hardly any object ids (some engines keep none)';
    throw usageError(
      `${names} are not of one process: ${found}. Growth by object needs snapshots of one run, in order; heapstat diff compares classes`,
    );
  }
}

/** V8's ids of its own objects, which are odd, only get larger while a process runs; in each snapshot something is new. */
function orderWarnings(heaps: readonly VisibleHeap[], snapshots: readonly SnapshotInfo[]): string[] {
  const last = heaps.map(({ id }) => {
    let most = 0;
    for (const each of id) if (each > most && each % 2 === 1) most = each;
    return most;
  });
  const k = last.findIndex((most, at) => at > 0 && most < last[at - 1]!);
  if (k < 0) return [];
  return [
    `${snapshots[k]!.file} seems to be older than ${snapshots[k - 1]!.file}, by their object ids: give snapshots in the order in which they were taken`,
  ];
}

/** Whether the last window shows the program at work, or only letting go of what it did before. */
function seriesKind(series: HeapSeries): SeriesKind {
  const last = series.heaps.length - 1;
  if (last === 0) return 'single';
  if (last === 1) return 'pair';
  const { born } = turnover(series, last - 1);
  return turnover(series, last).born < 0.05 * born && goneAgain(series, last) >= 0.1 * born ? 'released' : 'series';
}

function noiseOf(heaps: readonly VisibleHeap[], found: readonly FoundLeak[]): LeakNoise {
  const last = heaps.at(-1)!;
  const before = heaps.at(-2);
  return {
    heapGrowth: before ? last.totalBytes - before.totalBytes : null,
    systemGrowth: before ? last.systemBytes - before.systemBytes : null,
    suspectGrowth: before ? found.reduce((sum, { bytes }) => sum + bytes.at(-1)! - bytes.at(-2)!, 0) : 0,
  };
}

function describeLeak(
  leak: FoundLeak,
  naming: Naming,
  last: LoadedHeap,
  series: SeriesKind,
  { operations, base = '' }: LeaksOptions,
): LeakSuspect {
  const { group, bytes, nodes } = leak;
  const steps = bytes.map((retainedSize, k) => ({ count: group.count[k]!, retainedSize }));
  const windows = windowsOf(group);
  const before = steps.at(-2);
  const growth = {
    count: before ? steps.at(-1)!.count - before.count : 0,
    retainedSize: before ? steps.at(-1)!.retainedSize - before.retainedSize : 0,
    steps,
  };
  const retained = topmost(last, Uint32Array.from(nodes).toSorted());
  const suspect = {
    constructor: classOf(leak, last),
    count: nodes.length,
    retainedSize: retained.reduce((sum, node) => sum + last.retainedSize[node]!, 0),
    heldCount: steps.at(-1)!.count,
    holder: leak.holder,
    alsoHeldBy: leak.alsoHeldBy,
    path: pathTo(leak, naming),
    growth,
    perOperation:
      operations === undefined || operations === 0
        ? null
        : { count: growth.count / operations, retainedSize: growth.retainedSize / operations },
    removed: windows.length === 0 ? 0 : windows.at(-1)!.removed,
    along: leak.along,
    evidence: evidenceCommand(last.snapshot.file, targetOf(leak, last)),
  };
  return { ...suspect, sentence: leakSentence(suspect, { series, onlyBytes: leak.onlyBytes, base }) };
}

/** Where the class tells nothing, what they pile up in: there are too many others of the class. */
function targetOf(leak: FoundLeak, last: LoadedHeap): string {
  return leak.onlyBytes || GENERIC.has(leak.constructor) ? `@${leak.holder.nodeId}` : classOf(leak, last);
}

/** As `why` has it: that a window is of a frame which left its page, only its document tells. */
function classOf({ constructor, nodes }: FoundLeak, last: LoadedHeap): string {
  const isDetached = constructor === 'Window' && nodes.some((node) => last.detachedness[node] === DETACHED);
  return isDetached ? DETACHED_PREFIX + constructor : constructor;
}

function evidenceCommand(file: string, target: string): string {
  // A name that begins like an option is to be none.
  const end = [file, target].some((word) => word.startsWith('-')) ? '-- ' : '';
  return `heapstat why ${end}${quoted(file)} ${quoted(target)}`;
}

/** As a shell takes it for one word. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
