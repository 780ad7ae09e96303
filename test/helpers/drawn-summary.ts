import type { SummaryResult } from '../../dist/analysis/summary.js';

/** A summary of classes given as count and self size. */
export function heap(
  classes: Readonly<Record<string, readonly [number, number]>>,
  producer = 'V8 of Node 22',
): SummaryResult {
  const rows = Object.entries(classes).map(([constructor, [count, selfSize]]) => ({ constructor, count, selfSize }));
  const total = {
    count: rows.reduce((sum, row) => sum + row.count, 0),
    selfSize: rows.reduce((sum, row) => sum + row.selfSize, 0),
  };
  return {
    type: 'summary',
    version: 1,
    snapshot: { file: 'heap', bytes: 1, nodes: total.count, edges: 0, producer },
    total,
    matched: { ...total, constructors: rows.length },
    shown: total,
    constructors: rows.length,
    zeroSized: 0,
    rows,
    warnings: [],
  };
}
