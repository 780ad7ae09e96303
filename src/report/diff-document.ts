import type { Change, DiffResult } from '../analysis/diff.js';
import type { HeapDiff } from '../analysis/heap-diff.js';
import { formatCount } from '../util/bytes.js';
import type { FormatOptions, ReportColumn, ReportDocument, ReportTable } from './document.js';
import { formatCountChange, formatSize, formatSizeChange } from './format.js';
import { snapshotLine } from './summary-document.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
  { key: 'beforeCount', title: 'Before', align: 'right', rank: 3 },
  { key: 'afterCount', title: 'After', align: 'right', rank: 3 },
  { key: 'newCount', title: 'New', align: 'right', rank: 2 },
  { key: 'deletedCount', title: 'Deleted', align: 'right', rank: 2 },
  { key: 'deltaCount', title: 'Delta', align: 'right', rank: 0 },
  { key: 'beforeSelfSize', title: 'Size before', align: 'right', rank: 3 },
  { key: 'afterSelfSize', title: 'Size after', align: 'right', rank: 1 },
  { key: 'newSelfSize', title: 'Size new', align: 'right', rank: 4 },
  { key: 'deletedSelfSize', title: 'Size deleted', align: 'right', rank: 4 },
  { key: 'deltaSelfSize', title: 'Size delta', align: 'right', rank: 0 },
];

/** What only a comparison by id tells. */
const CLAIMED = new Set(['newCount', 'deletedCount', 'newSelfSize', 'deletedSelfSize']);

export function diffDocument(result: DiffResult, options: FormatOptions): ReportDocument {
  const rows = result.rows.map((row) => [
    { type: 'name', text: row.constructor } as const,
    { type: 'count', value: row.before.count } as const,
    { type: 'count', value: row.after.count } as const,
    { type: 'count', value: row.new?.count ?? 0 } as const,
    { type: 'count', value: row.deleted?.count ?? 0 } as const,
    { type: 'countChange', value: row.delta.count } as const,
    { type: 'bytes', value: row.before.selfSize } as const,
    { type: 'bytes', value: row.after.selfSize } as const,
    { type: 'bytes', value: row.new?.selfSize ?? 0 } as const,
    { type: 'bytes', value: row.deleted?.selfSize ?? 0 } as const,
    { type: 'bytesChange', value: row.delta.selfSize } as const,
  ]);
  const notes = [
    `${shownOf(result)}: ${changeText(result.shown, options)}`,
    `The whole heap: ${changeText(result.total, options)}`,
  ];
  return {
    header: comparisonLines(result),
    tables: [
      result.match.mode === 'id' ? { columns: COLUMNS, rows } : withoutColumns({ columns: COLUMNS, rows }, CLAIMED),
    ],
    notes,
  };
}

/** Which two snapshots, and how they were compared. */
export function comparisonLines({ before, after, match }: DiffResult | HeapDiff): string[] {
  return [
    `Before  ${snapshotLine(before)}`,
    `After   ${snapshotLine(after)}`,
    `Matched by ${match.mode}: ${match.reason}`,
  ];
}

export function withoutColumns({ columns, rows }: ReportTable, keys: ReadonlySet<string>): ReportTable {
  const isKept = columns.map(({ key }) => key === null || !keys.has(key));
  return {
    columns: columns.filter((_, k) => isKept[k]),
    rows: rows.map((row) => row.filter((_, k) => isKept[k])),
  };
}

/** `25 of 49 changed constructors shown (257 in all)`, or `All 2 matching constructors shown (49 changed, 257 in all)`. */
export function shownOf({ rows, matched, changed, constructors }: DiffResult | HeapDiff): string {
  const selected = matched.constructors;
  const count =
    rows.length === 0
      ? 'No'
      : rows.length === selected
        ? `All ${formatCount(selected)}`
        : `${formatCount(rows.length)} of ${formatCount(selected)}`;
  const all = `${formatCount(constructors)} in all`;
  return selected === changed
    ? `${count} changed constructors shown (${all})`
    : `${count} matching constructors shown (${formatCount(changed)} changed, ${all})`;
}

function changeText({ before, after, delta }: Change, options: FormatOptions): string {
  return (
    `${formatCountChange(delta.count)} objects, ${formatSizeChange(delta.selfSize, options)} ` +
    `(${formatSize(before.selfSize, options)} to ${formatSize(after.selfSize, options)})`
  );
}
