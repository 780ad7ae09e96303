import * as fs from 'node:fs';
import { dirname, resolve, relative } from 'node:path';
import { baselineText, makeBaseline, parseBaseline } from '../analysis/baseline.js';
import { checkBudgets, type CheckInput, type CheckResult } from '../analysis/check.js';
import { type Budget, type CheckConfig, parseCheckConfig } from '../analysis/check-config.js';
import { HeapstatError, usageError } from '../errors.js';
import type { LeaksResult } from '../analysis/leaks.js';
import { formatNumberOf } from '../report/format.js';
import { escapeJson, visibleText } from '../report/untrusted-text.js';
import { Reporter } from './input.js';
import { loadInput } from './load.js';
import type { OutputOptions } from './options.js';
import { writeWholeFile } from './output.js';
import { summarizeAll } from './run-trend.js';
import { findSeries } from './series-files.js';
import { placeSources } from './place-sources.js';
import { workingFolder } from './source-maps.js';

/** What is to be judged: the configuration, with the command line's words in their place. */
export interface CheckRequest {
  readonly files: readonly string[];
  readonly budgets: readonly Budget[];
  readonly operations: number | null;
  readonly control: readonly [string, string] | null;
  readonly baseline: string | null;
  readonly allowInconclusive: boolean;
}

/** The configuration in a file; its paths are made those of the working directory. @throws HeapstatError USAGE, UNREADABLE */
export function readConfig(file: string): CheckConfig {
  const config = parseCheckConfig(readText(file), file);
  const fromHere = (path: string): string => relative('.', resolve(dirname(file), path));
  const { snapshots, control, baseline } = config;
  return {
    ...config,
    ...(snapshots ? { snapshots: snapshots.map(fromHere) } : {}),
    ...(control ? { control: [fromHere(control[0]), fromHere(control[1])] } : {}),
    ...(baseline === undefined ? {} : { baseline: fromHere(baseline) }),
  };
}

/**
 * Reads what the budgets need, and judges them.
 * @param leaks what leaks in these snapshots, where that is known already
 * @throws HeapstatError
 */
export async function runCheck(
  request: CheckRequest,
  options: OutputOptions,
  leaks: LeaksResult | null = null,
): Promise<CheckResult> {
  const { budgets, operations, control, baseline, allowInconclusive } = request;
  if (budgets.length === 0)
    throw usageError('there is nothing to check: give a budget (--max-size, --max-growth...) or --config');
  const files = onlySeries(request.files);
  // Before the snapshots: a mistake there is quick to tell.
  const base = baseline === null ? null : { file: baseline, baseline: parseBaseline(readText(baseline), baseline) };
  const reporter = new Reporter(options);
  reporter.warnOfSame(files);
  const summaries = await summarizeAll([...files, ...(control ?? [])], reporter).finally(() => reporter.finish());
  const graph = await readGraph(files.at(-1)!, budgets, options);
  const input: CheckInput = {
    summaries: summaries.slice(0, files.length),
    baseline: base,
    control: control ? [summaries.at(-2)!, summaries.at(-1)!] : null,
    operations,
    ...graph,
    ...(leaks ? { suspects: leaks.suspects, whyNoSuspects: null } : await readSuspects(files, request, reporter)),
  };
  const result = checkBudgets(input, budgets, { allowInconclusive });
  result.warnings.forEach((warning) => reporter.warn(warning));
  return result;
}

/** Writes the baseline of the last snapshot, and says so. @throws HeapstatError */
export async function updateBaseline(request: CheckRequest, options: OutputOptions): Promise<string> {
  const { baseline } = request;
  if (baseline === null) throw usageError('--update-baseline needs to know where: give --baseline FILE');
  const [summary] = await summarizeAll([onlySeries(request.files).at(-1)!], new Reporter(options));
  const made = makeBaseline(summary!);
  // People read it on terminals: as changes to a repository.
  writeWholeFile(baseline, baselineText(made).split('\n').map(escapeJson).join('\n'));
  return `Wrote ${visibleText(baseline)}: ${formatNumberOf(made.classes.size, 'constructor')}`;
}

/** The heap graph of the last snapshot is built only for the budgets that need it. */
async function readGraph(
  file: string,
  budgets: readonly Budget[],
  options: OutputOptions,
): Promise<Pick<CheckInput, 'retained' | 'detached'>> {
  const wantsRetained = budgets.some(({ maxRetainedSize }) => maxRetainedSize !== undefined);
  const wantsDetached = budgets.some(({ maxDetached }) => maxDetached !== undefined);
  if (!wantsRetained && !wantsDetached) return { retained: null, detached: null };
  const { summarizeHeap } = await import('../analysis/heap-summary.js');
  const { computeStats } = await import('../analysis/stats.js');
  const heap = await loadInput(file, options);
  return {
    retained: wantsRetained ? summarizeHeap(heap).rows : null,
    detached: wantsDetached ? computeStats(heap).detached.count : null,
  };
}

/** Leaks are looked for only where a budget asks: it takes the heap graphs of all snapshots. */
async function readSuspects(
  files: readonly string[],
  { budgets, operations }: CheckRequest,
  reporter: Reporter,
): Promise<Pick<CheckInput, 'suspects' | 'whyNoSuspects'>> {
  if (budgets.every(({ maxSuspects }) => maxSuspects === undefined)) return { suspects: [], whyNoSuspects: null };
  if (files.length < 2) return { suspects: [], whyNoSuspects: 'one snapshot cannot tell what grows' };
  const { findLeaksIn } = await import('../analysis/leaks.js');
  try {
    const { suspects, warnings } = await findLeaksIn(files, {
      ...reporter.readOptions(files),
      operations: operations ?? undefined,
      base: workingFolder(),
      ...placeSources(),
    });
    warnings.forEach((warning) => reporter.warn(warning));
    return { suspects: suspects.map(({ sentence, evidence }) => ({ sentence, evidence })), whyNoSuspects: null };
  } catch (error) {
    // They can be read, but not be compared.
    if (error instanceof HeapstatError && error.code === 'USAGE') return { suspects: [], whyNoSuspects: error.message };
    throw error;
  } finally {
    reporter.finish();
  }
}

function onlySeries(paths: readonly string[]): readonly string[] {
  if (paths.length === 0)
    throw usageError('there are no snapshots to check: name them, or "snapshots" in the configuration');
  if (paths.includes('-')) throw usageError('snapshots are checked from files, not from standard input');
  const [series, ...more] = findSeries(paths);
  if (more.length > 0) throw usageError('the snapshots are of several processes: check one at a time');
  return series!.files;
}

function readText(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const reason = missing ? 'there is no such file' : (error as Error).message;
    throw new HeapstatError('UNREADABLE', `cannot read ${file}: ${reason}`, { cause: error });
  }
}
