import type { Command } from 'commander';
import { computeStats } from '../../analysis/stats.js';
import { TREE_FORMATS } from '../../report/render.js';
import { loadInput } from '../load.js';
import { addOutputOptions, type OutputOptions } from '../options.js';
import { writeResult } from '../output.js';
import { readSidecar } from '../sidecar.js';

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
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input');
  addOutputOptions(command, TREE_FORMATS)
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, options: OutputOptions) => {
      const heap = await loadInput(file, options);
      await writeResult(computeStats(heap, readSidecar(file, options)), options);
    });
}
