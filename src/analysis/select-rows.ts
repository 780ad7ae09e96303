import { usageError } from '../errors.js';
import { type RowFilter, withinTime } from './row-filter.js';

export interface SortOrder<Key extends string> {
  readonly key: Key;
  /** Smallest numbers first, names from Z. */
  readonly reversed: boolean;
}

export interface SelectOptions<Key extends string> {
  readonly filter?: RowFilter | undefined;
  readonly sort?: SortOrder<Key> | undefined;
  /** At most so many rows; 0 or undefined: all. */
  readonly limit?: number | undefined;
  /** Only rows of at least so many bytes (of growth or shrinkage, in a diff). */
  readonly minSize?: number | undefined;
}

/** By sort key: the value a row is ordered by. Numbers go from the largest down, texts from A to Z. */
export type Orders<Key extends string, Row> = Readonly<Record<Key, (row: Row) => number | string>>;

interface Named {
  readonly constructor: string;
}

/** By code units: the same order on every machine, whatever its locale. */
function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A sorted copy; rows of equal value are ordered by name. */
export function sortRows<Key extends string, Row extends Named>(
  rows: readonly Row[],
  orders: Orders<Key, Row>,
  order: SortOrder<Key>,
): Row[] {
  const value = orders[order.key];
  const sign = order.reversed ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [value(a), value(b)];
    const compared = typeof x === 'string' ? compareNames(x, String(y)) : Number(y) - x;
    return sign * compared || compareNames(a.constructor, b.constructor);
  });
}

/** Filters, sorts and cuts rows. `matched`: before the cut. @throws HeapstatError USAGE see withinTime() */
export function selectRows<Key extends string, Row extends Named>(
  all: readonly Row[],
  orders: Orders<Key, Row>,
  isLargeEnough: (row: Row) => boolean,
  options: SelectOptions<Key>,
): { matched: readonly Row[]; rows: readonly Row[] } {
  const { filter, sort, limit } = options;
  let matched = all.filter(isLargeEnough);
  if (filter) matched = withinTime(filter, () => matched.filter((row) => filter(row.constructor)));
  if (sort) matched = sortRows(matched, orders, sort);
  return { matched, rows: limit ? matched.slice(0, limit) : matched };
}

/**
 * A sort order from its text: a key, with `-` in front to reverse it.
 * @throws HeapstatError USAGE for a key that is not among `keys`
 */
export function parseSortOrder<Key extends string>(text: string, keys: readonly Key[]): SortOrder<Key> {
  const reversed = text.startsWith('-');
  const key = keys.find((candidate) => candidate === (reversed ? text.slice(1) : text));
  if (key === undefined)
    throw usageError(
      `cannot sort by ${JSON.stringify(text)}: the keys are ${keys.join(', ')} (with "-" in front: reversed)`,
    );
  return { key, reversed };
}
