import type { HeapGraph } from '../graph/heap-graph.js';
import { usageError } from '../errors.js';
import { regularExpression, type RowFilter, withinTime } from './row-filter.js';

/** The nodes that a user means. */
export interface Target {
  /** As given. */
  readonly text: string;
  /** By nodeIndex, ascending; at least one. */
  readonly nodes: Uint32Array;
}

const ID = /^@(\d+)$/;
const REGULAR_EXPRESSION = /^\/(.*)\/([a-z]*)$/s;
/** Nodes whose name is their text: not what a name is looked for in. */
const TEXT_TYPES: ReadonlySet<string> = new Set(['string', 'concatenated string', 'sliced string']);
const MAX_SUGGESTIONS = 3;
const NONE = new Uint32Array(0);

/**
 * The nodes that `text` means: `@id`, a constructor's name, or `/regex/flags` over constructors' names. Where no
 * constructor has the name, it is looked for among the nodes' own names (a function's, `(GC roots)`). Nodes without a
 * shallow size only count where no others match.
 * @throws HeapstatError USAGE when it matches nothing, or is no regular expression
 */
export function findTarget(graph: HeapGraph, text: string): Target {
  const id = ID.exec(text);
  // The root's own name is empty: nobody means that.
  const nodes = id !== null ? byId(graph, Number(id[1])) : text === '' ? NONE : byName(graph, text);
  if (nodes.length === 0) throw usageError(describeMiss(graph, text));
  return { text, nodes };
}

/** What was asked for, and how many nodes with how many bytes it is. */
export interface TargetInfo {
  readonly text: string;
  readonly count: number;
  readonly shallowSize: number;
  /** Bytes that go when all the nodes go: what lies below another of them counts once. */
  readonly retainedSize: number;
}

export function describeTarget(graph: HeapGraph, { text, nodes }: Target): TargetInfo {
  return {
    text,
    count: nodes.length,
    shallowSize: nodes.reduce((sum, node) => sum + graph.shallowSize[node]!, 0),
    retainedSize: topmost(graph, nodes).reduce((sum, node) => sum + graph.retainedSize[node]!, 0),
  };
}

/** Those of the nodes that no other of them dominates. */
export function topmost(graph: HeapGraph, nodes: Uint32Array): Uint32Array {
  if (nodes.length === 1) return nodes;
  const { immediateDominator, visitOrder, nodeCount } = graph;
  /** By nodeIndex: 1 one of the nodes, 2 below one of them. */
  const state = new Uint8Array(nodeCount);
  for (const node of nodes) state[node] = 1;
  // A dominator comes before all that it dominates.
  for (let i = 1; i < nodeCount; i++) {
    const node = visitOrder[i]!;
    if (state[immediateDominator[node]!] !== 0) state[node] = 2;
  }
  return nodes.filter((node) => state[node] === 1);
}

function byId(graph: HeapGraph, id: number): Uint32Array {
  const node = graph.columns.nodeId.indexOf(id);
  return node < 0 ? NONE : Uint32Array.of(node);
}

function byName(graph: HeapGraph, text: string): Uint32Array {
  const { names, classIndex } = graph.classes;
  const matches: RowFilter = regularExpression(text, text) ?? ((name) => name === text);
  const isMeant = withinTime(matches, () => Uint8Array.from(names, (name) => (matches(name) ? 1 : 0)));
  const found = select(graph, (node) => isMeant[classIndex[node]!] === 1);
  return found.length > 0 || REGULAR_EXPRESSION.test(text) ? found : byOwnName(graph, text);
}

function byOwnName(graph: HeapGraph, text: string): Uint32Array {
  const { nodeType, nodeName, schema, strings } = graph.columns;
  const isText = schema.nodeTypes.map((type) => TEXT_TYPES.has(type));
  const { code } = graph.nodeKinds;
  /** By string: 0 unread, 1 another, 2 the text. */
  const known = new Uint8Array(strings.length);
  const isNamed = (node: number): boolean => {
    const name = nodeName[node]!;
    if (known[name] === 0) known[name] = strings.get(name) === text ? 2 : 1;
    return known[name] === 2;
  };
  // A function's code has the function's name: it is meant only where no function is left.
  const found = select(graph, (node) => nodeType[node] !== code && !isText[nodeType[node]!] && isNamed(node));
  return found.length > 0 ? found : select(graph, (node) => nodeType[node] === code && isNamed(node));
}

function select(graph: HeapGraph, isMeant: (node: number) => boolean): Uint32Array {
  const nodes: number[] = [];
  let sized = 0;
  for (let node = 0; node < graph.nodeCount; node++) {
    if (!isMeant(node)) continue;
    nodes.push(node);
    if (graph.shallowSize[node]! > 0) sized++;
  }
  const found = Uint32Array.from(nodes);
  return sized > 0 ? found.filter((node) => graph.shallowSize[node]! > 0) : found;
}

function describeMiss(graph: HeapGraph, text: string): string {
  if (ID.test(text)) return `the snapshot has no node ${text}`;
  if (/^\d+$/.test(text)) return `no constructor is named ${text}; a node is given as @${text}`;
  if (REGULAR_EXPRESSION.test(text)) return `no constructor's name matches ${text}`;
  const part = text.toLowerCase();
  const similar = graph.classes.names
    .filter((name) => part !== '' && name.toLowerCase().includes(part))
    .toSorted((a, b) => a.length - b.length)
    .slice(0, MAX_SUGGESTIONS);
  const hint = similar.length > 0 ? `; there is ${similar.map((name) => JSON.stringify(name)).join(', ')}` : '';
  return `no constructor is named ${JSON.stringify(text)}${hint}`;
}
