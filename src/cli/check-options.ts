import { type Command, InvalidArgumentError, Option } from 'commander';
import { rowFilter } from '../analysis/row-filter.js';
import type { Budget } from '../analysis/check-config.js';
import { usageError } from '../errors.js';
import { CHECK_FORMATS, type CheckFormat } from '../report/check/render.js';
import { addSeriesOptions, collect, parseCount, parsePercent, parseSize } from './options.js';
import { type CheckRequest, readConfig } from './run-check.js';

type Limit = keyof Omit<Budget, 'name' | 'filter'>;

export interface CheckOptions extends Partial<Record<Limit, number>> {
  readonly config?: string;
  readonly filter: readonly string[];
  readonly per?: number;
  readonly control?: readonly [string, string];
  readonly baseline?: string;
  readonly updateBaseline?: true;
  readonly allowInconclusive?: true;
  readonly format: readonly Target[];
  readonly quiet?: true;
}

/** A format, and where it goes; null: standard output. */
interface Target {
  readonly format: CheckFormat;
  readonly file: string | null;
}

const LIMITS: readonly (readonly [Limit, string, string, (text: string) => number])[] = [
  ['maxSize', '--max-size <size>', 'self sizes in the last snapshot', parseSize],
  ['maxCount', '--max-count <n>', 'objects in the last snapshot', parseCount],
  ['maxGrowth', '--max-growth <size>', 'growth from the baseline, or else the first snapshot, to the last', parseSize],
  ['maxGrowthCount', '--max-growth-count <n>', 'the same in objects', parseCount],
  ['maxGrowthPercent', '--max-growth-percent <n>', 'the same in percent', parsePercent],
  [
    'maxGrowthPerOperation',
    '--max-growth-per-operation <size>',
    'growth over the snapshots for each of --per',
    parseSize,
  ],
  ['maxRetainedSize', '--max-retained-size <size>', 'what any one class retains in the last snapshot', parseSize],
  [
    'maxDetached',
    '--max-detached <n>',
    "detached nodes of a page in the last snapshot; Node's own objects do not count",
    parseCount,
  ],
  ['maxSuspects', '--max-suspects <n>', 'suspects that heapstat leaks names', parseCount],
];

/** Adds the options of CheckOptions. */
export function addCheckOptions(command: Command): Command {
  return addSeriesOptions(addBudgetOptions(command)).option(
    '--update-baseline',
    'write that file from the last snapshot, and check nothing',
  );
}

/** Those that are not about the snapshots themselves, but for --per. */
export function addBudgetOptions(command: Command): Command {
  command
    .option('-c, --config <file>', 'budgets and more from a JSON file')
    .addOption(
      new Option('-f, --filter <text>', 'what the budgets given as options are for; as in summary; repeatable')
        .argParser(collect)
        .default([], 'the whole heap'),
    );
  for (const [, flags, description, parse] of LIMITS) command.option(flags, `budget: ${description}`, parse);
  return command
    .option('--baseline <file>', 'measure growth from this file')
    .option('--allow-inconclusive', 'what cannot be judged is no failure')
    .addOption(
      new Option('--format <form[=file]>', `${CHECK_FORMATS.join(', ')}; repeatable, to files`)
        .argParser((text: string, targets: readonly Target[]) => [...targets, parseTarget(text)])
        .default([], 'plain'),
    )
    .option('-q, --quiet', 'no progress and no warnings on standard error');
}

/** What is to be judged: the command line's words outweigh the configuration's, and its budgets are added. @throws HeapstatError */
export function toRequest(files: readonly string[], options: CheckOptions): CheckRequest {
  const config = options.config === undefined ? { budgets: [] } : readConfig(options.config);
  const limits = LIMITS.flatMap(([key]) => (options[key] === undefined ? [] : [[key, options[key]] as const]));
  rowFilter(options.filter);
  if (
    options.filter.length > 0 &&
    (limits.length === 0 || options.maxDetached !== undefined || options.maxSuspects !== undefined)
  )
    throw usageError(
      limits.length === 0
        ? '--filter is for the budgets given as options, but there are none'
        : '--max-detached and --max-suspects have no --filter: they are for the whole heap',
    );
  const own: Budget[] = limits.length > 0 ? [{ filter: options.filter, ...Object.fromEntries(limits) }] : [];
  return {
    files: files.length > 0 ? files : (config.snapshots ?? []),
    budgets: [...config.budgets, ...own],
    operations: options.per ?? config.operations ?? null,
    control: options.control ?? config.control ?? null,
    baseline: options.baseline ?? config.baseline ?? null,
    allowInconclusive: options.allowInconclusive ?? config.allowInconclusive ?? false,
  };
}

function parseTarget(text: string): Target {
  const [name, ...file] = text.split('=');
  const format = CHECK_FORMATS.find((candidate) => candidate === name);
  if (!format) throw new InvalidArgumentError(`The formats are ${CHECK_FORMATS.join(', ')}.`);
  return { format, file: file.length > 0 ? file.join('=') : null };
}
