import type { HeapGraph } from '../graph/heap-graph.js';
import type { HolderTree } from './holder-tree.js';
import { NONE } from './holder-tree.js';
import { type Hop, hopTo } from './hop-names.js';
import { isBuiltIn, type NamedPlace, type SourcePlaces } from './source-places.js';
import { MODULE, plainClassName } from './visibility.js';

/** What a person would cut to let go of what leaks. */
export interface LeakHolder {
  /** The class that owns the container, as `ResponseCache`; the container's own where a variable holds it, as `Map`. */
  readonly constructor: string;
  /** Name of the property or variable that holds the container; null where only a root does. */
  readonly edge: string | null;
  /** V8's id of the container. */
  readonly nodeId: number;
  readonly location: NamedPlace | null;
  /** Class of what things pile up in: Map, Array, Promise ... */
  readonly container: string;
  /** The variable, or the global, from which a person finds it; null where there is none of the program's. */
  readonly variable: string | null;
  /** Where that is declared. */
  readonly variableLocation: NamedPlace | null;
  /** Whether the program has it: a variable, a field or a global of its own, not one of Node's. */
  readonly isOfProgram: boolean;
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

/** Whether a hop leads from a module to the generator or function that runs it: the module says it all. */
export function isModuleCode({ tree }: Naming, hop: Hop): boolean {
  return hop.holder !== NONE && tree.roles.role[hop.holder] === MODULE && hop.kind === 'internal';
}

/** What is known of the objects that pile up, where the container alone says little. nodeIndex each, or null. */
export interface Piled {
  /** One that is held by another of its class: they form a chain. */
  readonly link: number | null;
  readonly example: number | null;
}

/** Names the holder whose container is `node`. */
export function nameHolder(naming: Naming, node: number, piled: Piled = { link: null, example: null }): LeakHolder {
  const { graph, places } = naming;
  const { nodeType, nodeId } = graph.columns;
  const container = plainClassName(graph, node);
  const words: string[] = [container];
  const named = {
    constructor: container,
    edge: null as string | null,
    variable: null as string | null,
    variableLocation: null as NamedPlace | null,
  };
  let isOfProgram = false;
  let location: NamedPlace | null = null;
  if (nodeType[node] === graph.nodeKinds.synthetic) {
    const example = piled.example === null ? container : plainClassName(graph, piled.example);
    const text = `${ROOT_WORDS[container] ?? "V8's own roots"} ${container}, as ${example}`;
    return { ...named, constructor: example, nodeId: nodeId[node]!, location, container, isOfProgram, text };
  }
  for (const hop of hopsAbove(naming, node)) {
    if (hop.holder === NONE) {
      if (words.length > 1) words.push(rootWords(hop, naming));
      break;
    }
    if (nodeType[hop.holder] === graph.nodeKinds.synthetic) {
      const root = plainClassName(graph, hop.holder);
      words.push(`${ROOT_WORDS[root] ?? "V8's own roots"} ${root}`);
      break;
    }
    const place = places.of(hop.holder);
    if (hop.kind === 'variable') {
      if (TIMER_VARIABLES.has(hop.name) && isBuiltIn(place?.script ?? null)) {
        const text = "Node's active timers (TimersList)";
        return {
          ...named,
          constructor: 'TimersList',
          edge: null,
          nodeId: nodeId[node]!,
          location,
          container,
          isOfProgram,
          text,
        };
      }
      named.edge ??= hop.name;
      if (place !== null && isBuiltIn(place.script)) break;
      isOfProgram ||= place !== null || places.isOfProgram(hop.holder);
      named.variable = hop.name;
      named.variableLocation = places.ofName(hop.holder, hop.name);
      location ??= named.variableLocation;
      words.push(`variable "${hop.name}"${ofFunction(naming, hop.holder)}`);
      break;
    }
    if (isGlobal(naming, hop.holder)) {
      if (named.edge === null) named.constructor = 'global';
      isOfProgram ||= !BUILT_IN_GLOBALS.has(hop.name);
      named.edge ??= hop.name;
      named.variable = hop.name;
      words.push(`global "${hop.name}"`);
      break;
    }
    const owner = ownerName(graph, hop.holder);
    isOfProgram ||= places.isOfProgram(hop.holder);
    if (hop.kind === 'property' || hop.kind === 'weak map value') {
      const edge = hop.kind === 'property' ? hop.name : 'WeakMap value';
      const ofListeners = hop.kind === 'property' && isListenerTable(naming, hop.holder);
      if (named.edge === null && !ofListeners) {
        named.edge = edge;
        named.constructor = owner;
        // No line declares what a WeakMap holds: the variable of its key is the place.
        location =
          hop.kind === 'property' && places.isOfProgram(hop.holder) ? places.ofName(hop.holder, hop.name) : null;
      }
      words.push(ofListeners ? `listeners for "${hop.name}"` : `"${edge}" of ${owner}`);
      continue;
    }
    words.push(`${hopWords(hop)} of ${owner}`);
  }
  if (piled.link !== null && !isOfProgram) {
    const link = hopTo(graph, naming.tree, piled.link);
    named.edge = link.name;
    named.constructor = container;
    words.splice(1, 0, `linked by "${link.name}"`);
  }
  return { ...named, nodeId: nodeId[node]!, location, container, isOfProgram, text: joinWords(words) };
}

/** `Map "entries" of ResponseCache, variable "cache"`. */
function joinWords([container, first, ...rest]: readonly string[]): string {
  if (first === undefined) return container!;
  return [`${container}${/^[a-z]*\W*"/.test(first) ? ' ' : ', '}${first}`, ...rest].join(', ');
}

/** Through these everything of Node can be reached. */
const BUILT_IN_GLOBALS: ReadonlySet<string> = new Set(['process', 'console', 'global', 'globalThis', 'Buffer', '']);

/** In Node's own code: the lists of timers by duration, and their order. */
const TIMER_VARIABLES: ReadonlySet<string> = new Set(['timerListMap', 'timerListQueue']);

const ROOT_WORDS: Readonly<Record<string, string>> = {
  '(Global handles)': "open handles and native objects, V8's",
  '(Traced handles)': "open handles and native objects, V8's",
  '(Stack roots)': 'a local variable of code that runs',
  '(Handle scope)': 'native code that runs',
};

/** A function's own name where it owns something (a class with a static field), else the class. */
function ownerName(graph: HeapGraph, node: number): string {
  const { nodeType, nodeName, strings } = graph.columns;
  const name = nodeType[node] === graph.nodeKinds.closure ? strings.get(nodeName[node]!) : '';
  return name === '' ? plainClassName(graph, node) : name;
}

function hopWords(hop: Hop): string {
  switch (hop.kind) {
    case 'element':
      return `element ${hop.name}`;
    case 'entry':
      return hop.name === '' ? 'entry' : JSON.stringify(hop.name.slice(0, 60));
    case 'local':
      return 'a local variable';
    case 'bound':
      return `bound ${hop.name}`;
    default:
      return hop.kind;
  }
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
  return (
    tree.parent[node] === NONE &&
    tree.roles.role[node] !== MODULE &&
    graph.columns.nodeType[node] === graph.nodeKinds.object
  );
}

/** Whether a plain object is the table in which an EventEmitter keeps its listeners by name. */
function isListenerTable({ graph, tree }: Naming, node: number): boolean {
  const hop = hopTo(graph, tree, node);
  return hop.kind === 'property' && hop.name === '_events';
}
