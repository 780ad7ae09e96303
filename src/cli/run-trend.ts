import { selectFromTrend, findTrends, TREND_SORT_KEYS, type TrendResult } from '../analysis/trend.js';
import { summarizeFiles } from '../analysis/summarize-files.js';
import type { SummaryResult } from '../analysis/summary.js';
import { HeapstatError, usageError } from '../errors.js';
import { Reporter } from './input.js';
import { type RowOptions, selectOptions } from './options.js';
import { writeResults } from './output.js';
import type { Series } from './series-files.js';

export interface TrendOptions extends RowOptions {
  /** Operations per step. */
  readonly per?: number;
  /** The idle pair. */
  readonly control?: readonly [string, string];
}

/** Reads the series, the cores shared, and writes the trends of each. @throws HeapstatError */
export async function runTrend(series: readonly Series[], options: TrendOptions): Promise<void> {
  for (const { process: of, files } of series)
    if (files.length < 2)
      throw usageError(
        `a trend needs two snapshots at least: there is only ${files[0] ?? 'none'}${of === null ? '' : ` of ${of}`}`,
      );
  const select = selectOptions(options, TREND_SORT_KEYS);
  const reporter = new Reporter(options);
  const control = options.control ?? [];
  for (const { files } of series) reporter.warnOfSame(files);
  const summaries = await summarizeAll([...series.flatMap(({ files }) => files), ...control], reporter).finally(() =>
    reporter.finish(),
  );
  const idle = options.control ? ([summaries.at(-2)!, summaries.at(-1)!] as const) : undefined;
  let done = 0;
  const results = series.map(({ files }): TrendResult => {
    const own = summaries.slice(done, (done += files.length));
    return findTrends(own, { operations: options.per, control: idle });
  });
  for (const { warnings } of results) warnings.forEach((warning) => reporter.warn(warning));
  await writeResults(
    results.map((result) => selectFromTrend(result, select)),
    options,
  );
}

/** Summaries of files, each read once. @throws HeapstatError the first that cannot be read */
export async function summarizeAll(files: readonly string[], reporter: Reporter): Promise<SummaryResult[]> {
  const distinct = [...new Set(files)];
  const answers = await summarizeFiles(distinct, {
    onWarning: (warning) => reporter.warn(warning),
    onProgress: reporter.onFilesProgress(distinct),
    forComparison: true,
  });
  const byFile = new Map(distinct.map((file, k) => [file, answers[k]!]));
  return files.map((file) => {
    const answer = byFile.get(file)!;
    if (answer instanceof HeapstatError) throw answer;
    return answer;
  });
}
