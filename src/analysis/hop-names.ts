import { entryLayout } from '../graph/collection-entries.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { stringText } from '../graph/node-text.js';
import { placeOfPairEdge } from '../graph/weak-map-pairs.js';
import type { StringTable } from '../snapshot/columns.js';
import { type HolderTree, NONE } from './holder-tree.js';
import { exportInCell } from './module-exports.js';
import { FOLDED, SYSTEM } from './visibility.js';

/** How one visible object holds the next, whatever lies between. */
export type HopKind =
  | 'property'
  | 'element'
  /** A key or value of a Map, a member of a Set. */
  | 'entry'
  /** A variable of a function or module, in a context. */
  | 'variable'
  /** A local variable of a generator or async function that was left in the middle. */
  | 'local'
  /** What waits for a promise. */
  | 'reaction'
  /** The receiver, function or arguments of a bound function. */
  | 'bound'
  /** The value of a WeakMap, held by its key. */
  | 'weak map value'
  /** The held value of a FinalizationRegistry. */
  | 'held value'
  | 'prototype'
  /** A root. */
  | 'root'
  /** Anything else that V8 or Node names. */
  | 'internal';

export interface Hop {
  /** nodeIndex of the visible holder; NONE for a root. */
  readonly holder: number;
  /** nodeIndex of what it holds. */
  readonly node: number;
  readonly kind: HopKind;
  /** Of the property or variable, the key's text, the index; may be empty. */
  readonly name: string;
}

/** Names the hop that leads to `node` in the tree: from the nearest visible object above. */
export function hopTo(graph: HeapGraph, tree: HolderTree, node: number): Hop {
  const nodes = [node];
  const edges: number[] = [];
  let above = node;
  for (;;) {
    const edge = tree.parentEdge[above]!;
    if (edge === NONE) return { holder: NONE, node, kind: 'root', name: '' };
    edges.push(edge);
    above = tree.parent[above]!;
    nodes.push(above);
    const role = tree.roles.role[above]!;
    if (role !== FOLDED && role !== SYSTEM) break;
  }
  const { kind, name } = nameHop(graph, nodes.toReversed(), edges.toReversed());
  // What a module imports is a variable of the one that exports it; one that is held itself may be held by just that.
  const exporter = nodes.length > 2 ? exportInCell(graph, above, nodes[1]!)?.module : undefined;
  const holder = exporter !== undefined && tree.parent[exporter] === NONE ? exporter : above;
  return { holder, node, kind, name };
}

/**
 * What a chain of raw edges means, from a visible object (the first of nodes) to the next (the last): edges[i] leads
 * from nodes[i] to nodes[i + 1]. withKeys: look up the key of a Map's value, which takes a while.
 */
export function nameHop(
  graph: HeapGraph,
  nodes: readonly number[],
  edges: readonly number[],
  withKeys = true,
): { kind: HopKind; name: string } {
  const { edgeType, edgeName, nodeName, strings, schema } = graph.columns;
  const kindOf = (edge: number): string => schema.edgeTypes[edgeType[edge]!]!;
  const nameOf = (edge: number): string => knownText(strings, edgeName[edge]!);
  const first = edges[0]!;
  const last = edges.at(-1)!;
  const firstKind = kindOf(first);
  const lastKind = kindOf(last);
  const firstName = firstKind === 'element' || firstKind === 'hidden' ? '' : nameOf(first);

  if (lastKind === 'context') return { kind: 'variable', name: nameOf(last) };
  if (firstName === 'parameters_and_registers') return { kind: 'local', name: '' };
  if (firstName === 'reactions_or_result')
    return edges.length > 1 ? { kind: 'reaction', name: '' } : { kind: 'internal', name: 'result' };
  if (firstName === 'table' && edges.length > 1)
    return { kind: 'entry', name: withKeys ? keyOf(graph, nodes, edges) : '' };
  if (firstName === 'elements' && edges.length > 1) return { kind: 'element', name: String(edgeName[last]!) };
  if (firstName.startsWith('bound_') || firstName === 'bindings') {
    const what = { bound_this: 'this', bound_function: 'function' }[firstName] ?? 'argument';
    return { kind: 'bound', name: what };
  }
  if (
    edges.length > 1 &&
    nodes.slice(1, -1).some((node) => knownText(strings, nodeName[node]!) === 'system / WeakCell')
  )
    return { kind: 'held value', name: '' };
  const exported = edges.length > 1 ? exportInCell(graph, nodes[0]!, nodes.at(-2)!) : null;
  if (exported !== null) return { kind: 'variable', name: exported.name };
  if (placeOfPairEdge(graph.weakMapPairs, last) >= 0) return { kind: 'weak map value', name: '' };
  if (lastKind === 'element') return { kind: 'element', name: String(edgeName[last]!) };
  if (lastKind === 'property') {
    const name = nameOf(last);
    return { kind: name === '__proto__' ? 'prototype' : 'property', name };
  }
  // What V8 has between a variable and its object: a Proxy.
  const variable = edges.findLast((edge) => kindOf(edge) === 'context');
  if (variable !== undefined) return { kind: 'variable', name: nameOf(variable) };
  const named = edges.findLast((edge) => kindOf(edge) === 'internal' && !/^\d+$/.test(nameOf(edge)));
  return { kind: 'internal', name: named === undefined ? '' : nameOf(named) };
}

/** Names that were asked for, by string table: few are asked for often. */
const known = new WeakMap<StringTable, Map<number, string>>();

function knownText(strings: StringTable, index: number): string {
  let texts = known.get(strings);
  if (texts === undefined) known.set(strings, (texts = new Map()));
  let text = texts.get(index);
  if (text === undefined) texts.set(index, (text = strings.get(index)));
  return text;
}

/** The key's text of a Map's value, as far as it is a string; else nothing. */
function keyOf(graph: HeapGraph, nodes: readonly number[], edges: readonly number[]): string {
  const { edgeName, edgeType, edgeTarget, firstEdge, nodeSelfSize, strings, nodeType } = graph.columns;
  const table = nodes.at(-2)!;
  const last = edges.at(-1)!;
  if (edgeType[last] !== graph.edgeKinds.internal) return '';
  const index = Number(strings.get(edgeName[last]!));
  if (!Number.isInteger(index)) return '';
  const layout = entryLayout(nodeSelfSize[table]!);
  if (layout?.stride !== 3) return '';
  const place = index - layout.start;
  if (place < 0 || place % 3 !== 1) return '';
  const end = firstEdge[table + 1]!;
  for (let edge = firstEdge[table]!; edge < end; edge++) {
    if (edgeType[edge] !== graph.edgeKinds.internal || strings.get(edgeName[edge]!) !== String(index - 1)) continue;
    const key = edgeTarget[edge]!;
    const { string, concatenatedString, slicedString } = graph.nodeKinds;
    const type = nodeType[key]!;
    if (type !== string && type !== concatenatedString && type !== slicedString) return '';
    return stringText(graph, key);
  }
  return '';
}
