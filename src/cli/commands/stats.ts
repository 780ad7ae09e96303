import type { Command } from 'commander';
import { computeStats } from '../../analysis/stats.js';
import { isForPeople, TREE_FORMATS } from '../../report/render.js';
import { loadInput } from '../load.js';
import { addOutputOptions, addSalvageOption, type OutputOptions, parseCount } from '../options.js';
import { writeResult } from '../output.js';
import { readSidecar } from '../sidecar.js';

interface StatsOptions extends OutputOptions {
  readonly limit?: number;
}

/** Native contexts that people are shown. */
const DEFAULT_LIMIT = 10;

const EXAMPLES = `
Examples:
  heapstat stats app.heapsnapshot
  heapstat stats app.heapsnapshot --format json | jq .unreachable`;

export function registerStats(program: Command): void {
  const command = program
    .command('stats')
    .summary('what the heap is made of: code, strings, arrays, native memory; what is unreachable or detached')
    .description(
      "Chrome DevTools' statistics of a snapshot, and what it does not tell: objects that nothing holds, detached nodes, " +
        'and the native contexts (pages, frames, vm contexts) with what they retain. Of a snapshot that heapstat captured also how the ' +
        "process's resident memory adds up.",
    )
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input')
    .option(
      '-n, --limit <contexts>',
      `at most so many native contexts, 0 for all (default: ${DEFAULT_LIMIT} for people, all in data)`,
      parseCount,
    );
  addSalvageOption(addOutputOptions(command, TREE_FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: StatsOptions) => {
      const limit = options.limit ?? (isForPeople(options.format) ? DEFAULT_LIMIT : 0);
      const heap = await loadInput(file, options);
      await writeResult(computeStats(heap, { limit, process: readSidecar(file, options) }), options);
    });
}
