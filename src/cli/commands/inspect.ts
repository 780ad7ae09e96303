import type { Command } from 'commander';
import { inspectHeap } from '../../analysis/inspect.js';
import { FORMATS } from '../../report/render.js';
import { loadInput } from '../load.js';
import { addOutputOptions, addSalvageOption, type OutputOptions, parseCount } from '../options.js';
import { writeResult } from '../output.js';

interface InspectOptions extends OutputOptions {
  readonly limit: number;
  readonly raw?: true;
}

const DEFAULT_LIMIT = 20;

const EXAMPLES = `
Examples:
  heapstat inspect app.heapsnapshot @12345
  heapstat inspect app.heapsnapshot CachedResponse --limit 5
  heapstat inspect app.heapsnapshot Map --raw                 (its table, not the entries)
  heapstat inspect app.heapsnapshot '/Cache$/' --format json`;

export function registerInspect(program: Command): void {
  const command = program
    .command('inspect')
    .summary('one object: its sizes, fields, retainers and dominators')
    .description(
      'Shows one object: type, sizes, where its code is, what it refers to, what refers to it, and its dominators. ' +
        'Of a constructor: the largest instances, and the largest of them in full.',
    )
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input')
    .argument('<target>', "@id, a constructor's name, or /regex/ for constructors' names");
  command
    .option(
      '-n, --limit <rows>',
      'at most so many instances, fields, entries and retainers, 0 for all',
      parseCount,
      DEFAULT_LIMIT,
    )
    .option('--raw', 'the table of a Map or Set as it is, not its entries');
  addSalvageOption(addOutputOptions(command, FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, target: string, options: InspectOptions) => {
      const heap = await loadInput(file, options);
      await writeResult(inspectHeap(heap, target, { limit: options.limit, raw: options.raw }), options);
    });
}
