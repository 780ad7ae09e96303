export type { GroupBy } from './analysis/aggregate-classes.js';
export type { DiffBy } from './analysis/class-diff.js';
export {
  type Change,
  type DiffOptions,
  type DiffResult,
  type DiffRow,
  type DiffSelectOptions,
  diffSnapshots,
  selectFromDiff,
} from './analysis/diff.js';
export type { Capture } from './analysis/comparison-limits.js';
export type { Completeness } from './analysis/completeness.js';
export {
  type CountFinding,
  diagnose,
  type DoctorOptions,
  type DoctorResult,
  type SectionFinding,
} from './analysis/doctor.js';
export {
  type DominatedGroup,
  type DominatorEntry,
  type DominatorsOptions,
  type DominatorsResult,
  findDominators,
} from './analysis/dominators.js';
export { type DuplicateString, type DuplicateStrings, findDuplicateStrings } from './analysis/duplicate-strings.js';
export {
  diffHeaps,
  type HeapChange,
  type HeapDiff,
  type HeapDiffOptions,
  type HeapDiffRow,
  type HeapDiffSelectOptions,
  selectFromHeapDiff,
} from './analysis/heap-diff.js';
export {
  type HeapAmount,
  type HeapSummary,
  type HeapSummaryRow,
  selectFromHeapSummary,
  summarizeHeap,
} from './analysis/heap-summary.js';
export {
  type CollectionEntries,
  type CollectionEntry,
  type DominatorStep,
  type FieldView,
  type InspectedNode,
  inspectHeap,
  type InspectOptions,
  type InspectResult,
  type NodeSummary,
  type RetainerView,
} from './analysis/inspect.js';
export type { HopKind } from './analysis/hop-names.js';
export type { LeakHolder } from './analysis/leak-holder.js';
export type { SeriesKind } from './analysis/leaking-groups.js';
export {
  findLeaksIn,
  type LeakNoise,
  type LeaksOptions,
  type LeaksResult,
  type LeakStep,
  type LeakSuspect,
} from './analysis/leaks.js';
export type { LeakPathStep } from './analysis/leak-path.js';
export { makeReport, type ReportOptions, type ReportResult } from './analysis/report.js';
export {
  findRetainingPaths,
  type PathEntry,
  type TargetHolder,
  type WhyOptions,
  type WhyResult,
} from './analysis/retaining-paths.js';
export { type LoadedHeap, loadHeap } from './analysis/load-heap.js';
export type { Match, MatchMode } from './analysis/match.js';
export { type Budget, type CheckConfig, type Limits, parseCheckConfig } from './analysis/check-config.js';
export { checkBudgets, type CheckInput, type CheckResult, type Judgement } from './analysis/check.js';
export { type Baseline, baselineText, makeBaseline, parseBaseline } from './analysis/baseline.js';
export { rowFilter } from './analysis/row-filter.js';
export type { CutEdge, CutResult } from './analysis/smallest-cut.js';
export type { SourcePlace } from './analysis/source-place.js';
export type { MapPlace, NamedPlace, PlaceSources, ReadScript } from './analysis/source-places.js';
export type { HeapSpace, ProcessMemory } from './analysis/process-memory.js';
export { computeStats, type ResidentMemory, type StatsOptions, type StatsResult } from './analysis/stats.js';
export {
  type Amount,
  selectFromSummary,
  type SnapshotInfo,
  type SummarizeOptions,
  summarize,
  type SummaryResult,
  type SummaryRow,
} from './analysis/summary.js';
export { findTrends, selectFromTrend, type TrendResult, type TrendRow } from './analysis/trend.js';
export { findTarget, type Target, type TargetInfo } from './analysis/target.js';
export type { WhatIfResult } from './analysis/what-if.js';
export { type ErrorCode, HeapstatError } from './errors.js';
export type { GraphBase } from './graph/base.js';
export type { ClassKeys, SourceLocation } from './graph/class-keys.js';
export type { Classes } from './graph/class-names.js';
export type { DominatorTree } from './graph/dominator-tree.js';
export type { EdgeKinds } from './graph/edge-kinds.js';
export type { HeapGraph } from './graph/heap-graph.js';
export type { InterfaceDefinition } from './graph/interfaces.js';
export type { NodeKinds } from './graph/node-kinds.js';
export type { EdgeName } from './graph/node-view.js';
export type { PlainObjects } from './graph/plain-objects.js';
export type { Retainers } from './graph/retainers.js';
export type { WeakMapPairs } from './graph/weak-map-pairs.js';
export type { SnapshotColumns } from './snapshot/columns.js';
export type { ReadOptions } from './snapshot/read.js';
export {
  bytesSource,
  fileSource,
  type SnapshotInput,
  type SnapshotSource,
  standardInput,
  streamSource,
} from './snapshot/source.js';
