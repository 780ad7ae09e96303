export {
  type Change,
  type DiffOptions,
  type DiffResult,
  type DiffRow,
  type DiffSelectOptions,
  diffSnapshots,
  selectFromDiff,
} from './analysis/diff.js';
export type { Match, MatchMode } from './analysis/match.js';
export { type Budget, type CheckConfig, type Limits, parseCheckConfig } from './analysis/check-config.js';
export { checkBudgets, type CheckInput, type CheckResult, type Judgement } from './analysis/check.js';
export { type Baseline, baselineText, makeBaseline, parseBaseline } from './analysis/baseline.js';
export { rowFilter } from './analysis/row-filter.js';
export {
  type Amount,
  selectFromSummary,
  type SnapshotInfo,
  summarize,
  type SummaryResult,
  type SummaryRow,
} from './analysis/summary.js';
export { findTrends, selectFromTrend, type TrendResult, type TrendRow } from './analysis/trend.js';
export { type ErrorCode, HeapstatError } from './errors.js';
export type { ReadOptions } from './snapshot/read.js';
export { bytesSource, fileSource, type SnapshotSource, standardInput, streamSource } from './snapshot/source.js';
