import type { DiffBy } from '../analysis/class-diff.js';
import { DIFF_SORT_KEYS, type DiffResult, diffSnapshots, selectFromDiff } from '../analysis/diff.js';
import type { HeapDiff } from '../analysis/heap-diff.js';
import type { MatchMode } from '../analysis/match.js';
import { hintAtDetached } from './detached-hint.js';
import { openInput, Reporter } from './input.js';
import { type RowOptions, selectOptions } from './options.js';

export interface CompareOptions extends RowOptions {
  readonly all?: true;
  readonly by?: DiffBy;
  readonly match: MatchMode;
}

/** What to show, and the same with all rows that pass the filter: what a gate judges. */
export interface Comparison {
  readonly shown: DiffResult | HeapDiff;
  readonly matched: DiffResult | HeapDiff;
}

export async function comparePlain(before: string, after: string, options: CompareOptions): Promise<Comparison> {
  const select = { ...selectOptions(options, DIFF_SORT_KEYS), all: options.all };
  const reporter = new Reporter(options);
  const readOptions = { ...reporter.readOptions([before, after]), match: options.match };
  const whole = await diffSnapshots(openInput(before), openInput(after), readOptions).finally(() => reporter.finish());
  whole.warnings.forEach((warning) => reporter.warn(warning));
  const shown = selectFromDiff(whole, select);
  hintAtDetached(reporter, options.filter, { all: whole.rows, shown: shown.rows });
  return { shown, matched: selectFromDiff(whole, { filter: select.filter }) };
}

export async function compareGraphs(before: string, after: string, options: CompareOptions): Promise<Comparison> {
  // Loaded only when needed: a plain diff has to start fast.
  const { diffHeaps, HEAP_DIFF_SORT_KEYS, selectFromHeapDiff } = await import('../analysis/heap-diff.js');
  const select = { ...selectOptions(options, HEAP_DIFF_SORT_KEYS), all: options.all };
  const reporter = new Reporter(options);
  const readOptions = { ...reporter.readOptions([before, after]), by: options.by, match: options.match };
  const whole = await diffHeaps(openInput(before), openInput(after), readOptions).finally(() => reporter.finish());
  whole.warnings.forEach((warning) => reporter.warn(warning));
  return { shown: selectFromHeapDiff(whole, select), matched: selectFromHeapDiff(whole, { filter: select.filter }) };
}
