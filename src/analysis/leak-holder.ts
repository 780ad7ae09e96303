import type { HeapGraph } from '../graph/heap-graph.js';
import type { HolderTree } from './holder-tree.js';
import { NONE } from './holder-tree.js';
import { type Hop, hopTo } from './hop-names.js';
import type { SourcePlace, SourcePlaces } from './source-places.js';
import { MODULE, plainClassName } from './visibility.js';

/** What a person would cut to let go of what leaks. */
export interface LeakHolder {
  /** The class that owns the container, as `ResponseCache`; the container's own where a variable holds it, as `Map`. */
  readonly constructor: string;
  /** Name of the property or variable that holds the container; null where only a root does. */
  readonly edge: string | null;
  /** V8's id of the container. */
  readonly nodeId: number;
  readonly location: SourcePlace | null;
  /** Class of what things pile up in: Map, Array, Promise ... */
  readonly container: string;
  /** The variable from which a person finds the owner, or null. */
  readonly variable: string | null;
  /** The words that follow "held by". */
  readonly text: string;
}

/** What a place in the heap is called: needs the graph, one way to each node, and the source's places. */
export interface Naming {
  readonly graph: HeapGraph;
  readonly tree: HolderTree;
  readonly places: SourcePlaces;
}

/** How far up to look for the variable that a person knows. */
const MOST_HOPS = 12;

/** Hops from above to `node`, nearest first, each to a visible object. */
export function hopsAbove({ graph, tree }: Naming, node: number, most = MOST_HOPS): Hop[] {
  const hops: Hop[] = [];
  let at = node;
  while (hops.length < most) {
    const hop = hopTo(graph, tree, at);
    hops.push(hop);
    if (hop.holder === NONE) break;
    at = hop.holder;
  }
  return hops;
}

/** Names the holder whose container is `node`. */
export function nameHolder(naming: Naming, node: number): LeakHolder {
  const { graph, places } = naming;
  const className = (at: number): string => plainClassName(graph, at);
  const container = className(node);
  const nodeId = graph.columns.nodeId[node]!;
  const hops = hopsAbove(naming, node);
  const words = [describeContainer(graph, node)];
  let constructor = container;
  let edge: string | null = null;
  let variable: string | null = null;
  let location: SourcePlace | null = null;
  for (const hop of hops) {
    if (hop.holder === NONE) {
      words.push(rootWords(hop, naming));
      break;
    }
    const holderClass = className(hop.holder);
    const place = places.of(hop.holder);
    if (hop.kind === 'variable') {
      variable = hop.name;
      edge ??= hop.name;
      const declared = place === null ? null : (places.ofName(place, hop.name) ?? place);
      location ??= declared;
      words.push(`variable "${hop.name}"${ofFunction(naming, hop.holder)}`);
      break;
    }
    if (isGlobal(naming, hop.holder)) {
      edge ??= hop.name;
      if (words.length === 1) constructor = 'global';
      variable = hop.name;
      words.push(`global "${hop.name}"`);
      break;
    }
    if (hop.kind === 'property' || hop.kind === 'weak map value' || hop.kind === 'internal') {
      const isListeners = hop.kind === 'property' && holderClass === 'Object' && isListenerTable(naming, hop.holder);
      const words1 = hop.kind === 'weak map value' ? 'WeakMap value' : hop.name;
      if (edge === null && !isListeners && words1 !== '') {
        edge = words1;
        constructor = holderClass;
        location = place !== null && places.isOfProgram(hop.holder) ? (places.ofName(place, hop.name) ?? place) : null;
      }
      words.push(`${isListeners ? `listeners of "${hop.name}"` : words1 === '' ? 'part' : `"${words1}"`} of ${holderClass}`);
      continue;
    }
    words.push(`${hopWords(hop)} of ${holderClass}`);
  }
  return { constructor, edge, nodeId, location, container, variable, text: joinWords(words) };
}

function joinWords(words: readonly string[]): string {
  return words.join(', ');
}

function hopWords(hop: Hop): string {
  switch (hop.kind) {
    case 'element':
      return `element ${hop.name}`;
    case 'entry':
      return hop.name === '' ? 'entry' : `${JSON.stringify(hop.name.slice(0, 60))}`;
    case 'local':
      return 'a local variable';
    case 'bound':
      return `bound ${hop.name}`;
    default:
      return hop.kind;
  }
}

function describeContainer(graph: HeapGraph, node: number): string {
  return plainClassName(graph, node);
}

function rootWords(hop: Hop, { graph, tree }: Naming): string {
  return tree.roles.role[hop.node] === MODULE ? 'a module' : plainClassName(graph, hop.node);
}

function ofFunction({ graph }: Naming, node: number): string {
  const { nodeType, nodeName, strings } = graph.columns;
  if (nodeType[node] !== graph.nodeKinds.closure) return '';
  const name = strings.get(nodeName[node]!);
  return name === '' ? ' in a function' : ` in ${name}()`;
}

function isGlobal({ graph, tree }: Naming, node: number): boolean {
  return tree.parent[node] === NONE && tree.roles.role[node] !== MODULE && graph.columns.nodeType[node] === graph.nodeKinds.object;
}

/** Whether a plain object is the table in which an EventEmitter keeps its listeners by name. */
function isListenerTable({ graph, tree }: Naming, node: number): boolean {
  const hop = hopTo(graph, tree, node);
  return hop.kind === 'property' && hop.name === '_events';
}
