import { type Completeness, jointCompleteness } from './completeness.js';
import { scriptNames } from '../graph/scripts.js';
import { aggregateClasses, type ClassRow, type GroupBy } from './aggregate-classes.js';
import { type DevToolsDifferences, findDevToolsDifferences } from './devtools-differences.js';
import type { LoadedHeap } from './load-heap.js';
import { type Orders, type SelectOptions, selectRows, sortRows } from './select-rows.js';
import { sourcePlace, type SourcePlace } from './source-place.js';
import type { Amount, SnapshotInfo } from './summary.js';

/** Objects and their bytes under DevTools' accounting: `count` leaves out those without a shallow size. */
export interface HeapAmount extends Amount {
  /** Bytes, backing stores counted with their owners. */
  readonly shallowSize: number;
}

export interface HeapSummaryRow extends HeapAmount {
  /** What the row is of: a constructor's name, V8's name of a node type, or a constructor with its properties. */
  readonly constructor: string;
  /** Bytes that go when all of them go. Those of different rows overlap. */
  readonly retainedSize: number;
  /** The smallest distance from a root; 100,000,000 and up: only V8's own roots lead there; -5: unreached. */
  readonly distance: number;
  /** Only by location: where the constructor is; null where the file has none. */
  readonly location?: SourcePlace | null;
  /** Only by shape: own properties in order; null for what is no object. */
  readonly properties?: readonly string[] | null;
}

/** Objects by constructor, with what they retain: the summary of a heap graph. */
export interface HeapSummary extends Completeness {
  readonly type: 'summary';
  readonly version: 1;
  readonly accounting: 'devtools';
  readonly by: GroupBy;
  readonly snapshot: SnapshotInfo;
  /** The whole heap. retainedSize: of the root. */
  readonly total: HeapAmount & { readonly retainedSize: number };
  /** What passes the filter and the minimum size, and of how many rows it is. */
  readonly matched: HeapAmount & { readonly constructors: number };
  /** The rows below, added up. */
  readonly shown: HeapAmount;
  /** How many rows the heap has. */
  readonly constructors: number;
  /** Nodes without a shallow size, which nothing above counts: their bytes went to their owner, or they have none. */
  readonly emptyCount: number;
  /** Where Chrome DevTools shows other numbers, as it is wrong. */
  readonly devtoolsDifferences: DevToolsDifferences;
  readonly rows: readonly HeapSummaryRow[];
  readonly warnings: readonly string[];
}

export type HeapSummarySortKey = 'retained' | 'shallow' | 'size' | 'count' | 'distance' | 'name';

const ORDERS: Orders<HeapSummarySortKey, HeapSummaryRow> = {
  retained: (row) => row.retainedSize,
  shallow: (row) => row.shallowSize,
  // What the option is called without a graph.
  size: (row) => row.shallowSize,
  count: (row) => row.count,
  distance: (row) => row.distance,
  name: (row) => row.constructor,
};
export const HEAP_SUMMARY_SORT_KEYS = Object.keys(ORDERS) as HeapSummarySortKey[];

/** Sizes by constructor, location, type or shape under DevTools' accounting; the largest retained size first. */
export function summarizeHeap(heap: LoadedHeap, options: { readonly by?: GroupBy | undefined } = {}): HeapSummary {
  const { snapshot, warnings } = heap;
  const by = options.by ?? 'constructor';
  const classes = aggregateClasses(heap, by).rows;
  const scripts = by === 'location' ? scriptNames(heap) : new Map<number, string>();
  const rows = sortRows(
    classes.filter((row) => row.count > 0).map((row) => toRow(row, by, scripts)),
    ORDERS,
    { key: 'retained', reversed: false },
  );
  const counted = sumHeapAmounts(rows);
  return {
    type: 'summary',
    version: 1,
    accounting: 'devtools',
    by,
    ...jointCompleteness([snapshot]),
    snapshot,
    total: { ...sumHeapAmounts(classes), retainedSize: heap.retainedSize[heap.rootIndex]! },
    matched: { ...counted, constructors: rows.length },
    shown: counted,
    constructors: rows.length,
    emptyCount: classes.reduce((sum, row) => sum + row.emptyCount, 0),
    devtoolsDifferences: findDevToolsDifferences(heap),
    rows,
    warnings,
  };
}

function toRow(row: ClassRow, by: GroupBy, scripts: ReadonlyMap<number, string>): HeapSummaryRow {
  const { constructor, count, selfSize, shallowSize, retainedSize, distance } = row;
  return {
    constructor,
    count,
    selfSize,
    shallowSize,
    retainedSize,
    distance: distance!, // null only where nothing is counted
    ...(by === 'location' ? { location: sourcePlace(row.location, scripts) } : {}),
    ...(by === 'shape' ? { properties: row.properties } : {}),
  };
}

/** The rows that the options ask for, in their order; `matched` and `shown` follow. minSize is of retained sizes. */
export function selectFromHeapSummary(result: HeapSummary, options: SelectOptions<HeapSummarySortKey>): HeapSummary {
  const { minSize = 0 } = options;
  const { matched, rows } = selectRows(result.rows, ORDERS, (row) => row.retainedSize >= minSize, options);
  return {
    ...result,
    matched: { ...sumHeapAmounts(matched), constructors: matched.length },
    shown: sumHeapAmounts(rows),
    rows,
  };
}

function sumHeapAmounts(rows: readonly HeapAmount[]): HeapAmount {
  const sum = { count: 0, selfSize: 0, shallowSize: 0 };
  for (const row of rows) {
    sum.count += row.count;
    sum.selfSize += row.selfSize;
    sum.shallowSize += row.shallowSize;
  }
  return sum;
}
