import type { TrendResult } from '../analysis/trend.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument } from './document.js';
import { formatSizeChange, wholeOrTenths } from './format.js';
import { shownOf, snapshotLine } from './summary-document.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
  { key: 'sizes', title: 'Trend', align: 'right', rank: 0 },
  { key: 'shape', title: 'Shape', align: 'right', rank: 1 },
  { key: 'monotonicity', title: 'Monotonicity', align: 'right', rank: 3 },
  { key: 'firstCount', title: 'First', align: 'right', rank: 3 },
  { key: 'lastCount', title: 'Last', align: 'right', rank: 2 },
  { key: 'slopeCount', title: 'Per step', align: 'right', rank: 2 },
  { key: 'firstSelfSize', title: 'Size first', align: 'right', rank: 3 },
  { key: 'lastSelfSize', title: 'Size last', align: 'right', rank: 1 },
  { key: 'slopeSelfSize', title: 'Size per step', align: 'right', rank: 0 },
];
const PER_OPERATION: ReportColumn = {
  key: 'perOperationSelfSize',
  title: 'Per operation',
  align: 'right',
  rank: 0,
};
const CONTROL: readonly ReportColumn[] = [
  { key: 'effectSelfSize', title: 'Effect', align: 'right', rank: 1 },
  { key: 'noiseSelfSize', title: 'Noise', align: 'right', rank: 1 },
];

export function trendDocument(result: TrendResult, options: FormatOptions): ReportDocument {
  const { snapshots, control, operations, total, rows } = result;
  const columns = [...COLUMNS];
  if (operations !== null) columns.push(PER_OPERATION);
  if (control) columns.push(...CONTROL);
  const cells = rows.map((row): Cell[] => [
    { type: 'name', text: row.constructor },
    { type: 'spark', values: row.sizes },
    { type: 'word', text: row.shape },
    { type: 'ratio', value: row.monotonicity },
    { type: 'count', value: row.first.count },
    { type: 'count', value: row.last.count },
    { type: 'countChange', value: wholeOrTenths(row.slope.count) },
    { type: 'bytes', value: row.first.selfSize },
    { type: 'bytes', value: row.last.selfSize },
    { type: 'bytesChange', value: wholeOrTenths(row.slope.selfSize) },
    ...(row.perOperation ? [{ type: 'bytesChange', value: wholeOrTenths(row.perOperation.selfSize) } as const] : []),
    ...(row.control
      ? [
          { type: 'bytesChange', value: wholeOrTenths(row.control.effect.selfSize) } as const,
          { type: 'bytes', value: row.control.noise.selfSize } as const,
        ]
      : []),
  ]);
  const header = snapshots.map((snapshot, k) => `${formatCount(k + 1)}  ${snapshotLine(snapshot)}`);
  if (control) header.push(`Idle from  ${snapshotLine(control.before)}`, `Idle to    ${snapshotLine(control.after)}`);
  const faintRows = new Set(rows.flatMap((row, k) => (row.control?.isWithinNoise ? [k] : [])));
  const perOperation = total.perOperation
    ? `, ${formatSizeChange(wholeOrTenths(total.perOperation.selfSize), options)} per operation`
    : '';
  const notes = [
    shownOf(rows.length, result.matched.constructors, result.constructors),
    `The whole heap: ${formatSizeChange(total.growth.selfSize, options)} in all, ` +
      `${formatSizeChange(wholeOrTenths(total.slope.selfSize), options)} per step${perOperation}; ${total.shape}`,
  ];
  if (snapshots.length === 2) notes.push('Two snapshots cannot tell steady growth from a step; three or more can');
  if (control) notes.push(`${formatCount(faintRows.size)} of the rows are within what the idle pair changed by`);
  return { header, tables: [{ columns, rows: cells, faintRows }], notes };
}
