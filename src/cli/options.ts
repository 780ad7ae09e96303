import { type Command, InvalidArgumentError, Option } from 'commander';
import { rowFilter, type RowFilter } from '../analysis/row-filter.js';
import { parseSortOrder, type SortOrder } from '../analysis/select-rows.js';
import { type Format, FORMATS, ROWS_FOR_PEOPLE, usualLimit } from '../report/render.js';
import { parseBytes } from '../util/bytes.js';
import { parseDuration } from '../util/duration.js';

/** What every command takes that prints a result. */
export interface OutputOptions {
  readonly bytes?: true;
  readonly format: Format;
  readonly output?: string;
  /** True or false when --color or --no-color is given. */
  readonly color?: boolean;
  readonly quiet?: true;
  /** Read what is there of a cut file. */
  readonly salvage?: true;
  readonly profile?: true;
}

/** What every command that prints rows takes. */
export interface RowOptions extends OutputOptions {
  readonly filter: readonly string[];
  readonly sort?: string;
  readonly limit?: number;
  readonly minSize?: number;
}

export function collect(text: string, texts: readonly string[]): readonly string[] {
  return [...texts, text];
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count))
    throw new InvalidArgumentError('It should be a whole number, 0 or more.');
  return count;
}

export function parsePercent(text: string): number {
  const percent = Number(text.replace(/%$/, ''));
  if (!/^\d+(\.\d+)?%?$/.test(text)) throw new InvalidArgumentError('It should be a number of percent, 0 or more.');
  return percent;
}

/** A size option's value; commander reports what is wrong with it. */
export function parseSize(text: string): number {
  const size = parseBytes(text);
  if (Number.isNaN(size)) throw new InvalidArgumentError('It should be a size such as 4096, 100kB, 10MB or 1.5GiB.');
  return size;
}

/** A time's value, in milliseconds. */
export function parseTime(text: string): number {
  const ms = parseDuration(text);
  if (Number.isNaN(ms)) throw new InvalidArgumentError('It should be a time such as 500ms, 30s, 5m or 1h.');
  return ms;
}

/** Adds the options of RowOptions. */
export function addRowOptions(command: Command, sortKeys: readonly string[], defaultKey: string): Command {
  const withRows = command
    .addOption(
      new Option(
        '-f, --filter <text>',
        'only constructors whose name has this part; /regex/flags for a regular expression; ! in front excludes; repeatable',
      )
        .argParser(collect)
        .default([], 'all'),
    )
    .option(
      '-s, --sort <key>',
      `order by ${sortKeys.join(', ')}: largest first, names from A; - in front reverses (default: ${defaultKey})`,
    )
    .option(
      '-n, --limit <rows>',
      `at most so many rows, 0 for all (default: ${ROWS_FOR_PEOPLE} for people, all in data)`,
      parseCount,
    )
    .option('--min-size <size>', 'only rows of at least this size, such as 100kB or 10MiB', parseSize);
  return addOutputOptions(withRows, FORMATS);
}

/** Adds --per. */
export function addPerOption(command: Command): Command {
  return command.option(
    '--per <operations>',
    'operations (requests...) from one snapshot to the next: growth is told for one',
    parsePositive,
  );
}

/** Adds --per and --control. */
export function addSeriesOptions(command: Command): Command {
  return addPerOption(command).option(
    '--control <before,after>',
    'two snapshots between which nothing was done: what a class changed by there is noise',
    parsePair,
  );
}

export function parsePositive(text: string): number {
  const count = parseCount(text);
  if (count === 0) throw new InvalidArgumentError('It should be 1 or more.');
  return count;
}

function parsePair(text: string): readonly [string, string] {
  const [before, after, ...more] = text.split(',');
  if (!before || !after || more.length > 0)
    throw new InvalidArgumentError('It should be two files with a comma between them.');
  return [before, after];
}

/** Adds the options of OutputOptions. */
export function addOutputOptions(command: Command, formats: readonly Format[]): Command {
  return command
    .option('--bytes', 'exact bytes instead of kB and MB')
    .addOption(new Option('--format <format>', 'form of the output').choices(formats).default('table'))
    .option('-o, --output <file>', 'write to a file instead of standard output')
    .option('--color', 'colours even where the output is no terminal')
    .option('--no-color', 'no colours')
    .option('-q, --quiet', 'no progress and no warnings on standard error')
    .addOption(new Option('--profile', 'tell on standard error how long each phase took').hideHelp());
}

/** Adds --salvage. */
export function addSalvageOption(command: Command): Command {
  return command.option(
    '--salvage',
    'of a file that is cut (its writer was killed, the disk was full), read what is there; all output says so',
  );
}

/** What rows to select, from the options. @throws HeapstatError USAGE */
export function selectOptions<Key extends string>(
  options: RowOptions,
  sortKeys: readonly Key[],
): { filter: RowFilter; sort: SortOrder<Key> | undefined; limit: number; minSize: number | undefined } {
  return {
    filter: rowFilter(options.filter),
    sort: options.sort === undefined ? undefined : parseSortOrder(options.sort, sortKeys),
    limit: options.limit ?? usualLimit(options.format),
    minSize: options.minSize,
  };
}
