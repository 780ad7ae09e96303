import type { SummaryResult } from './summary.js';
import { findTrends, type TrendResult } from './trend.js';

/** When the heap of a running process was looked at. */
export interface Look {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** snapshot: its objects may be walked through; look: only sums were kept. */
  readonly kind: 'look' | 'snapshot';
  /** Milliseconds for which it stopped the process. */
  readonly stopped: number;
}

/** The looks that a process takes at itself, without being asked. */
export interface LookSchedule {
  /** Milliseconds from one to the next, at least. */
  readonly every: number;
  /** When the next one is due, milliseconds since 1970; null while one is under way. */
  readonly nextAt: number | null;
  /** Why the latest was not taken; null where it was, or none has been due. */
  readonly skipped: string | null;
}

/** What looks at one process have found, the latest last. */
export interface LooksResult {
  readonly type: 'looks';
  readonly version: 1;
  readonly looks: readonly Look[];
  /** Of the latest; null where there was none. */
  readonly latest: SummaryResult | null;
  /** Of every constructor over all looks; null for fewer than two. */
  readonly trend: TrendResult | null;
}

export function compareLooks(looks: readonly Look[], summaries: readonly SummaryResult[]): LooksResult {
  return {
    type: 'looks',
    version: 1,
    looks,
    latest: summaries.at(-1) ?? null,
    trend: summaries.length < 2 ? null : findTrends(summaries),
  };
}
