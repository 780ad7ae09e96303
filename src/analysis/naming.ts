import type { HeapGraph } from '../graph/heap-graph.js';
import { isBrowserInside } from './browser-insides.js';
import { internalTarget, stringText } from '../graph/node-text.js';
import type { HolderTree } from './holder-tree.js';
import { NONE } from './holder-tree.js';
import { type Hop, hopTo } from './hop-names.js';
import type { SourcePlaces } from './source-places.js';
import { FOLDED, MODULE, plainClassName, SYSTEM } from './visibility.js';

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

/** The program's function nearest to what is held, on the way from its holder; else the one that a timer or the browser calls. */
export function functionBetween({ graph, tree, places }: Naming, node: number, holder: number): number | null {
  const { nodeType, firstEdge, edgeTarget, edgeType } = graph.columns;
  const isMeant = (each: number): boolean => nodeType[each] === graph.nodeKinds.closure && places.isOfProgram(each);
  let bound: number | null = null;
  for (let at = node; at !== NONE && at !== holder; at = tree.parent[at]!) {
    if (isMeant(at)) return at;
    const target = internalTarget(graph, at, 'bound_function');
    if (target !== null && isMeant(target)) bound ??= target;
  }
  if (bound !== null) return bound;
  if (nodeType[node] === graph.nodeKinds.native) return functionInBrowser(graph, node, isMeant);
  if (!TIMER_CLASSES.has(plainClassName(graph, node))) return null;
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeType[edge] === graph.edgeKinds.property && isMeant(edgeTarget[edge]!)) return edgeTarget[edge]!;
  }
  return null;
}

/** Objects of the browser between one that a script knows, an observer, and the function that it calls. */
const MOST_INSIDES = 100;

/** The nearest function below a native object, over the browser's insides. */
function functionInBrowser(graph: HeapGraph, node: number, isMeant: (each: number) => boolean): number | null {
  const { firstEdge, edgeTarget, edgeType, nodeType } = graph.columns;
  const seen = new Set([node]);
  for (const at of seen) {
    for (let edge = firstEdge[at]!; edge < firstEdge[at + 1]!; edge++) {
      const target = edgeTarget[edge]!;
      if (edgeType[edge] === graph.edgeKinds.weak) continue;
      if (isMeant(target)) return target;
      const isInside = nodeType[target] === graph.nodeKinds.native && isBrowserInside(plainClassName(graph, target));
      if (isInside && seen.size < MOST_INSIDES) seen.add(target);
    }
  }
  return null;
}

/** The file of a CommonJS module; null for anything else. */
export function moduleFile(graph: HeapGraph, node: number): string | null {
  if (plainClassName(graph, node) !== 'Module') return null;
  const { firstEdge, edgeTarget, edgeType, edgeName, strings } = graph.columns;
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeType[edge] === graph.edgeKinds.property && strings.get(edgeName[edge]!) === 'filename')
      return stringText(graph, edgeTarget[edge]!);
  }
  return null;
}

export function functionName(graph: HeapGraph, node: number): string | null {
  const { nodeType, nodeName, strings } = graph.columns;
  return (nodeType[node] === graph.nodeKinds.closure && strings.get(nodeName[node]!)) || null;
}

/** Through these everything of Node can be reached. */
export const BUILT_IN_GLOBALS: ReadonlySet<string> = new Set([
  'process',
  'console',
  'global',
  'globalThis',
  'Buffer',
  'document',
  '',
]);

/** What the global that holds a page's document is called in a heap, and by a person. */
const DOCUMENT = '<symbol Window#DocumentCachedAccessor>';

export function globalName(edge: string): string {
  return edge === DOCUMENT ? 'document' : edge;
}

/** In Node's own code: the lists of timers by duration, and their order. */
export const ACTIVE_TIMERS = "Node's active timers";
export const TIMER_CLASSES: ReadonlySet<string> = new Set(['TimersList', 'Timeout']);
export const TIMER_VARIABLES: ReadonlySet<string> = new Set(['timerListMap', 'timerListQueue']);

const ROOT_WORDS: Readonly<Record<string, string>> = {
  '(Global handles)': "open handles and native objects, V8's",
  '(Traced handles)': "open handles and native objects, V8's",
  '(Stack roots)': 'a local variable of code that runs',
  '(Handle scope)': 'native code that runs',
};

/** What a root is to a person, and V8's name of it; the root of all holds what native code has open. */
export function rootText(root: string): string {
  return root === '(root)' ? 'open handles and native objects' : `${ROOT_WORDS[root] ?? "V8's own roots"} ${root}`;
}

/** A function's own name where it owns something (a class with a static field), else the class. */
export function ownerName(graph: HeapGraph, node: number): string {
  return functionName(graph, node) ?? plainClassName(graph, node);
}

/** What comes before the holder's name. */
export function hopWords(hop: Hop, { columns, nodeKinds }: HeapGraph): string {
  switch (hop.kind) {
    case 'element':
      // Of native objects V8 only counts the edges.
      return columns.nodeType[hop.holder] === nodeKinds.native ? 'in' : `element ${hop.name} of`;
    case 'entry':
      return hop.name === '' ? 'entry of' : `${JSON.stringify(hop.name.slice(0, 60))} of`;
    case 'local':
      return 'a local variable of';
    case 'bound':
      return `bound ${hop.name} of`;
    default:
      return `${hop.kind} of`;
  }
}

export function rootWords(hop: Hop, { graph, tree }: Naming): string {
  return tree.roles.role[hop.node] === MODULE ? 'a module' : plainClassName(graph, hop.node);
}

/** The function that declares a variable, where it has a name; what the hop comes from may only see it. */
export function ofFunction({ graph, tree }: Naming, hop: Hop): string {
  const { edgeType, nodeName, schema, strings } = graph.columns;
  const { role } = tree.roles;
  const variable = schema.edgeTypes.indexOf('context');
  let at = hop.node;
  while (edgeType[tree.parentEdge[at]!] !== variable) {
    at = tree.parent[at]!;
    if (at === NONE || (role[at] !== FOLDED && role[at] !== SYSTEM)) return '';
  }
  const scope = internalTarget(graph, tree.parent[at]!, 'scope_info');
  if (scope === null) return '';
  const { firstRetainer, retainerNode } = graph.retainers;
  for (let i = firstRetainer[scope]!; i < firstRetainer[scope + 1]!; i++) {
    const shared = retainerNode[i]!;
    if (internalTarget(graph, shared, 'name_or_scope_info') !== scope) continue;
    const name = strings.get(nodeName[shared]!).replace(SHARED, '');
    return name === '' ? '' : ` in ${name}()`;
  }
  return '';
}

/** What V8 writes before the name of what the closures of one function share, or where it has none. */
const SHARED = /^(?:system \/ SharedFunctionInfo(?: \/ )?|\(shared function info\)$)/;

export function isGlobal({ graph, tree }: Naming, node: number): boolean {
  return (
    tree.parent[node] === NONE &&
    tree.roles.role[node] !== MODULE &&
    graph.columns.nodeType[node] === graph.nodeKinds.object
  );
}

/** Properties under which Node keeps listeners by name. */
export const EMITTER_LISTENERS = '_events';
export const EVENT_TARGET_LISTENERS = '<symbol kEvents>';

export function isTableCalled({ graph, tree }: Naming, node: number, property: string): boolean {
  const hop = hopTo(graph, tree, node);
  return hop.kind === 'property' && hop.name === property;
}
