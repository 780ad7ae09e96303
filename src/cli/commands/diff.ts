import type { Command } from 'commander';
import { DIFF_SORT_KEYS, diffSnapshots, selectFromDiff } from '../../analysis/diff.js';
import { usageError } from '../../errors.js';
import { isForPeople } from '../../report/render.js';
import { growthVerdict } from '../../report/verdict.js';
import { EXIT } from '../exit-codes.js';
import { openInput, Reporter } from '../input.js';
import { addRowOptions, parseSize, type RowOptions, selectOptions } from '../options.js';
import { writeResult } from '../output.js';

interface DiffOptions extends RowOptions {
  readonly all?: true;
  readonly failOnGrowth?: number;
}

const EXAMPLES = `
Both snapshots must come from one process: objects are matched by their ids, which mean nothing elsewhere.

Examples:
  heapstat diff before.heapsnapshot after.heapsnapshot
  heapstat diff before.heapsnapshot after.heapsnapshot --filter response --sort new
  heapstat diff before.heapsnapshot after.heapsnapshot --fail-on-growth 5MB   (exit code 1 when it grew by more)
  heapstat diff before.heapsnapshot.gz after.heapsnapshot.gz --format markdown --output growth.md`;

export function registerDiff(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('diff')
    .summary('what grew between two snapshots, by constructor')
    .description('Compares two snapshots of one process: new and deleted objects, and growth in bytes, by constructor.')
    .argument('<before>', 'the earlier snapshot; - for standard input')
    .argument('<after>', 'the later snapshot; - for standard input');
  addRowOptions(command, DIFF_SORT_KEYS, 'delta')
    .option('-a, --all', 'also the constructors in which nothing changed')
    .option(
      '--fail-on-growth <size>',
      'exit with 1 when the heap (with --filter: what it lets through) grew by more than this',
      parseSize,
    )
    .addHelpText('after', EXAMPLES)
    .action(async (before: string, after: string, options: DiffOptions) => {
      if (before === '-' && after === '-')
        throw usageError('only one of the two snapshots can come from standard input');
      const select = selectOptions(options, DIFF_SORT_KEYS);
      const reporter = new Reporter(options);
      const whole = await diffSnapshots(openInput(before), openInput(after), reporter.readOptions('comparing')).finally(
        () => reporter.finish(),
      );
      whole.warnings.forEach((warning) => reporter.warn(warning));
      const result = selectFromDiff(whole, { ...select, all: options.all });
      const { failOnGrowth: limit } = options;
      if (limit === undefined) return writeResult(result, options);
      const verdict = growthVerdict(selectFromDiff(whole, { filter: select.filter }), limit, options.filter, {
        exactBytes: options.bytes ?? false,
      });
      const toOutput = isForPeople(options.format) && options.output === undefined;
      await writeResult(result, options, toOutput ? `${verdict.text}\n` : '');
      if (!toOutput) process.stderr.write(`${verdict.text}\n`);
      if (!verdict.passed) setExitCode(EXIT.failed);
    });
}
