import { type Command, Option } from 'commander';
import { DIFF_SORT_KEYS } from '../../analysis/diff.js';
import { MATCH_MODES } from '../../analysis/match.js';
import { usageError } from '../../errors.js';
import { isForPeople } from '../../report/render.js';
import { growthVerdict } from '../../report/verdict.js';
import { compareGraphs, comparePlain, type CompareOptions } from '../compare.js';
import { EXIT } from '../exit-codes.js';
import { addRowOptions, addSalvageOption, addSeriesOptions, parseSize } from '../options.js';
import { writeResult } from '../output.js';
import { runTrend, type TrendOptions } from '../run-trend.js';

interface DiffOptions extends CompareOptions, TrendOptions {
  readonly failOnGrowth?: number;
  readonly retained?: true;
}

/** Sort keys that ask for the heap graphs. */
const GRAPH_KEYS = ['retained', 'shallow'] as const;

const EXAMPLES = `
Objects are matched by their ids where both snapshots are of one process: then new and deleted ones can be told. Elsewhere
ids mean nothing, and the sums of each class are compared. Which it is shows in the ids; --match says so.

Examples:
  heapstat diff before.heapsnapshot after.heapsnapshot
  heapstat diff before.heapsnapshot after.heapsnapshot --retained     (as in Chrome DevTools, and what is retained)
  heapstat diff before.heapsnapshot after.heapsnapshot --filter response --sort new
  heapstat diff before.heapsnapshot after.heapsnapshot --fail-on-growth 5MB   (exit code 1 when it grew by more)
  heapstat diff 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot            (a series: see heapstat help trend)
  heapstat diff before.heapsnapshot.gz after.heapsnapshot.gz --format markdown --output growth.md`;

export function registerDiff(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('diff')
    .summary('what grew between two snapshots, by constructor')
    .description(
      'Compares two snapshots: growth in objects and bytes by constructor, and new and deleted objects within one process.',
    )
    .argument('<before>', 'the earlier snapshot; - for standard input')
    .argument('<after>', 'the later snapshot; - for standard input')
    .argument('[later...]', 'more of them: what grows from each to the next (as heapstat trend does)');
  addSalvageOption(addRowOptions(command, [...DIFF_SORT_KEYS, ...GRAPH_KEYS], 'delta, with --retained retained'))
    .option('-a, --all', 'also the constructors in which nothing changed')
    .addOption(
      new Option('--match <how>', 'by id, object by object; by class, sums only; auto looks whether the ids agree')
        .choices(MATCH_MODES)
        .default('auto'),
    )
    .option('-r, --retained', "shallow and retained sizes, under DevTools' accounting")
    .addOption(
      new Option(
        '--by <what>',
        "a row for each constructor, or for each constructor and place in the source (DevTools' rows). Implies --retained",
      ).choices(['constructor', 'location']),
    )
    .option(
      '--fail-on-growth <size>',
      'exit with 1 when the heap (with --filter: what it lets through) grew by more than this',
      parseSize,
    )
    .addHelpText('after', EXAMPLES);
  addSeriesOptions(command).action(
    async (before: string, after: string, later: readonly string[], options: DiffOptions) => {
      if (later.length > 0 || options.per !== undefined || options.control !== undefined)
        return runSeries([before, after, ...later], options);
      if (before === '-' && after === '-')
        throw usageError('only one of the two snapshots can come from standard input');
      if (options.salvage && options.failOnGrowth !== undefined)
        throw usageError('--fail-on-growth judges whole snapshots: it does not go with --salvage');
      const key = options.sort?.replace(/^-/, '');
      const isOfGraph = options.retained || options.by !== undefined || GRAPH_KEYS.some((graphKey) => graphKey === key);
      const compare = isOfGraph ? compareGraphs : comparePlain;
      const { shown, matched } = await compare(before, after, options);
      const { failOnGrowth: limit } = options;
      if (limit === undefined) return writeResult(shown, options);
      const verdict = growthVerdict(matched, limit, options.filter, { exactBytes: options.bytes ?? false });
      const toOutput = isForPeople(options.format) && options.output === undefined;
      await writeResult(shown, options, toOutput ? `${verdict.text}\n` : '');
      if (!toOutput) process.stderr.write(`${verdict.text}\n`);
      if (!verdict.passed) setExitCode(EXIT.failed);
    },
  );
}

/** A diff of more than two, or with --per or --control. */
async function runSeries(files: readonly string[], options: DiffOptions): Promise<void> {
  const { retained, by, match, failOnGrowth, salvage } = options;
  if (retained || salvage || by || match !== 'auto' || failOnGrowth !== undefined)
    throw usageError(
      'more than two snapshots, --per and --control are compared as heapstat trend does: without --retained, --by, --match, --salvage and --fail-on-growth',
    );
  if (files.includes('-')) throw usageError('a series is read from files, not from standard input');
  await runTrend([{ process: null, files }], options);
}
