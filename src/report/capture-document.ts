import type { CaptureResult } from '../analysis/capture-result.js';
import type { Cell, ReportColumn, ReportDocument } from './document.js';
import { visibleText } from './untrusted-text.js';

const COLUMNS: readonly ReportColumn[] = [
  { key: 'file', title: 'Snapshot', align: 'left', cutAt: 'start', rank: 0 },
  { key: 'bytes', title: 'File', align: 'right', rank: 0 },
  { key: 'took', title: 'Took', align: 'right', rank: 0 },
  { key: 'heapUsed', title: 'Heap used', align: 'right', rank: 1 },
  { key: 'rss', title: 'RSS', align: 'right', rank: 2 },
];

export function captureDocument(result: CaptureResult): ReportDocument {
  const rows = result.rows.map(({ file, bytes, took, heapUsed, rss }): readonly Cell[] => [
    { type: 'name', text: file },
    { type: 'bytes', value: bytes },
    { type: 'duration', value: took },
    { type: 'bytes', value: heapUsed },
    rss === null ? { type: 'word', text: '–' } : { type: 'bytes', value: rss },
  ]);
  return { header: [visibleText(result.of)], tables: [{ columns: COLUMNS, rows }], notes: [] };
}
