import { constructorName, isNamedType } from '../graph/constructor-name.js';
import { CompareSink } from '../snapshot/compare-sink.js';
import { describeProducer } from '../snapshot/producer.js';
import { readSnapshot, type ReadOptions, type ReadReport } from '../snapshot/read.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { HeapstatError, usageError } from '../errors.js';
import { KernelIds } from '../snapshot/kernel/diff.js';
import { loadKernel } from '../snapshot/kernel/load.js';
import { IdSet } from '../util/id-set.js';
import { type Orders, type SelectOptions, selectRows, sortRows } from './select-rows.js';
import type { Amount, SnapshotInfo } from './summary.js';

/** Objects before and after; sizes in bytes. */
export interface Change {
  readonly before: Amount;
  readonly after: Amount;
  /** Objects whose id only `after` has. */
  readonly new: Amount;
  /** Objects whose id only `before` has. */
  readonly deleted: Amount;
  /** after - before, growth and shrinkage of the objects in both included. */
  readonly delta: Amount;
}

export interface DiffRow extends Change {
  readonly constructor: string;
}

/** Growth by constructor between two snapshots of one process. */
export interface DiffResult {
  readonly type: 'diff';
  readonly version: 1;
  readonly before: SnapshotInfo;
  readonly after: SnapshotInfo;
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

export type DiffSortKey = 'delta' | 'new' | 'deleted' | 'before' | 'after' | 'size' | 'count' | 'name';

const DIFF_ORDERS: Orders<DiffSortKey, DiffRow> = {
  delta: (row) => row.delta.selfSize,
  new: (row) => row.new.selfSize,
  deleted: (row) => row.deleted.selfSize,
  before: (row) => row.before.selfSize,
  after: (row) => row.after.selfSize,
  size: (row) => row.after.selfSize,
  count: (row) => row.delta.count,
  name: (row) => row.constructor,
};
export const DIFF_SORT_KEYS = Object.keys(DIFF_ORDERS) as DiffSortKey[];

export interface DiffSelectOptions extends SelectOptions<DiffSortKey> {
  /** Keep the rows in which nothing changed. */
  readonly all?: boolean | undefined;
}

/** The rows of a diff that the options ask for, in their order; `matched` and `shown` follow. */
export function selectFromDiff(result: DiffResult, options: DiffSelectOptions): DiffResult {
  const { minSize = 0, all = false } = options;
  const isWanted = (row: DiffRow): boolean => Math.abs(row.delta.selfSize) >= minSize;
  const { matched } = selectRows(result.rows, DIFF_ORDERS, isWanted, { ...options, limit: 0 });
  const changed = all ? matched : matched.filter(hasChanged);
  const rows = options.limit ? changed.slice(0, options.limit) : changed;
  return {
    ...result,
    matched: { ...sumChanges(matched), constructors: changed.length },
    shown: sumChanges(rows),
    rows,
  };
}

function hasChanged(row: Change): boolean {
  return row.new.count !== 0 || row.deleted.count !== 0 || row.delta.count !== 0 || row.delta.selfSize !== 0;
}

type Sums = { -readonly [Key in keyof Change]: { count: number; selfSize: number } };

function none(): { count: number; selfSize: number } {
  return { count: 0, selfSize: 0 };
}

function noChange(): Sums {
  return { before: none(), after: none(), new: none(), deleted: none(), delta: none() };
}

function sumChanges(changes: Iterable<Change>): Change {
  const sums = noChange();
  for (const change of changes) {
    for (const key of ['before', 'after', 'new', 'deleted', 'delta'] as const) {
      sums[key].count += change[key].count;
      sums[key].selfSize += change[key].selfSize;
    }
  }
  return sums;
}

/**
 * Compares two snapshots of one process, object by object, matched by node id. Every constructor is a row, changed or
 * not; the largest growth first. One of the two sources has to be readable more than once, as it is read twice; memory
 * is a bit per id and snapshot, and does not depend on the number of objects otherwise.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT, USAGE when both sources can be read only once
 */
export async function diffSnapshots(
  beforeSource: SnapshotSource,
  afterSource: SnapshotSource,
  options: ReadOptions = {},
): Promise<DiffResult> {
  // The one that is read twice comes first: its ids have to be known before the other's can be judged.
  const [first, second] = beforeSource.isRereadable ? [beforeSource, afterSource] : [afterSource, beforeSource];
  if (!first.isRereadable)
    throw usageError(
      `${beforeSource.name} and ${afterSource.name} can each be read only once: save one of them to a file first`,
    );
  const kernel = options.kernel === undefined ? loadKernel({ simd: options.simd ?? true }) : options.kernel;
  const [firstIds, secondIds] = kernel ? [new KernelIds(kernel), new KernelIds(kernel)] : [new IdSet(), new IdSet()];
  const shared = { ...options, kernel };
  const collector = new CompareSink(isNamedType, firstIds, null);
  await readSnapshot(first, collector, shared);
  const secondSide = await readSide(second, new CompareSink(isNamedType, secondIds, firstIds), shared);
  const firstSide = await readSide(first, new CompareSink(isNamedType, null, secondIds), shared);
  if (firstSide.sink.nodeCount !== collector.nodeCount)
    throw new HeapstatError(
      'UNREADABLE',
      `${first.name} was changed while it was read: wait until it is written, then try again`,
    );
  const [before, after] = first === beforeSource ? [firstSide, secondSide] : [secondSide, firstSide];

  const changes = new Map<string, Sums>();
  addSide(changes, before.sink, 'before', 'deleted');
  addSide(changes, after.sink, 'after', 'new');
  for (const change of changes.values()) {
    change.delta.count = change.after.count - change.before.count;
    change.delta.selfSize = change.after.selfSize - change.before.selfSize;
  }
  const rows = sortRows(
    [...changes].map(([name, change]) => ({ constructor: name, ...change })),
    DIFF_ORDERS,
    { key: 'delta', reversed: false },
  );
  const total = sumChanges(rows);
  return {
    type: 'diff',
    version: 1,
    before: before.info,
    after: after.info,
    total,
    matched: { ...total, constructors: rows.length },
    shown: total,
    constructors: rows.length,
    changed: rows.filter(hasChanged).length,
    rows,
    warnings: [
      ...new Set([
        ...collector.warnings.map((text) => `${first.name}: ${text}`),
        ...before.warnings,
        ...after.warnings,
      ]),
    ],
  };
}

interface Side {
  readonly sink: CompareSink;
  readonly info: SnapshotInfo;
  readonly warnings: readonly string[];
}

async function readSide(source: SnapshotSource, sink: CompareSink, options: ReadOptions): Promise<Side> {
  const report: ReadReport = await readSnapshot(source, sink, options);
  const info = {
    file: source.name,
    bytes: report.bytes,
    nodes: sink.nodeCount,
    edges: sink.edgeCount,
    producer: describeProducer(report.schema, report.hasLines),
  };
  return {
    sink,
    info,
    warnings: [...report.warnings, ...sink.warnings].map((warning) => `${source.name}: ${warning}`),
  };
}

function addSide(
  changes: Map<string, Sums>,
  sink: CompareSink,
  all: 'before' | 'after',
  missing: 'deleted' | 'new',
): void {
  for (const row of sink.rows()) {
    const name = constructorName(row.type, row.name);
    const change = changes.get(name) ?? noChange();
    changes.set(name, change);
    change[all].count += row.missing + row.kept;
    change[all].selfSize += row.missingSize + row.keptSize;
    change[missing].count += row.missing;
    change[missing].selfSize += row.missingSize;
  }
}
