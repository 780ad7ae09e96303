import type { Command } from 'commander';
import { selectFromSummary, SUMMARY_SORT_KEYS, summarize } from '../../analysis/summary.js';
import { openInput, Reporter } from '../input.js';
import { addRowOptions, type RowOptions, selectOptions } from '../options.js';
import { writeResult } from '../output.js';

const EXAMPLES = `
Examples:
  heapstat summary app.heapsnapshot
  heapstat summary app.heapsnapshot.gz --filter response --filter '!/^Incoming/'
  heapstat summary app.heapsnapshot --sort count --limit 10
  heapstat summary app.heapsnapshot --format json | jq '.rows[0]'
  ssh host cat /tmp/app.heapsnapshot | heapstat summary -`;

export function registerSummary(program: Command): void {
  const command = program
    .command('summary')
    .summary('what is on the heap, by constructor')
    .description(
      'Counts the objects on the heap and adds up their own sizes, by constructor. Reads the file once, in little memory.',
    )
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input');
  addRowOptions(command, SUMMARY_SORT_KEYS, 'size')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: RowOptions) => {
      const select = selectOptions(options, SUMMARY_SORT_KEYS);
      const reporter = new Reporter(options);
      const whole = await summarize(openInput(file), reporter.readOptions(`reading ${file}`)).finally(() =>
        reporter.finish(),
      );
      whole.warnings.forEach((warning) => reporter.warn(warning));
      await writeResult(selectFromSummary(whole, select), options);
    });
}
