import type { SnapshotInfo, SummaryResult } from '../analysis/summary.js';
import { formatBytes, formatCount } from '../util/bytes.js';
import type { FormatOptions, ReportColumn, ReportDocument } from './document.js';
import { formatShare, formatSize, share } from './format.js';
import { visibleText } from './untrusted-text.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
  { key: 'count', title: 'Count', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 1 },
  { key: 'selfSize', title: 'Self size', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 1 },
];

export function summaryDocument(result: SummaryResult, options: FormatOptions): ReportDocument {
  const { total, matched, shown } = result;
  const rows = result.rows.map((row) => [
    { type: 'name', text: row.constructor } as const,
    { type: 'count', value: row.count } as const,
    { type: 'share', value: share(row.count, total.count) } as const,
    { type: 'bytes', value: row.selfSize } as const,
    { type: 'share', value: share(row.selfSize, total.selfSize) } as const,
  ]);
  const notes = [
    `${shownOf(rows.length, matched.constructors, result.constructors)}: ` +
      `${formatCount(shown.count)} of ${formatCount(total.count)} objects (${formatShare(share(shown.count, total.count))}), ` +
      `${formatSize(shown.selfSize, options)} of ${formatSize(total.selfSize, options)} (${formatShare(share(shown.selfSize, total.selfSize))})`,
  ];
  if (result.zeroSized > 0)
    notes.push(
      `${formatCount(result.zeroSized)} of all objects have no size of their own; Chrome DevTools leaves these out`,
    );
  return { header: [snapshotLine(result.snapshot)], tables: [{ columns: COLUMNS, rows }], notes };
}

/** `25 of 312 constructors shown`, or `25 of 40 matching constructors shown (312 in all)`. */
export function shownOf(shown: number, matched: number, all: number, what = 'constructors'): string {
  const count =
    shown === 0
      ? 'No'
      : shown === matched
        ? `All ${formatCount(matched)}`
        : `${formatCount(shown)} of ${formatCount(matched)}`;
  return matched === all ? `${count} ${what} shown` : `${count} matching ${what} shown (${formatCount(all)} in all)`;
}

export function snapshotLine(info: SnapshotInfo): string {
  const name = info.file === '-' ? '(standard input)' : visibleText(info.file);
  const parts = [
    formatBytes(info.bytes),
    `${formatCount(info.nodes)} nodes`,
    `${formatCount(info.edges)} edges`,
    info.producer,
  ];
  return `${name}: ${parts.join(', ')}${incompleteText(info)}`;
}

/** What every output of a cut file says. */
function incompleteText({ complete, readNodes = 0, declaredNodes }: SnapshotInfo): string {
  if (complete !== false) return '';
  const read = formatCount(readNodes);
  if (readNodes === declaredNodes)
    return ` - INCOMPLETE: the file is cut, all ${read} nodes were read, names may be lost`;
  const of = declaredNodes ? ` of ${formatCount(declaredNodes)}` : '';
  return ` - INCOMPLETE: the file is cut, ${read}${of} nodes were read`;
}
