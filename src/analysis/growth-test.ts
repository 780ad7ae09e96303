import type { GrowthGroup } from './growth-groups.js';

/** What a group's numbers say about each window, the time between two snapshots. */
export interface WindowCounts {
  /** More objects at its end than at its beginning; negative where there are fewer. */
  readonly growth: number;
  /** Of those that came into the group in the window, how many are still in it in the last snapshot. */
  readonly kept: number;
  /** Of those that were there at its beginning, how many are not at its end. */
  readonly removed: number;
}

export function windowsOf({ count, ages }: Pick<GrowthGroup, 'count' | 'ages'>): WindowCounts[] {
  const last = ages.at(-1)!;
  return count.slice(1).map((after, k) => {
    const before = count[k]!;
    const born = ages[k + 1]![k + 1]!;
    return { growth: after - before, kept: last[k + 1]!, removed: before - (after - born) };
  });
}

/** The fewest objects per window that count: fewer come and go in every process. */
export const LEAST_GROWTH = 3;
/** Of a single snapshot, which knows no growth: the fewest objects in one place that count. */
export const LEAST_PILE = 100;
/** Of what came in the only window, so much may be gone of what was there before. */
const MOST_REMOVED = 0.1;
/** A window may bring at most so many times what the one before it brought. */
const MOST_ACCELERATION = 3;

/**
 * How many objects of a group leak in the last window; 0 where its numbers do not say that it leaks.
 * Growth must go on in every window, by objects that stay. Slower than before beyond chance (of counted events: their
 * square root) it is a table that fills up; and so it is where objects begin to be removed and growth slackens.
 */
export function leakPerWindow(windows: readonly WindowCounts[]): number {
  const leaks = windows.map(({ growth, kept }) => Math.min(growth, kept));
  const last = leaks.at(-1)!;
  if (Math.min(...leaks) < LEAST_GROWTH) return 0;
  // Of two snapshots only a population that loses next to nothing can be told from one that changes.
  if (windows.length === 1) return windows[0]!.removed > MOST_REMOVED * last ? 0 : last;
  const earlier = windows.slice(0, -1);
  const before = median(leaks.slice(0, -1));
  if (last < before - 2.5 * Math.sqrt(before) - 1 || last > MOST_ACCELERATION * before) return 0;
  const { removed, growth } = windows.at(-1)!;
  const removedBefore = median(earlier.map((window) => window.removed));
  const slackens = growth < median(earlier.map((window) => window.growth));
  if (slackens && removed > removedBefore + 2.5 * Math.sqrt(removedBefore) + 0.02 * last) return 0;
  return last;
}

/**
 * The same for a series whose last window only let go (what the program was asked to do was undone or over): what came
 * before it and outlived it. A tenth may be gone.
 */
export function leakAfterRelease(windows: readonly WindowCounts[]): number {
  const { removed } = windows.at(-1)!;
  const leak = leakPerWindow(windows.slice(0, -1));
  return removed > 0.1 * leak ? 0 : leak;
}

/** Bytes per window from which on a table that only grows in bytes counts, whatever its course. */
const MANY_BYTES = 32_768;
const LEAST_BYTES = 1024;

/**
 * Bytes by which a single object leaks in the last window, or 0. Tables grow in steps, so steadiness cannot be asked
 * for; small ones must not slacken at all.
 */
export function byteLeakPerWindow(bytes: readonly number[]): number {
  const growth = bytes.slice(1).map((after, k) => after - bytes[k]!);
  const least = Math.min(...growth);
  if (least < LEAST_BYTES) return 0;
  const last = growth.at(-1)!;
  const slackens = growth.length > 1 && last < 0.95 * growth.at(-2)!;
  if (growth.length === 1 && least < MANY_BYTES) return 0;
  if (slackens && (least < MANY_BYTES || last < 0.5 * growth.at(-2)!)) return 0;
  return last;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
