import { type Command, InvalidArgumentError } from 'commander';
import { DEFAULT_CHILDREN, DEFAULT_DEPTH, findDominators } from '../../analysis/dominators.js';
import { TREE_FORMATS } from '../../report/render.js';
import { loadInput } from '../load.js';
import { addOutputOptions, addSalvageOption, type OutputOptions, parseCount, parseSize } from '../options.js';
import { writeResult } from '../output.js';

interface DominatorsOptions extends OutputOptions {
  readonly depth: number;
  readonly minSize?: number;
  readonly limit: number;
}

/** Deeper than anybody reads, and no danger to the stack. */
const MAX_DEPTH = 100;

const EXAMPLES = `
An object dominates what only it keeps alive: all of that goes when it goes. Large objects stand alone, the rest of a class
is one line (1,500 × CachedResponse); a run of objects that hold hardly more than the next is one line too (a → b → c).

Examples:
  heapstat dominators app.heapsnapshot
  heapstat dominators app.heapsnapshot ResponseCache --depth 3
  heapstat dominators app.heapsnapshot @12345 --min-size 10kB --limit 30
  heapstat dominators app.heapsnapshot --format json | jq '.roots[0].children[0]'`;

export function registerDominators(program: Command): void {
  const command = program
    .command('dominators')
    .summary('what keeps the memory: the tree of dominators')
    .description('Shows the dominator tree from the root, or below some objects: who keeps how many bytes alive.')
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input')
    .argument('[target]', "@id, a constructor's name, or /regex/ for constructors' names (default: the root)")
    .option('-d, --depth <levels>', `levels below the first, up to ${MAX_DEPTH}`, parseDepth, DEFAULT_DEPTH)
    .option(
      '--min-size <size>',
      'leave out what retains less, such as 100kB (default: 1% of the first level)',
      parseSize,
    )
    .option('-n, --limit <children>', 'at most so many below each, 0 for all', parseCount, DEFAULT_CHILDREN);
  addSalvageOption(addOutputOptions(command, TREE_FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, target: string | undefined, options: DominatorsOptions) => {
      const heap = await loadInput(file, options);
      const { depth, minSize, limit } = options;
      await writeResult(findDominators(heap, { target, depth, minSize, limit }), options);
    });
}

function parseDepth(text: string): number {
  const depth = parseCount(text);
  if (depth > MAX_DEPTH) throw new InvalidArgumentError(`It should be ${MAX_DEPTH} at most.`);
  return depth;
}
