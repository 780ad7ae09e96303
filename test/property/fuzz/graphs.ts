import { isDeepStrictEqual } from 'node:util';
import { diffSnapshots } from '../../../dist/analysis/diff.js';
import { findDominators } from '../../../dist/analysis/dominators.js';
import { findDuplicateStrings } from '../../../dist/analysis/duplicate-strings.js';
import { diffHeaps } from '../../../dist/analysis/heap-diff.js';
import { summarizeHeap } from '../../../dist/analysis/heap-summary.js';
import { buildHolderTree } from '../../../dist/analysis/holder-tree.js';
import { inspectHeap } from '../../../dist/analysis/inspect.js';
import { findLeaksIn } from '../../../dist/analysis/leaks.js';
import { type LoadedHeap, loadHeap } from '../../../dist/analysis/load-heap.js';
import { findRetainingPaths } from '../../../dist/analysis/retaining-paths.js';
import { computeStats } from '../../../dist/analysis/stats.js';
import { summarize } from '../../../dist/analysis/summary.js';
import { reduceToVisible } from '../../../dist/analysis/visible-heap.js';
import { HeapstatError } from '../../../dist/errors.js';
import { FORMATS, render, type Result } from '../../../dist/report/render.js';
import { bytesSource } from '../../../dist/snapshot/source.js';
import type { EdgeType, NodeType } from '../../helpers/make-columns.js';
import { naiveRetainedSizes } from '../../helpers/naive-graph.js';
import type { ParsedSnapshot } from '../../helpers/naive.js';
import type { Heap } from '../../helpers/random-heaps.js';
import { shorten, understand, type Understood, withoutBadStrings } from './expectation.js';
import { checkRefusal, Find, stackOf, type Told, understandRest } from './readers.js';
import type { Trial } from './trial.js';

/** Nothing of this may reach a terminal or a file. */
export const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

/** Of all that can be asked of a heap; another input asks the rest. */
const ASKED_AT_ONCE = 5;

/** More nodes than the plain way can do, which removes each of them once. */
const MOST_NAIVE = 300;

/** Builds the heap graph by WebAssembly and by script, holds one to the other and to the plain way, and asks everything of it. */
export async function tryGraph(trial: Trial, understood: Understood | null, told: Told): Promise<void> {
  const { damaged, original, withSoundRest, bare, random } = trial;
  let heap: LoadedHeap;
  try {
    heap = await loadHeap(bytesSource(damaged, 'damaged'));
    void heap.retainedSize;
  } catch (error) {
    checkRefusal(error, 'heap graph');
    if (understood?.complaint === null)
      throw new Find(`heap graph: refused (${(error as Error).message}), and nothing is wrong with it`);
    told.outcome('graph', 'refused');
    return;
  }
  // Names are looked at when they are asked for.
  const lenient =
    understood ??
    understandRest(trial) ??
    understand(withoutBadStrings(withSoundRest ?? damaged)) ??
    (bare && understand(withoutBadStrings(bare)));
  if (lenient === null || ['no nodes', 'no root'].includes(lenient.complaint ?? ''))
    throw new Find(`heap graph: built, where there is ${lenient?.complaint ?? 'no snapshot'}`);
  try {
    const script = await loadHeap(bytesSource(damaged, 'damaged'), { simd: false });
    compareGraphs(heap, script);
  } catch (error) {
    if (understood?.complaint === null || error instanceof Find) throw error;
    checkRefusal(error, 'heap graph');
    return;
  }
  compareToNaive(heap, lenient.json);
  const node = random(heap.nodeCount);
  const target = `@${heap.columns.nodeId[node]}`;
  const name = heap.classes.names[heap.classes.classIndex[node]!]!;
  const asked: (() => Result | object | Promise<Result>)[] = [
    () => computeStats(heap),
    () => summarizeHeap(heap, { by: (['constructor', 'location', 'type', 'shape'] as const)[random(4)]! }),
    () => findDominators(heap, { minSize: 0, depth: 20 }),
    () => findDominators(heap, { target }),
    () => inspectHeap(heap, target),
    () => findRetainingPaths(heap, target, { cut: true, raw: random(2) === 0 }),
    () => findRetainingPaths(heap, name, { cut: true, ignore: ['.cache'] }),
    () => findDuplicateStrings(heap),
    () => diffHeaps(bytesSource(original), bytesSource(damaged)),
    () => diffSnapshots(bytesSource(damaged), bytesSource(original)),
    () => summarize(bytesSource(damaged)),
    () => findLeaksIn([bytesSource(original), bytesSource(damaged), bytesSource(damaged)]),
    () => findLeaksIn([bytesSource(damaged)]),
  ];
  for (let left = ASKED_AT_ONCE; left > 0; left--) {
    const ask = asked.splice(random(asked.length), 1)[0]!;
    try {
      const result = await ask();
      if ('version' in result) await tryFormats(result);
    } catch (error) {
      if (error instanceof HeapstatError && (error.code === 'USAGE' || understood === null)) continue;
      throw error instanceof Find ? error : new Find(`${ask.toString()}: ${shorten(stackOf(error), 1500)}`);
    }
  }
  told.outcome('graph', 'read');
}

function compareGraphs(kernel: LoadedHeap, script: LoadedHeap): void {
  const columns = [
    'distance',
    'pageObject',
    'shallowSize',
    'immediateDominator',
    'retainedSize',
    'detachedness',
  ] as const;
  for (const column of columns) {
    if (!isDeepStrictEqual([...kernel[column]], [...script[column]]))
      throw new Find(
        `heap graph: ${column} differs between WebAssembly (${shorten([...kernel[column]].join())}) and script (${shorten([...script[column]].join())})`,
      );
  }
  if (!isDeepStrictEqual(classesOf(kernel), classesOf(script)))
    throw new Find('heap graph: the classes differ between WebAssembly and script');
  if (!isDeepStrictEqual(heldOf(kernel), heldOf(script)))
    throw new Find('heap graph: what holds objects differs between WebAssembly and script');
}

function heldOf(heap: LoadedHeap): object {
  const tree = buildHolderTree(heap);
  return { ...tree, ...reduceToVisible(heap, tree) };
}

function classesOf({ classes: { names, classIndex } }: LoadedHeap): string[] {
  return [...classIndex].map((index) => names[index]!);
}

function compareToNaive(graph: LoadedHeap, json: ParsedSnapshot): void {
  const heap = naiveHeap(json);
  if (heap === null) return;
  const expected = naiveRetainedSizes(heap, graph.shallowSize);
  if (expected.every((size, node) => Math.abs(size - graph.retainedSize[node]!) <= size * 1e-9)) return;
  throw new Find(
    `heap graph: retains ${shorten([...graph.retainedSize].join())} instead of ${shorten(expected.join())}`,
  );
}

/** Null where it is too large, or where a type's name means two types. */
function naiveHeap({ snapshot, nodes, edges, strings }: ParsedSnapshot): Heap | null {
  const meta = snapshot.meta as ParsedSnapshot['snapshot']['meta'] & { edge_types: string[][] };
  const [nodeFields, edgeFields] = [meta.node_fields, meta.edge_fields];
  const nodeTypes = meta.node_types[nodeFields.indexOf('type')] as string[];
  const edgeTypes = meta.edge_types[edgeFields.indexOf('type')]!;
  if (nodes.length / nodeFields.length > MOST_NAIVE || new Set(edgeTypes).size < edgeTypes.length) return null;
  let edgeAt = 0;
  const heapNodes = [];
  for (let at = 0; at < nodes.length; at += nodeFields.length) {
    const value = (name: string): number => nodes[at + nodeFields.indexOf(name)]!;
    const own = Array.from({ length: value('edge_count') }, () => {
      const edgeValue = (name: string): number => edges[edgeAt + edgeFields.indexOf(name)]!;
      const type = edgeTypes[edgeValue('type')]! as EdgeType;
      const isNumbered = type === 'element' || type === 'hidden';
      const name = isNumbered ? edgeValue('name_or_index') : strings[edgeValue('name_or_index')]!;
      const edge = { type, name, target: edgeValue('to_node') / nodeFields.length };
      edgeAt += edgeFields.length;
      return edge;
    });
    heapNodes.push({
      type: nodeTypes[value('type')]! as NodeType,
      name: strings[value('name')]!,
      size: value('self_size'),
      id: value('id'),
      edges: own,
    });
  }
  return { nodes: heapNodes, root: ((snapshot as { root_index?: number }).root_index ?? 0) / nodeFields.length };
}

/** In every format that it has, nothing gets through that a terminal obeys. */
async function tryFormats(result: Result): Promise<void> {
  for (const format of FORMATS) {
    if (!('rows' in result) && ['csv', 'tsv', 'ndjson'].includes(format)) continue;
    const text = await render(result, format, { color: false, exactBytes: false, width: 80 });
    const unsafe = UNSAFE.exec(text);
    if (unsafe)
      throw new Find(
        `${result.type} as ${format}: ${JSON.stringify(text.slice(Math.max(0, unsafe.index - 40), unsafe.index + 40))}`,
      );
  }
}
