import { type Orders, selectRows, type SelectOptions } from './select-rows.js';

/** Amounts of two snapshots and what is between them. new and deleted: null where they are not claimed. */
export type ChangeOf<Amount> = Readonly<
  Record<'before' | 'after' | 'delta', Amount> & Record<'new' | 'deleted', Amount | null>
>;

/** The fields of rows added up, snapshot by snapshot. */
export function sumChanges<Field extends string>(
  rows: Iterable<ChangeOf<Readonly<Record<Field, number>>>>,
  fields: readonly Field[],
  claimed = true,
): ChangeOf<Record<Field, number>> {
  const none = (): Record<Field, number> =>
    Object.fromEntries(fields.map((field) => [field, 0])) as Record<Field, number>;
  const sums = { before: none(), after: none(), new: none(), deleted: none(), delta: none() };
  for (const row of rows)
    for (const key of ['before', 'after', 'new', 'deleted', 'delta'] as const)
      for (const field of fields) sums[key][field] += row[key]?.[field] ?? 0;
  return claimed ? sums : { ...sums, new: null, deleted: null };
}

export interface SelectChangesOptions<Key extends string> extends SelectOptions<Key> {
  /** Keep the rows in which nothing changed. */
  readonly all?: boolean | undefined;
}

/** Filters, sorts and cuts rows. `matched`: all that the filter lets through; `constructors`: how many could be shown. */
export function selectChanges<Key extends string, Row extends { readonly constructor: string }>(
  all: readonly Row[],
  orders: Orders<Key, Row>,
  isWanted: (row: Row) => boolean,
  hasChanged: (row: Row) => boolean,
  options: SelectChangesOptions<Key>,
): { matched: readonly Row[]; constructors: number; rows: readonly Row[] } {
  const { matched } = selectRows(all, orders, isWanted, { ...options, limit: 0 });
  const changed = options.all ? matched : matched.filter(hasChanged);
  return { matched, constructors: changed.length, rows: options.limit ? changed.slice(0, options.limit) : changed };
}
