import type { CapturedSnapshot } from './capture-result.js';
import type { CheckResult } from './check.js';
import type { LeaksResult } from './leaks.js';

/** A snapshot of a program under test, and what was done before it. */
export interface RunStep extends CapturedSnapshot {
  /** warm: after the warm-up; idle: after nothing was done; load: after the load. */
  readonly step: 'warm' | 'idle' | 'load';
  /** Milliseconds that it was done for. */
  readonly lasted: number;
}

/** How a program ended that should have gone on. */
export interface EarlyEnd {
  readonly cause: 'heap-limit' | 'killed' | 'port-in-use' | 'other';
  /** For a sentence that begins with the program. */
  readonly text: string;
}

/** A program that was started, put under load, and judged. */
export interface RunResult {
  readonly type: 'run';
  readonly version: 1;
  readonly command: readonly string[];
  readonly steps: readonly RunStep[];
  /** null: it was there to the end. */
  readonly earlyEnd: EarlyEnd | null;
  /** null where it ended before there were two snapshots to compare. */
  readonly leaks: LeaksResult | null;
  /** The gate's answer. */
  readonly check: CheckResult;
  /** The folder with the snapshots; null: they are gone. */
  readonly kept: string | null;
}

/** The gate's answer for a program that ended early: failed, whatever the budgets say. */
export function failedByEnd(check: CheckResult | null, command: string, { text }: EarlyEnd): CheckResult {
  const judgement = {
    budget: command,
    kind: 'maxEarlyEnds',
    outcome: 'failed',
    limit: 0,
    actual: 1,
    remark: text,
    classes: [],
  } as const;
  return {
    type: 'check',
    version: 1,
    allowInconclusive: false,
    snapshots: [],
    against: null,
    suspects: [],
    warnings: [],
    ...check,
    outcome: 'failed',
    judgements: [judgement, ...(check?.judgements ?? [])],
  };
}
