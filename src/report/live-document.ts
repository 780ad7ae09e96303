import type { AllocationSitesResult } from '../analysis/allocation-sites.js';
import type { LiveMemoryResult } from '../analysis/live-memory.js';
import type { Look } from '../analysis/looks.js';
import type { TrendRow } from '../analysis/trend.js';
import type { Cell, ReportColumn, ReportTable } from './document.js';

/** Tables of what pages show of a running process. */

const SPACES: readonly ReportColumn[] = [
  { key: 'space', title: 'Space', align: 'left', rank: 0 },
  { key: 'trend', title: 'Trend', align: 'right', rank: 0 },
  { key: 'used', title: 'Used', align: 'right', rank: 0 },
  { key: 'change', title: 'Change', align: 'right', rank: 0 },
];

export function spacesTable({ spaces }: LiveMemoryResult): ReportTable {
  const rows = spaces.map(({ name, used }): Cell[] => [
    { type: 'name', text: name },
    { type: 'spark', values: used },
    { type: 'bytes', value: used.at(-1) ?? 0 },
    { type: 'bytesChange', value: (used.at(-1) ?? 0) - (used[0] ?? 0) },
  ]);
  return { columns: SPACES, rows };
}

const SITES: readonly ReportColumn[] = [
  { key: 'function', title: 'Function', align: 'left', rank: 0 },
  { key: 'place', title: 'Where', align: 'left', cutAt: 'start', rank: 0 },
  { key: 'trend', title: 'Trend', align: 'right', rank: 0 },
  { key: 'monotonicity', title: 'Monotonicity', align: 'right', rank: 2 },
  { key: 'size', title: 'Still held', align: 'right', rank: 0 },
  { key: 'growth', title: 'Growth', align: 'right', rank: 1 },
];

/** @param floor sites that hold less are left out; bytes */
export function sitesTable({ sites }: AllocationSitesResult, floor: number): ReportTable {
  const rows = sites
    .filter(({ size }) => size >= floor)
    .map((site): Cell[] => [
      { type: 'name', text: site.function },
      { type: 'name', text: site.place, whenEmpty: '(V8)' },
      { type: 'spark', values: site.sizes },
      { type: 'ratio', value: site.monotonicity },
      { type: 'bytes', value: site.size },
      { type: 'bytesChange', value: site.growth },
    ]);
  return { columns: SITES, rows };
}

const LOOKS: readonly ReportColumn[] = [
  { key: 'at', title: 'When', align: 'left', rank: 0 },
  { key: 'kind', title: 'What', align: 'left', rank: 0 },
  { key: 'count', title: 'Count', align: 'right', rank: 0 },
  { key: 'countChange', title: 'Delta', align: 'right', rank: 0 },
  { key: 'selfSize', title: 'Self size', align: 'right', rank: 0 },
  { key: 'selfSizeChange', title: 'Size delta', align: 'right', rank: 0 },
];

/** A class at each look, and what changed since the look before; the latest first. */
export function classLooksTable({ counts, sizes }: TrendRow, looks: readonly Look[]): ReportTable {
  const rows = looks.map(({ at, kind }, i): Cell[] => [
    { type: 'word', text: clockTime(at) },
    { type: 'word', text: kind },
    { type: 'count', value: counts[i]! },
    { type: 'countChange', value: i === 0 ? 0 : counts[i]! - counts[i - 1]! },
    { type: 'bytes', value: sizes[i]! },
    { type: 'bytesChange', value: i === 0 ? 0 : sizes[i]! - sizes[i - 1]! },
  ]);
  return { columns: LOOKS, rows: rows.toReversed() };
}

/** `14:05:09`, where the reader is. @param at milliseconds since 1970 */
export function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8);
}
