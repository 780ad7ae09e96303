import type { Command } from 'commander';
import { findLeaksIn } from '../../analysis/leaks.js';
import { TREE_FORMATS } from '../../report/render.js';
import { usageError } from '../../errors.js';
import { EXIT } from '../exit-codes.js';
import { openInput, Reporter } from '../input.js';
import { addOutputOptions, type OutputOptions, parseCount, parsePositive } from '../options.js';
import { writeResult } from '../output.js';
import { placeSources } from '../place-sources.js';
import { workingFolder } from '../source-maps.js';

interface LeaksOptions extends OutputOptions {
  readonly per?: number;
  readonly limit: number;
  readonly failOnLeak?: true;
  readonly sourceMaps?: string;
}

const DEFAULT_LIMIT = 10;

const EXAMPLES = `
Three snapshots tell best: after a warm-up, after some work, and after as much work again. What comes in every window, stays,
and does not slow down is a leak; what fills up or changes is not. Two tell what grew, one what there is much of.

Examples:
  heapstat leaks warm.heapsnapshot later.heapsnapshot latest.heapsnapshot
  heapstat leaks 1.heapsnapshot 2.heapsnapshot 3.heapsnapshot --per 500   (500 requests in each window)
  heapstat leaks *.heapsnapshot --fail-on-leak --format json              (exit code 1 when there is a suspect)
  heapstat leaks app.heapsnapshot`;

export function registerLeaks(program: Command, setExitCode: (code: number) => void): void {
  const command = program
    .command('leaks')
    .summary('what leaks, and what holds it')
    .description(
      'Compares snapshots of one process and names what leaks in a sentence each: what piles up, how fast, what holds it, and where that is in the source.',
    )
    .argument('<snapshots...>', 'snapshots of one process, in the order in which they were taken; - for standard input')
    .option('--per <operations>', 'how many requests, jobs... there were between the last two snapshots', parsePositive)
    .option('-n, --limit <suspects>', 'at most so many suspects, 0 for all', parseCount, DEFAULT_LIMIT)
    .option('--fail-on-leak', 'exit with 1 when there is a suspect')
    .option('--source-maps <folder>', 'tell places as in the sources, by the .map files in this folder');
  addOutputOptions(command, TREE_FORMATS)
    .addHelpText('after', EXAMPLES)
    .action(async (files: string[], options: LeaksOptions) => {
      if (files.filter((file) => file === '-').length > 1)
        throw usageError('only one of the snapshots can come from standard input');
      const reporter = new Reporter(options);
      reporter.warnOfSame(files);
      const result = await findLeaksIn(
        files.map((file) => (file === '-' ? openInput(file) : file)),
        {
          ...reporter.readOptions(files),
          operations: options.per,
          limit: options.limit,
          base: workingFolder(),
          ...placeSources(options.sourceMaps),
        },
      ).finally(() => reporter.finish());
      result.warnings.forEach((warning) => reporter.warn(warning));
      await writeResult(result, options);
      if (options.failOnLeak && result.suspects.length > 0) setExitCode(EXIT.failed);
    });
}
