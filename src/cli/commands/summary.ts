import { type Command, Option } from 'commander';
import type { GroupBy } from '../../analysis/aggregate-classes.js';
import { selectFromSummary, SUMMARY_SORT_KEYS, summarize, type SummaryResult } from '../../analysis/summary.js';
import { HeapstatError, usageError } from '../../errors.js';
import { hintAtDetached } from '../detached-hint.js';
import { EXIT, exitCodeOf } from '../exit-codes.js';
import { openInput, Reporter } from '../input.js';
import { addRowOptions, addSalvageOption, type RowOptions, selectOptions } from '../options.js';
import { writeResult, writeSummaries } from '../output.js';

interface SummaryOptions extends RowOptions {
  readonly retained?: true;
  readonly by?: GroupBy;
}

const BY = ['constructor', 'location', 'type', 'shape'] as const satisfies readonly GroupBy[];
/** Sort keys that ask for the heap graph. */
const GRAPH_KEYS = ['retained', 'shallow', 'distance'] as const;

const EXAMPLES = `
Examples:
  heapstat summary app.heapsnapshot
  heapstat summary app.heapsnapshot --retained            (as in Chrome DevTools: shallow and retained sizes)
  heapstat summary app.heapsnapshot --by shape --filter userId
  heapstat summary app.heapsnapshot.gz --filter response --filter '!/^Incoming/'
  heapstat summary app.heapsnapshot --sort count --limit 10
  heapstat summary app.heapsnapshot --format json | jq '.rows[0]'
  ssh host cat /tmp/app.heapsnapshot | heapstat summary -`;

export function registerSummary(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('summary')
    .summary('what is on the heap, by constructor')
    .description(
      'Counts the objects on the heap and adds up their own sizes, by constructor. Reads the file once, in little memory; ' +
        'with --retained or --by all of it at once, as Chrome DevTools does, to tell what each class keeps alive.',
    )
    .argument('<file...>', 'a .heapsnapshot, plain or gzipped, or several; - for standard input');
  addSalvageOption(addRowOptions(command, [...SUMMARY_SORT_KEYS, ...GRAPH_KEYS], 'size, with --retained retained'))
    .option('-r, --retained', "shallow and retained sizes and distances, under DevTools' accounting")
    .addOption(
      new Option(
        '--by <what>',
        "a row for each constructor; constructor and place in the source (DevTools' rows); V8 type; list of properties. Implies --retained",
      ).choices(BY),
    )
    .addHelpText('after', EXAMPLES)
    .action(async (files: readonly string[], options: SummaryOptions) => {
      const key = options.sort?.replace(/^-/, '');
      const isOfGraph = options.retained || options.by !== undefined || GRAPH_KEYS.some((graphKey) => graphKey === key);
      const [file] = files;
      if (files.length > 1) {
        if (isOfGraph || files.includes('-'))
          throw usageError(
            isOfGraph ? '--retained and --by take one snapshot at a time' : 'standard input is one snapshot at a time',
          );
        if (options.salvage) throw usageError('--salvage takes one snapshot at a time');
        setExitCode(await runOnFiles(files, options));
      } else await (isOfGraph ? runOnGraph(file!, options) : run(file!, options));
    });
}

/** Several files at once; the exit code. */
async function runOnFiles(files: readonly string[], options: SummaryOptions): Promise<number> {
  const { summarizeFiles } = await import('../../analysis/summarize-files.js');
  const select = selectOptions(options, SUMMARY_SORT_KEYS);
  const reporter = new Reporter(options);
  const answers = await summarizeFiles(files, {
    onWarning: (warning) => reporter.warn(warning),
    onProgress: reporter.onFilesProgress(files),
  });
  reporter.finish();
  const errors = answers.filter((answer): answer is HeapstatError => answer instanceof HeapstatError);
  const results = answers.filter((answer): answer is SummaryResult => !(answer instanceof HeapstatError));
  for (const { warnings, snapshot } of results)
    warnings.forEach((warning) => reporter.warn(`${snapshot.file}: ${warning}`));
  const shown = results.map((result) => selectFromSummary(result, select));
  hintAtDetached(reporter, options.filter, {
    all: results.flatMap(({ rows }) => rows),
    shown: shown.flatMap(({ rows }) => rows),
  });
  // Without any, the file of --output stays as it was.
  if (shown.length > 0) await writeSummaries(shown, options);
  for (const { message } of errors) reporter.error(message);
  return errors.length > 0 ? exitCodeOf(errors[0]!) : EXIT.fine;
}

async function run(file: string, options: SummaryOptions): Promise<void> {
  const select = selectOptions(options, SUMMARY_SORT_KEYS);
  const reporter = new Reporter(options);
  const whole = await summarize(openInput(file), reporter.readOptions([file])).finally(() => reporter.finish());
  whole.warnings.forEach((warning) => reporter.warn(warning));
  const shown = selectFromSummary(whole, select);
  hintAtDetached(reporter, options.filter, { all: whole.rows, shown: shown.rows });
  await writeResult(shown, options);
}

async function runOnGraph(file: string, options: SummaryOptions): Promise<void> {
  // Loaded only when needed: a plain summary has to start fast.
  const { HEAP_SUMMARY_SORT_KEYS, selectFromHeapSummary, summarizeHeap } =
    await import('../../analysis/heap-summary.js');
  const { loadInput } = await import('../load.js');
  const select = selectOptions(options, HEAP_SUMMARY_SORT_KEYS);
  const heap = await loadInput(file, options);
  await writeResult(selectFromHeapSummary(summarizeHeap(heap, { by: options.by }), select), options);
}
