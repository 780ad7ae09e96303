import type { HeapChangeSum, HeapDiff } from '../analysis/heap-diff.js';
import { comparisonLines, shownOf, withoutColumns } from './diff-document.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument } from './document.js';
import { formatCountChange, formatSize, formatSizeChange } from './format.js';
import { sourceText } from './source-text.js';

const LOCATION: ReportColumn = { key: 'location', title: 'Location', align: 'left', cutAt: 'start', rank: 0 };
const NUMBERS: readonly ReportColumn[] = [
  { key: 'beforeCount', title: 'Before', align: 'right', rank: 3 },
  { key: 'afterCount', title: 'After', align: 'right', rank: 3 },
  { key: 'newCount', title: 'New', align: 'right', rank: 2 },
  { key: 'deletedCount', title: 'Deleted', align: 'right', rank: 2 },
  { key: 'deltaCount', title: 'Delta', align: 'right', rank: 0 },
  { key: 'beforeShallowSize', title: 'Shallow before', align: 'right', rank: 5 },
  { key: 'afterShallowSize', title: 'Shallow after', align: 'right', rank: 4 },
  { key: 'newShallowSize', title: 'Shallow new', align: 'right', rank: 6 },
  { key: 'deletedShallowSize', title: 'Shallow deleted', align: 'right', rank: 6 },
  { key: 'deltaShallowSize', title: 'Shallow delta', align: 'right', rank: 0 },
  { key: 'beforeRetainedSize', title: 'Retained before', align: 'right', rank: 5 },
  { key: 'afterRetainedSize', title: 'Retained after', align: 'right', rank: 1 },
  { key: 'deltaRetainedSize', title: 'Retained delta', align: 'right', rank: 0 },
];

/** What only a comparison by id tells. */
const CLAIMED = new Set(['newCount', 'deletedCount', 'newShallowSize', 'deletedShallowSize']);

export function heapDiffDocument(result: HeapDiff, options: FormatOptions): ReportDocument {
  const columns: ReportColumn[] = [{ key: 'constructor', title: 'Constructor', align: 'left', rank: 0 }];
  if (result.by === 'location') columns.push(LOCATION);
  const rows = result.rows.map((row) => {
    const cells: Cell[] = [{ type: 'name', text: row.constructor }];
    if (result.by === 'location') cells.push({ type: 'name', text: sourceText(row.location ?? null), whenEmpty: '–' });
    cells.push(
      { type: 'count', value: row.before.count },
      { type: 'count', value: row.after.count },
      { type: 'count', value: row.new?.count ?? 0 },
      { type: 'count', value: row.deleted?.count ?? 0 },
      { type: 'countChange', value: row.delta.count },
      { type: 'bytes', value: row.before.shallowSize },
      { type: 'bytes', value: row.after.shallowSize },
      { type: 'bytes', value: row.new?.shallowSize ?? 0 },
      { type: 'bytes', value: row.deleted?.shallowSize ?? 0 },
      { type: 'bytesChange', value: row.delta.shallowSize },
      { type: 'bytes', value: row.before.retainedSize },
      { type: 'bytes', value: row.after.retainedSize },
      { type: 'bytesChange', value: row.delta.retainedSize },
    );
    return cells;
  });
  const table = { columns: [...columns, ...NUMBERS], rows };
  return {
    header: comparisonLines(result),
    tables: [result.match.mode === 'id' ? table : withoutColumns(table, CLAIMED)],
    notes: [
      `${shownOf(result)}: ${changeText(result.shown, options)}`,
      `The whole heap: ${changeText(result.total, options)}`,
    ],
  };
}

function changeText({ before, after, delta }: HeapChangeSum, options: FormatOptions): string {
  return (
    `${formatCountChange(delta.count)} objects, shallow ${formatSizeChange(delta.shallowSize, options)} ` +
    `(${formatSize(before.shallowSize, options)} to ${formatSize(after.shallowSize, options)})`
  );
}
