import { type Command, Option } from 'commander';
import { addBudgetOptions } from '../check-options.js';
import { EXIT } from '../exit-codes.js';
import { addPerOption, parsePositive, parseTime } from '../options.js';
import type { RunOptions } from '../run-load.js';

const EXAMPLES = `
The program is started with its inspector open, at a port of this machine alone. When it is ready: warm-up, snapshot, a while
without work, snapshot, and so often as --repeat says the load and a snapshot, garbage collected before each. What was left
alone changed is taken for noise. The commands are given to sh; what the program writes goes to standard error.
Exit code 0 when nothing leaks and all budgets hold, 1 when not, or when the program ends early, 3 when it cannot be judged:
a command fails, the program is never ready.

Examples:
  heapstat run --ready http://127.0.0.1:3000/ --load 'npx autocannon -a 500 http://127.0.0.1:3000/' -- node server.js
  heapstat run --ready '/listening/' --warm './load.sh 50' --load './load.sh 500' --per 500 --repeat 3 -- node server.js
  heapstat run --ready '/ready/' --load ./load.sh --max-growth-per-operation 100B --per 500 --format junit=heap.xml -- npm start
  heapstat run --load ./load.sh --config heapstat.config.json --format plain --format github -- node server.js`;

export function registerRun(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('run')
    .summary('a leak test: start a program, put it under load, and tell what leaks')
    .description(
      'Starts a program, warms it up, puts it under load several times with a snapshot after each, tells what leaks, and judges that by budgets. ' +
        'Without budgets of your own: nothing may leak (--max-suspects 0).',
    )
    .argument('<command...>', 'after --: the program to start')
    .requiredOption('--load <command>', 'a shell command that works with the program and ends')
    .option('--warm <command>', 'the same, to warm it up (default: the load, once)')
    .option('--repeat <n>', 'so often the load', parsePositive, 3)
    .option(
      '--ready <url or regex>',
      'ready when it answers there, or writes such a line (default: 1 s after its start)',
    )
    .addOption(new Option('--ready-timeout <time>', 'for so long at most').argParser(parseTime).default(60_000, '60s'))
    .option('--idle <time>', 'so long without work (default: as long as the warm-up took, 1 to 10 s)', parseTime)
    .option(
      '-o, --output <folder>',
      'keep the snapshots there (default: kept in a temporary folder unless all is fine)',
    )
    .option('--force', 'take snapshots even where memory does not suffice');
  addPerOption(addBudgetOptions(command))
    .addHelpText('after', EXAMPLES)
    .action(async (words: readonly string[], options: RunOptions) => {
      const { runUnderLoad } = await import('../run-load.js');
      if (!(await runUnderLoad(words, options))) setExitCode(EXIT.failed);
    });
}
