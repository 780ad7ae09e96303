import { usageError } from '../errors.js';
import { monotonicity, type Shape, shapeOf, slopeOf } from './series.js';
import { seriesWarnings, unknownCapture } from './capture-mode.js';
import { type Orders, type SelectOptions, selectRows, sortRows } from './select-rows.js';
import type { Amount, SnapshotInfo, SummaryResult } from './summary.js';

/** A class over a series of snapshots; sizes are self sizes in bytes. */
export interface Trend {
  /** By snapshot. */
  readonly counts: readonly number[];
  readonly sizes: readonly number[];
  readonly first: Amount;
  readonly last: Amount;
  /** last - first. */
  readonly growth: Amount;
  /** Growth per step, by least squares: it may be a fraction. */
  readonly slope: Amount;
  /** slope / operations per step; null where those are not known. */
  readonly perOperation: Amount | null;
  /** Of the sizes: Kendall's tau, 1 for what only ever grows. */
  readonly monotonicity: number;
  readonly shape: Shape;
  /** Against the idle pair; null without one. */
  readonly control: Control | null;
}

export interface Control {
  /** By how much the class changed while nothing was done, without its sign; of one step. */
  readonly noise: Amount;
  /** Growth per step less what the idle pair grew by. */
  readonly effect: Amount;
  /** Whether bytes and objects changed by no more per step than in the idle pair. */
  readonly isWithinNoise: boolean;
}

export interface TrendRow extends Trend {
  readonly constructor: string;
}

/** How classes change over two or more snapshots. */
export interface TrendResult {
  readonly type: 'trend';
  readonly version: 1;
  readonly snapshots: readonly SnapshotInfo[];
  /** The idle pair that the noise was learnt from. */
  readonly control: { readonly before: SnapshotInfo; readonly after: SnapshotInfo } | null;
  /** Operations (requests...) per step; null where not known. */
  readonly operations: number | null;
  /** The whole heap. */
  readonly total: Trend;
  /** What passes the filter and the floor: of how many constructors it is. */
  readonly matched: { readonly constructors: number; readonly growth: Amount };
  readonly shown: { readonly growth: Amount };
  readonly constructors: number;
  readonly rows: readonly TrendRow[];
  readonly warnings: readonly string[];
}

export interface TrendOptions {
  readonly operations?: number | undefined;
  readonly control?: readonly [SummaryResult, SummaryResult] | undefined;
}

export type TrendSortKey = 'monotonicity' | 'slope' | 'growth' | 'first' | 'last' | 'size' | 'count' | 'name';

const ORDERS: Orders<TrendSortKey, TrendRow> = {
  // Among equals by growth, squeezed to a half at most.
  monotonicity: (row) => Math.round(row.monotonicity * 1e4) + Math.atan(row.growth.selfSize) / Math.PI,
  slope: (row) => row.slope.selfSize,
  growth: (row) => row.growth.selfSize,
  first: (row) => row.first.selfSize,
  last: (row) => row.last.selfSize,
  size: (row) => row.last.selfSize,
  count: (row) => row.growth.count,
  name: (row) => row.constructor,
};
export const TREND_SORT_KEYS = Object.keys(ORDERS) as TrendSortKey[];

/** Classes that grew or shrank by less than this are left out, unless the options say otherwise. Bytes. */
export const TREND_FLOOR = 1000;

/**
 * The trend of every class over summaries in the order of time; what only ever grows first, then by growth.
 * @throws HeapstatError USAGE for fewer than two
 */
export function findTrends(summaries: readonly SummaryResult[], options: TrendOptions = {}): TrendResult {
  if (summaries.length < 2)
    throw usageError(`a trend needs two snapshots at least, but there ${summaries.length === 1 ? 'is 1' : 'are none'}`);
  const { operations = null, control } = options;
  const tables = summaries.map(amountsByName);
  const idle = control ? ([amountsByName(control[0]), amountsByName(control[1])] as const) : null;
  const names = new Set(tables.flatMap((table) => [...table.keys()]));
  const describe = (amounts: readonly Amount[], pair: readonly [Amount, Amount] | null): Trend =>
    describeTrend(amounts, operations, pair);
  const rows = sortRows(
    [...names].map((name) => ({
      constructor: name,
      ...describe(
        tables.map((table) => table.get(name) ?? NONE),
        idle && [idle[0].get(name) ?? NONE, idle[1].get(name) ?? NONE],
      ),
    })),
    ORDERS,
    { key: 'monotonicity', reversed: false },
  );
  const total = describe(
    summaries.map((summary) => summary.total),
    control ? [control[0].total, control[1].total] : null,
  );
  return {
    type: 'trend',
    version: 1,
    snapshots: summaries.map(({ snapshot }) => snapshot),
    control: control ? { before: control[0].snapshot, after: control[1].snapshot } : null,
    operations,
    total,
    matched: { constructors: rows.length, growth: total.growth },
    shown: { growth: total.growth },
    constructors: rows.length,
    rows,
    warnings: [...comparisonWarnings([...summaries, ...(control ?? [])]), ...summaries.flatMap(ownWarnings)],
  };
}

const NONE: Amount = { count: 0, selfSize: 0 };

function amountsByName({ rows }: SummaryResult): Map<string, Amount> {
  return new Map(rows.map(({ constructor, count, selfSize }) => [constructor, { count, selfSize }]));
}

function describeTrend(
  amounts: readonly Amount[],
  operations: number | null,
  idle: readonly [Amount, Amount] | null,
): Trend {
  const counts = amounts.map(({ count }) => count);
  const sizes = amounts.map(({ selfSize }) => selfSize);
  const [first, last] = [amounts[0]!, amounts.at(-1)!];
  const growth = difference(last, first);
  const slope = { count: slopeOf(counts), selfSize: slopeOf(sizes) };
  return {
    counts,
    sizes,
    first,
    last,
    growth,
    slope,
    perOperation: operations === null ? null : scaled(slope, 1 / operations),
    monotonicity: monotonicity(sizes),
    shape: shapeOf(sizes),
    control: idle && compareToIdle(scaled(growth, 1 / (amounts.length - 1)), difference(idle[1], idle[0])),
  };
}

/** @param step growth per step, the mean */
export function compareToIdle(step: Amount, idle: Amount): Control {
  const noise = { count: Math.abs(idle.count), selfSize: Math.abs(idle.selfSize) };
  return {
    noise,
    effect: difference(step, idle),
    isWithinNoise: Math.abs(step.count) <= noise.count && Math.abs(step.selfSize) <= noise.selfSize,
  };
}

function difference(a: Amount, b: Amount): Amount {
  return { count: a.count - b.count, selfSize: a.selfSize - b.selfSize };
}

function scaled({ count, selfSize }: Amount, factor: number): Amount {
  return { count: count * factor, selfSize: selfSize * factor };
}

/** What misleads where these are compared, as far as their summaries tell. One line each. */
export function comparisonWarnings(summaries: readonly SummaryResult[]): string[] {
  const areKnown = summaries.every(({ capture }) => capture !== undefined);
  return seriesWarnings(
    summaries.map(({ capture, snapshot }) => (areKnown && capture) || unknownCapture(snapshot.producer)),
    summaries.map(({ snapshot }) => snapshot.file),
  );
}

function ownWarnings({ snapshot, warnings }: SummaryResult): string[] {
  return warnings.map((warning) => `${snapshot.file}: ${warning}`);
}

/** The rows that the options ask for, in their order. minSize: of growth or shrinkage, TREND_FLOOR unless given. */
export function selectFromTrend(result: TrendResult, options: SelectOptions<TrendSortKey>): TrendResult {
  const { minSize = TREND_FLOOR } = options;
  const isWanted = ({ growth }: TrendRow): boolean => Math.abs(growth.selfSize) >= minSize;
  const { matched, rows } = selectRows(result.rows, ORDERS, isWanted, options);
  return {
    ...result,
    matched: { constructors: matched.length, growth: sumGrowth(matched) },
    shown: { growth: sumGrowth(rows) },
    rows,
  };
}

function sumGrowth(rows: readonly TrendRow[]): Amount {
  let [count, selfSize] = [0, 0];
  for (const { growth } of rows) {
    count += growth.count;
    selfSize += growth.selfSize;
  }
  return { count, selfSize };
}
