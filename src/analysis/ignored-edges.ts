import { usageError } from '../errors.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';
import type { Ignored } from './holder-tree.js';
import { plainClassName } from './visibility.js';

const ID = /^@(\d+)$/;
const ID_AND_EDGE = /^@(\d+)\.(.+)$/s;
const ANY_EDGE = /^\.(.+)$/s;

/**
 * What to leave out: `@id` a node, `@id.edge` one of its edges, `.edge` every edge of that name, `Class` all nodes of a
 * class, `Class.edge` that edge of all of them. A class is looked for before `Class.edge` is split.
 * @throws HeapstatError USAGE where one matches nothing
 */
export function parseIgnored(graph: HeapGraph, texts: readonly string[]): Ignored {
  const nodes = new Set<number>();
  const edges = new Set<number>();
  for (const text of texts) {
    const before = nodes.size + edges.size;
    addIgnored(graph, text, nodes, edges);
    if (nodes.size + edges.size === before)
      throw usageError(
        `nothing to ignore is called ${text}: give @id, @id.edge, .edge, a constructor, or Constructor.edge`,
      );
  }
  return { isNode: (node) => nodes.has(node), isEdge: (edge) => edges.has(edge) };
}

function addIgnored(graph: HeapGraph, text: string, nodes: Set<number>, edges: Set<number>): void {
  const id = ID.exec(text);
  if (id !== null) {
    const node = graph.columns.nodeId.indexOf(Number(id[1]));
    if (node >= 0) nodes.add(node);
    return;
  }
  const idAndEdge = ID_AND_EDGE.exec(text);
  if (idAndEdge !== null) {
    const node = graph.columns.nodeId.indexOf(Number(idAndEdge[1]));
    if (node >= 0) for (const edge of edgesMeant(graph, node, idAndEdge[2]!)) edges.add(edge);
    return;
  }
  const anyEdge = ANY_EDGE.exec(text);
  if (anyEdge !== null) {
    for (let node = 0; node < graph.nodeCount; node++) {
      for (const edge of edgesNamed(graph, node, anyEdge[1]!)) edges.add(edge);
    }
    return;
  }
  const ofClass = nodesOfClass(graph, text);
  for (const node of ofClass) nodes.add(node);
  const dot = text.indexOf('.', 1);
  if (ofClass.length > 0 || dot < 0) return;
  for (const node of nodesOfClass(graph, text.slice(0, dot))) {
    for (const edge of edgesNamed(graph, node, text.slice(dot + 1))) edges.add(edge);
  }
}

function nodesOfClass(graph: HeapGraph, name: string): number[] {
  const nodes: number[] = [];
  const { classIndex, names } = graph.classes;
  const wanted = names.indexOf(name);
  for (let node = 0; node < graph.nodeCount; node++) {
    if (classIndex[node] === wanted || (wanted < 0 && plainClassName(graph, node) === name)) nodes.push(node);
  }
  return nodes;
}

/** edgesNamed(), and an element also as `[5]`, and of a function its variables, as paths call them. */
export function edgesMeant(graph: HeapGraph, node: number, name: string): number[] {
  const own = edgesNamed(graph, node, name);
  if (own.length > 0) return own;
  const element = IN_BRACKETS.exec(name);
  if (element !== null) return edgesNamed(graph, node, element[1]!);
  return graph.columns.nodeType[node] === graph.nodeKinds.closure ? edgesOfVariable(graph, node, name) : [];
}

const IN_BRACKETS = /^\[(\d+)\]$/;
/** No function stands in so many others. */
const MOST_CONTEXTS = 1000;

/** Of the nearest context of a function that has a variable of this name. */
function edgesOfVariable(graph: HeapGraph, closure: number, name: string): number[] {
  const { edgeType, schema } = graph.columns;
  const variable = schema.edgeTypes.indexOf('context');
  let context = internalTarget(graph, closure, 'context');
  for (let left = MOST_CONTEXTS; context !== null && left > 0; left--) {
    const found = edgesNamed(graph, context, name).filter((edge) => edgeType[edge] === variable);
    if (found.length > 0) return found;
    context = internalTarget(graph, context, 'previous');
  }
  return [];
}

/**
 * The edges of a node that are called so; an element by its number. With each, the other edges from the node to the
 * same target: V8 writes an array's elements and a dictionary's properties twice, from the object and from its table.
 */
function edgesNamed(graph: HeapGraph, node: number, name: string): number[] {
  const { firstEdge, edgeType, edgeName, edgeTarget, strings } = graph.columns;
  const { weak, element, hidden } = graph.edgeKinds;
  const found: number[] = [];
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    const kind = edgeType[edge]!;
    if (kind === weak) continue;
    const text = kind === element || kind === hidden ? String(edgeName[edge]!) : strings.get(edgeName[edge]!);
    if (text === name) found.push(edge);
  }
  const targets = new Set(found.map((edge) => edgeTarget[edge]!));
  return targets.size === 0 ? [] : [...found, ...edgesOfTables(graph, node, targets)];
}

/** Edges to the targets from the tables of an object: its elements and its properties, a global's by way of cells. */
function edgesOfTables(graph: HeapGraph, node: number, targets: ReadonlySet<number>): number[] {
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeType, nodeName, strings } = graph.columns;
  const { internal, weak } = graph.edgeKinds;
  const { hidden } = graph.nodeKinds;
  const tables: number[] = [];
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeType[edge] === internal && TABLES.has(strings.get(edgeName[edge]!))) tables.push(edgeTarget[edge]!);
  }
  const found: number[] = [];
  for (const table of tables) {
    for (let edge = firstEdge[table]!; edge < firstEdge[table + 1]!; edge++) {
      const target = edgeTarget[edge]!;
      if (edgeType[edge] === weak) continue;
      if (targets.has(target)) found.push(edge);
      else if (nodeType[target] === hidden && strings.get(nodeName[target]!) === PROPERTY_CELL) {
        for (let inner = firstEdge[target]!; inner < firstEdge[target + 1]!; inner++) {
          if (targets.has(edgeTarget[inner]!) && edgeType[inner] !== weak) found.push(inner);
        }
      }
    }
  }
  return found;
}

const TABLES: ReadonlySet<string> = new Set(['elements', 'properties']);
const PROPERTY_CELL = 'system / PropertyCell';
