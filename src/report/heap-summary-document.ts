import type { HeapSummary } from '../analysis/heap-summary.js';
import { formatCount } from '../util/bytes.js';
import type { Cell, FormatOptions, ReportColumn, ReportDocument } from './document.js';
import { formatNumberOf, formatShare, formatSize, share } from './format.js';
import { sourceText } from './source-text.js';
import { shownOf, snapshotLine } from './summary-document.js';
import { visibleText } from './untrusted-text.js';

const NUMBERS: readonly ReportColumn[] = [
  { key: 'distance', title: 'Distance', align: 'right', rank: 2 },
  { key: 'count', title: 'Count', align: 'right', rank: 0 },
  { key: 'shallowSize', title: 'Shallow size', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 1 },
  { key: 'retainedSize', title: 'Retained size', align: 'right', rank: 0 },
  { key: null, title: 'Share', align: 'right', rank: 1 },
];
const LOCATION: ReportColumn = { key: 'location', title: 'Location', align: 'left', cutAt: 'start', rank: 0 };

/** What the first column, and all rows together, are called. */
const TITLES = {
  constructor: ['Constructor', 'constructors'],
  location: ['Constructor', 'constructors by location'],
  type: ['Type', 'types'],
  shape: ['Shape', 'shapes'],
} as const;

export function heapSummaryDocument(result: HeapSummary, options: FormatOptions): ReportDocument {
  const { by, total, matched, shown } = result;
  const [title, all] = TITLES[by];
  const columns: ReportColumn[] = [{ key: 'constructor', title, align: 'left', rank: 0 }];
  if (by === 'location') columns.push(LOCATION);
  const rows = result.rows.map((row) => {
    const cells: Cell[] = [{ type: 'name', text: row.constructor }];
    if (by === 'location') cells.push({ type: 'name', text: sourceText(row.location ?? null), whenEmpty: '–' });
    cells.push(
      { type: 'distance', value: row.distance },
      { type: 'count', value: row.count },
      { type: 'bytes', value: row.shallowSize },
      { type: 'share', value: share(row.shallowSize, total.shallowSize) },
      { type: 'bytes', value: row.retainedSize },
      { type: 'share', value: share(row.retainedSize, total.retainedSize) },
    );
    return cells;
  });
  const notes = [
    `${shownOf(rows.length, matched.constructors, result.constructors, all)}: ` +
      `${formatCount(shown.count)} of ${formatCount(total.count)} objects (${formatShare(share(shown.count, total.count))}), ` +
      `shallow ${formatSize(shown.shallowSize, options)} of ${formatSize(total.shallowSize, options)} ` +
      `(${formatShare(share(shown.shallowSize, total.shallowSize))})`,
  ];
  if (result.emptyCount > 0)
    notes.push(
      `Not counted, as in Chrome DevTools: ${formatNumberOf(result.emptyCount, 'node')} without a size, or whose size counts with the owner`,
    );
  notes.push(...differenceNotes(result));
  return {
    header: [snapshotLine(result.snapshot)],
    tables: [{ columns: [...columns, ...NUMBERS], rows }],
    notes,
  };
}

function differenceNotes({ devtoolsDifferences: { lostRows, wrappedSizes } }: HeapSummary): string[] {
  const notes: string[] = [];
  if (lostRows.length > 0)
    notes.push(
      `Chrome DevTools shows less of ${lostRows.map(visibleText).join(', ')}: of two rows with one name it keeps the last; here they are one`,
    );
  if (wrappedSizes > 0)
    notes.push(
      `Chrome DevTools shows less for ${formatNumberOf(wrappedSizes, 'node')} over 4 GiB: it takes sizes modulo 2^32`,
    );
  return notes;
}
