import type { CompareSink } from '../snapshot/compare-sink.js';
import type { ReadOptions } from '../snapshot/read.js';
import { type SnapshotInput, toSource } from '../snapshot/source.js';
import { captureWarnings } from './capture-mode.js';
import { type SelectChangesOptions, selectChanges, sumChanges } from './change-rows.js';
import { type Completeness, jointCompleteness, salvagedClass } from './completeness.js';
import { readSides } from './diff-sides.js';
import { type Match, type MatchMode, matchWarnings, sameFileWarnings } from './match.js';
import { type Orders, sortRows } from './select-rows.js';
import type { Amount, SnapshotInfo, SummaryResult } from './summary.js';

/** Objects before and after; sizes in bytes. */
export interface Change {
  readonly before: Amount;
  readonly after: Amount;
  /** Objects whose id only `after` has; null where matched by class: not claimed. */
  readonly new: Amount | null;
  /** Objects whose id only `before` has; null likewise. */
  readonly deleted: Amount | null;
  /** after - before, growth and shrinkage of the objects in both included. */
  readonly delta: Amount;
}

export interface DiffRow extends Change {
  readonly constructor: string;
}

/** Growth by constructor between two snapshots. */
export interface DiffResult extends Completeness {
  readonly type: 'diff';
  readonly version: 1;
  readonly before: SnapshotInfo;
  readonly after: SnapshotInfo;
  readonly match: Match;
  /** The whole heaps. */
  readonly total: Change;
  /** What passes the filter and the minimum size, and of how many constructors it is. */
  readonly matched: Change & { readonly constructors: number };
  /** The rows below, added up. */
  readonly shown: Change;
  /** How many constructors the heaps have, and in how many of them something changed. */
  readonly constructors: number;
  readonly changed: number;
  readonly rows: readonly DiffRow[];
  readonly warnings: readonly string[];
}

/** What is added up. */
const FIELDS = ['count', 'selfSize'] as const;

export type DiffSortKey = 'delta' | 'new' | 'deleted' | 'before' | 'after' | 'size' | 'count' | 'name';

const DIFF_ORDERS: Orders<DiffSortKey, DiffRow> = {
  delta: (row) => row.delta.selfSize,
  new: (row) => row.new?.selfSize ?? 0,
  deleted: (row) => row.deleted?.selfSize ?? 0,
  before: (row) => row.before.selfSize,
  after: (row) => row.after.selfSize,
  size: (row) => row.after.selfSize,
  count: (row) => row.delta.count,
  name: (row) => row.constructor,
};
export const DIFF_SORT_KEYS = Object.keys(DIFF_ORDERS) as DiffSortKey[];

export type DiffSelectOptions = SelectChangesOptions<DiffSortKey>;

/** The rows of a diff that the options ask for, in their order; `matched` and `shown` follow. */
export function selectFromDiff(result: DiffResult, options: DiffSelectOptions): DiffResult {
  const { minSize = 0 } = options;
  const isWanted = (row: DiffRow): boolean => Math.abs(row.delta.selfSize) >= minSize;
  const { matched, constructors, rows } = selectChanges(result.rows, DIFF_ORDERS, isWanted, hasChanged, options);
  const claimed = result.match.mode === 'id';
  return {
    ...result,
    matched: { ...sumChanges(matched, FIELDS, claimed), constructors },
    shown: sumChanges(rows, FIELDS, claimed),
    rows,
  };
}

function hasChanged(row: Change): boolean {
  return !!row.new?.count || !!row.deleted?.count || row.delta.count !== 0 || row.delta.selfSize !== 0;
}

type Sums = Record<keyof Change, { count: number; selfSize: number }>;

function none(): { count: number; selfSize: number } {
  return { count: 0, selfSize: 0 };
}

function noChange(): Sums {
  return { before: none(), after: none(), new: none(), deleted: none(), delta: none() };
}

export interface DiffOptions extends ReadOptions {
  /** auto (the default): by id where the ids of both mean the same objects, else by class. */
  readonly match?: MatchMode | undefined;
}

/**
 * Compares two snapshots: object by object, matched by node id, where they are of one process (or the options say so);
 * else by the sums of each class. Every constructor is a row, changed or not; the largest growth first. By id or auto, one
 * of the two sources has to be readable more than once, as it is read twice; memory is a bit per id and snapshot, and does
 * not depend on the number of objects otherwise.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT, USAGE when both sources can be read only once
 */
export async function diffSnapshots(
  beforeInput: SnapshotInput,
  afterInput: SnapshotInput,
  options: DiffOptions = {},
): Promise<DiffResult> {
  const [beforeSource, afterSource] = [toSource(beforeInput), toSource(afterInput)];
  const { match: wanted = 'auto', ...readOptions } = options;
  const { before, after, match, warnings } = await readSides(beforeSource, afterSource, wanted, readOptions);

  const changes = new Map<string, Sums>();
  addSide(changes, before.sink, 'before', 'deleted');
  addSide(changes, after.sink, 'after', 'new');
  return diffOf(before.info, after.info, match, changes, [
    ...sameFileWarnings(beforeSource, afterSource),
    ...matchWarnings(match),
    ...captureWarnings(before.capture, after.capture),
    ...new Set([...warnings, ...before.warnings, ...after.warnings]),
  ]);
}

/**
 * Growth from one summary to a later one, by class: what can be told where only the sums of the earlier snapshot were kept.
 * @param reason why it is by class, for people
 */
export function diffSummaries(before: SummaryResult, after: SummaryResult, reason: string): DiffResult {
  const changes = new Map<string, Sums>();
  for (const [side, { rows }] of [['before', before] as const, ['after', after] as const]) {
    for (const { constructor: name, count, selfSize } of rows) {
      const change = changes.get(name) ?? noChange();
      changes.set(name, change);
      change[side] = { count, selfSize };
    }
  }
  const match: Match = { mode: 'class', agreement: null, reason };
  return diffOf(before.snapshot, after.snapshot, match, changes, after.warnings);
}

function diffOf(
  before: SnapshotInfo,
  after: SnapshotInfo,
  match: Match,
  changes: ReadonlyMap<string, Sums>,
  warnings: readonly string[],
): DiffResult {
  const claimed = match.mode === 'id';
  for (const change of changes.values()) {
    change.delta.count = change.after.count - change.before.count;
    change.delta.selfSize = change.after.selfSize - change.before.selfSize;
  }
  const rows = sortRows<DiffSortKey, DiffRow>(
    [...changes].map(([name, change]) => ({
      constructor: name,
      ...change,
      ...(claimed ? {} : { new: null, deleted: null }),
    })),
    DIFF_ORDERS,
    { key: 'delta', reversed: false },
  );
  const total = sumChanges(rows, FIELDS, claimed);
  return {
    type: 'diff',
    version: 1,
    ...jointCompleteness([before, after]),
    before,
    after,
    match,
    total,
    matched: { ...total, constructors: rows.length },
    shown: total,
    constructors: rows.length,
    changed: rows.filter(hasChanged).length,
    rows,
    warnings,
  };
}

function addSide(
  changes: Map<string, Sums>,
  sink: CompareSink,
  all: 'before' | 'after',
  missing: 'deleted' | 'new',
): void {
  for (const row of sink.rows()) {
    const name = salvagedClass(row.type, row.name);
    const change = changes.get(name) ?? noChange();
    changes.set(name, change);
    change[all].count += row.missing + row.kept;
    change[all].selfSize += row.missingSize + row.keptSize;
    change[missing].count += row.missing;
    change[missing].selfSize += row.missingSize;
  }
}
