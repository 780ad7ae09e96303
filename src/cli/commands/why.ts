import { type Command, Option } from 'commander';
import { findRetainingPaths } from '../../analysis/retaining-paths.js';
import { TREE_FORMATS } from '../../report/render.js';
import { loadInput } from '../load.js';
import { addOutputOptions, addSalvageOption, collect, type OutputOptions } from '../options.js';
import { writeResult } from '../output.js';
import { placeSources } from '../place-sources.js';
import { workingFolder } from '../source-maps.js';

interface WhyOptions extends OutputOptions {
  readonly raw?: true;
  readonly ignore: readonly string[];
  readonly cut?: true;
  readonly whatIf?: string;
  readonly sourceMaps?: string;
}

const EXAMPLES = `
The first lines answer; the tree is the evidence, from the holders down: how many of the objects are held through each line, and
with how many bytes. Tables, contexts and other parts of the engine are left out; weak references hold nothing.

Examples:
  heapstat why app.heapsnapshot CachedResponse
  heapstat why app.heapsnapshot @12345 --raw
  heapstat why app.heapsnapshot CachedResponse --ignore ResponseCache.entries   (what holds them otherwise)
  heapstat why app.heapsnapshot '/Session$/' --cut                              (the fewest edges to cut)
  heapstat why app.heapsnapshot ResponseCache --what-if @12345.entries          (what goes when it is cut)`;

export function registerWhy(program: Command): void {
  const command = program
    .command('why')
    .summary('why objects are still there: what holds them')
    .description('Shows what holds objects: the ways from the roots to all of them, merged into one tree.')
    .argument('<file>', 'a .heapsnapshot, plain or gzipped; - for standard input')
    .argument('<target>', "@id, a constructor's name, or /regex/ for constructors' names")
    .option('--raw', "every hop, the engine's own included")
    .addOption(
      new Option(
        '--ignore <what>',
        'leave out an object, an edge or a class: @id, @id.edge, .edge, Class, Class.edge; repeatable',
      )
        .argParser(collect)
        .default([], 'nothing'),
    )
    .option('--what-if <edge>', 'also tell what goes when the edge @id.name is cut')
    .option('--cut', 'also find the smallest set of edges that frees them')
    .option('--source-maps <folder>', 'tell places as in the sources, by the .map files in this folder');
  addSalvageOption(addOutputOptions(command, TREE_FORMATS))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, target: string, options: WhyOptions) => {
      const sources = placeSources(options.sourceMaps);
      const heap = await loadInput(file, options);
      const { raw, ignore, cut, whatIf } = options;
      await writeResult(
        findRetainingPaths(heap, target, { raw, ignore, cut, whatIf, base: workingFolder(), ...sources }),
        options,
      );
    });
}
