import { formatBytes, formatCount } from '../util/bytes.js';
import { SYSTEM_DISTANCE } from '../util/system-distance.js';
import { formatDuration } from '../util/duration.js';
import type { Cell, FormatOptions } from './document.js';

export function formatSize(bytes: number, options: FormatOptions): string {
  return options.exactBytes ? `${formatCount(bytes)} B` : formatBytes(bytes);
}

/** With a `+` in front of growth. */
export function formatSizeChange(bytes: number, options: FormatOptions): string {
  return bytes > 0 ? `+${formatSize(bytes, options)}` : formatSize(bytes, options);
}

/** `1 node`, `1,234 nodes`. */
export function formatNumberOf(count: number, thing: string): string {
  return `${formatCount(count)} ${thing}${count === 1 ? '' : 's'}`;
}

export function formatCountChange(count: number): string {
  return count > 0 ? `+${formatCount(count)}` : formatCount(count);
}

/** A share of 0 to 1 as `12.3%`. */
export function formatShare(part: number): string {
  return `${(part * 100).toFixed(1)}%`;
}

export function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

/** `7`; `–` where no user root leads, as DevTools shows it. */
export function formatDistance(distance: number | null): string {
  return distance === null || distance < 0 || distance >= SYSTEM_DISTANCE ? '–' : formatCount(distance);
}

/** What is measured per step or per operation may be a fraction, which tells something of small numbers only. */
export function wholeOrTenths(value: number): number {
  return Math.abs(value) < 10 ? Math.round(value * 10) / 10 : Math.round(value);
}

const BARS = '▁▂▃▄▅▆▇█';

/** A bar per value, from the least to the largest of them. */
export function sparkline(values: readonly number[]): string {
  const least = Math.min(...values);
  const range = Math.max(...values) - least;
  return values
    .map((value) => BARS[range === 0 ? 0 : Math.round(((value - least) / range) * (BARS.length - 1))]!)
    .join('');
}

/** A cell's text for people. Names are made harmless by the caller, who knows where they go. */
export function formatCell(cell: Exclude<Cell, { type: 'name' }>, options: FormatOptions): string {
  switch (cell.type) {
    case 'count':
      return formatCount(cell.value);
    case 'bytes':
      return formatSize(cell.value, options);
    case 'share':
      return formatShare(cell.value);
    case 'duration':
      return formatDuration(cell.value);
    case 'id':
      return `@${cell.value}`;
    case 'distance':
      return formatDistance(cell.value);
    case 'ratio':
      return cell.value.toFixed(2);
    case 'spark':
      return sparkline(cell.values);
    case 'word':
      return cell.text;
    case 'countChange':
      return formatCountChange(cell.value);
    case 'bytesChange':
      return formatSizeChange(cell.value, options);
  }
}
