import { type Completeness, jointCompleteness } from './completeness.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import type { InterfaceDefinition } from '../graph/interfaces.js';
import { scriptNames } from '../graph/scripts.js';
import { LOST_NAME } from '../snapshot/node-rows.js';
import type { ReadOptions } from '../snapshot/read.js';
import {
  type Change as HeapChangeAmount,
  type ClassDiffRow,
  type DiffBy,
  diffReduced,
  hasChanged,
  countSharedIds,
  type ReducedHeap,
  reduceHeap,
  type Side,
} from './class-diff.js';
import { type CaptureMode, captureWarnings, UNNAMED_NUMBERS } from './capture-mode.js';
import { type ChangeOf, type SelectChangesOptions, selectChanges, sumChanges } from './change-rows.js';
import { type SnapshotInput, toSource } from '../snapshot/source.js';
import { type LoadedHeap, loadHeap } from './load-heap.js';
import { decideMatch, type Match, type MatchMode, matchWarnings, sameFileWarnings } from './match.js';
import { type Orders, sortRows } from './select-rows.js';
import { sourcePlace, type SourcePlace } from './source-place.js';
import type { SnapshotInfo } from './summary.js';

/** Objects before and after, under DevTools' accounting; sizes in bytes. */
export interface HeapChange {
  readonly before: Side;
  readonly after: Side;
  /** Objects that are not in `before`, or were of another class; null where matched by class: not claimed. */
  readonly new: HeapChangeAmount | null;
  /** Objects that are not in `after`, or are of another class; null likewise. */
  readonly deleted: HeapChangeAmount | null;
  /** after - before, growth and shrinkage of the objects in both included. */
  readonly delta: Side;
}

export interface HeapDiffRow extends HeapChange {
  readonly constructor: string;
  /** Only by location: where the constructor is; null where the file has none. */
  readonly location?: SourcePlace | null;
}

/** Changes of several rows; retained sizes of different rows overlap, and are not added up. */
export type HeapChangeSum = ChangeOf<HeapChangeAmount>;

const FIELDS = ['count', 'selfSize', 'shallowSize'] as const;

/** Growth by constructor between two snapshots, with what is retained. */
export interface HeapDiff extends Completeness {
  readonly type: 'diff';
  readonly version: 1;
  readonly accounting: 'devtools';
  readonly by: DiffBy;
  readonly before: SnapshotInfo;
  readonly after: SnapshotInfo;
  readonly match: Match;
  /** The whole heaps. retainedSize: of the roots. */
  readonly total: HeapChange;
  /** What passes the filter and the minimum size, and of how many rows it is. */
  readonly matched: HeapChangeSum & { readonly constructors: number };
  /** The rows below, added up. */
  readonly shown: HeapChangeSum;
  /** How many rows the heaps have, and in how many of them something changed. */
  readonly constructors: number;
  readonly changed: number;
  readonly rows: readonly HeapDiffRow[];
  readonly warnings: readonly string[];
}

export type HeapDiffSortKey =
  | 'retained'
  | 'shallow'
  | 'delta'
  | 'new'
  | 'deleted'
  | 'before'
  | 'after'
  | 'size'
  | 'count'
  | 'name';

const ORDERS: Orders<HeapDiffSortKey, HeapDiffRow> = {
  retained: (row) => row.delta.retainedSize,
  shallow: (row) => row.delta.shallowSize,
  delta: (row) => row.delta.shallowSize,
  new: (row) => row.new?.shallowSize ?? 0,
  deleted: (row) => row.deleted?.shallowSize ?? 0,
  before: (row) => row.before.shallowSize,
  after: (row) => row.after.shallowSize,
  size: (row) => row.after.shallowSize,
  count: (row) => row.delta.count,
  name: (row) => row.constructor,
};
export const HEAP_DIFF_SORT_KEYS = Object.keys(ORDERS) as HeapDiffSortKey[];

export interface HeapDiffOptions extends ReadOptions {
  /** Rows by name, or by name and location of the constructor (DevTools' rows). */
  readonly by?: DiffBy | undefined;
  /** auto (the default): by id where the ids of both mean the same objects, else by class. */
  readonly match?: MatchMode | undefined;
}

/**
 * Compares two snapshots with their shallow and retained sizes. Every class is a row, changed or not; the
 * largest growth in retained size first. One heap graph is in memory at a time.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function diffHeaps(
  beforeInput: SnapshotInput,
  afterInput: SnapshotInput,
  options: HeapDiffOptions = {},
): Promise<HeapDiff> {
  const { by = 'constructor', match: wanted = 'auto', ...readOptions } = options;
  // The later one first: its interfaces name the plain objects of both.
  const [beforeSource, afterSource] = [toSource(beforeInput), toSource(afterInput)];
  const after = reduceSide(await loadHeap(afterSource, readOptions), null, by);
  const before = reduceSide(await loadHeap(beforeSource, readOptions), after.interfaces, by);
  return compareSides(before, after, { by, match: wanted, warnings: sameFileWarnings(beforeSource, afterSource) });
}

/** The same, by constructor, of two graphs that are loaded already; of what they were read from. */
export function diffLoadedHeaps(
  before: LoadedHeap,
  after: LoadedHeap,
  [beforeInput, afterInput]: readonly [SnapshotInput, SnapshotInput],
): HeapDiff {
  const later = reduceSide(after, null, 'constructor');
  const warnings = sameFileWarnings(toSource(beforeInput), toSource(afterInput));
  return compareSides(reduceSide(before, later.interfaces, 'constructor'), later, {
    by: 'constructor',
    match: 'auto',
    warnings,
  });
}

function compareSides(
  before: ReducedSide,
  after: ReducedSide,
  options: { readonly by: DiffBy; readonly match: MatchMode; readonly warnings: readonly string[] },
): HeapDiff {
  const { by, match: wanted, warnings } = options;
  const isPart = jointCompleteness([before.snapshot, after.snapshot]).complete === false;
  const match = decideMatch(isPart && wanted === 'auto' ? 'part' : wanted, {
    shared: countSharedIds(before.reduced, after.reduced),
    nodes: Math.min(before.reduced.ids.length, after.reduced.ids.length),
    before: before.reduced.sample,
    after: after.reduced.sample,
  });
  const claimed = match.mode === 'id';

  const scripts = new Map([...before.scripts, ...after.scripts]);
  const classRows = diffReduced(before.reduced, after.reduced, { all: true }).rows;
  const rows = sortRows(
    classRows.map((row) => toRow(row, by, scripts, claimed)),
    ORDERS,
    { key: 'retained', reversed: false },
  );
  const sum = sumChanges(rows, FIELDS, claimed);
  return {
    type: 'diff',
    version: 1,
    accounting: 'devtools',
    by,
    ...jointCompleteness([before.snapshot, after.snapshot]),
    before: before.snapshot,
    after: after.snapshot,
    match,
    total: totalChange(sum, before, after),
    matched: { ...sum, constructors: rows.length },
    shown: sum,
    constructors: rows.length,
    changed: rows.filter(hasChanged).length,
    rows,
    warnings: [
      ...warnings,
      ...matchWarnings(match),
      ...captureWarnings(before.capture, after.capture),
      ...before.warnings,
      ...after.warnings,
    ],
  };
}

interface ReducedSide {
  readonly reduced: ReducedHeap;
  readonly interfaces: readonly InterfaceDefinition[];
  readonly scripts: ReadonlyMap<number, string>;
  readonly snapshot: SnapshotInfo;
  readonly total: Side;
  readonly capture: CaptureMode;
  readonly warnings: readonly string[];
}

/** @param interfaces for plain objects; null: the heap's own */
function reduceSide(graph: LoadedHeap, interfaces: readonly InterfaceDefinition[] | null, by: DiffBy): ReducedSide {
  const { snapshot, warnings } = graph;
  const names = interfaces ?? graph.interfaces;
  const reduced = reduceHeap(graph, names, by);
  const { count, selfSize, shallowSize } = reduced.sums;
  return {
    reduced,
    interfaces: names,
    scripts: by === 'location' ? scriptNames(graph) : new Map(),
    snapshot,
    total: {
      count: addUp(count),
      selfSize: addUp(selfSize),
      shallowSize: addUp(shallowSize),
      retainedSize: graph.retainedSize[graph.rootIndex]!,
    },
    capture: captureMode(graph, snapshot.producer),
    warnings: warnings.map((warning) => `${snapshot.file}: ${warning}`),
  };
}

function captureMode({ columns, nodeCount, nodeKinds }: HeapGraph, producer: string): CaptureMode {
  const { nodeType, nodeName, strings, schema } = columns;
  const numberType = schema.nodeTypes.indexOf('number');
  const numbers = new Set<number>();
  let hasNamedInternals = true;
  for (let node = 0; node < nodeCount; node++) {
    if (nodeType[node] === numberType) numbers.add(nodeName[node]!);
    else if (nodeType[node] === nodeKinds.hidden) hasNamedInternals = false;
  }
  const hasNumericValues = [...numbers].some((name) => isValue(strings.get(name)));
  return { producer, isTraced: schema.declaredTraceFunctionCount > 0, hasNumericValues, hasNamedInternals };
}

/** Whether a number node's name is its value. */
function isValue(name: string): boolean {
  return !UNNAMED_NUMBERS.has(name) && name !== LOST_NAME;
}

function addUp(column: Uint32Array | Float64Array): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += column[i]!;
  return sum;
}

function toRow(row: ClassDiffRow, by: DiffBy, scripts: ReadonlyMap<number, string>, claimed: boolean): HeapDiffRow {
  const { constructor, before, after, new: added, deleted, delta } = row;
  const location = by === 'location' ? { location: sourcePlace(row.location, scripts) } : {};
  const claims = claimed ? { new: added, deleted } : { new: null, deleted: null };
  return { constructor, ...location, before, after, ...claims, delta };
}

function totalChange(sum: HeapChangeSum, { total: before }: ReducedSide, { total: after }: ReducedSide): HeapChange {
  const delta = {
    count: after.count - before.count,
    selfSize: after.selfSize - before.selfSize,
    shallowSize: after.shallowSize - before.shallowSize,
    retainedSize: after.retainedSize - before.retainedSize,
  };
  return { before, after, new: sum.new, deleted: sum.deleted, delta };
}

export type HeapDiffSelectOptions = SelectChangesOptions<HeapDiffSortKey>;

/** The rows that the options ask for, in their order; `matched` and `shown` follow. minSize: of either size's change. */
export function selectFromHeapDiff(result: HeapDiff, options: HeapDiffSelectOptions): HeapDiff {
  const { minSize = 0 } = options;
  const isWanted = ({ delta }: HeapDiffRow): boolean =>
    Math.max(Math.abs(delta.retainedSize), Math.abs(delta.shallowSize)) >= minSize;
  const { matched, constructors, rows } = selectChanges(result.rows, ORDERS, isWanted, hasChanged, options);
  const claimed = result.match.mode === 'id';
  return {
    ...result,
    matched: { ...sumChanges(matched, FIELDS, claimed), constructors },
    shown: sumChanges(rows, FIELDS, claimed),
    rows,
  };
}
