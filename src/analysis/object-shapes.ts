import { constructorName } from '../graph/constructor-name.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { PairIndex } from '../util/pair-index.js';

export interface ShapeLabel {
  readonly name: string;
  /** The objects' own properties in order; null for what is no object. */
  readonly properties: readonly string[] | null;
}

export interface ObjectShapes {
  readonly labels: readonly ShapeLabel[];
  /** Uint32, length n: index into labels. */
  readonly groupOf: Uint32Array;
}

/** The list of properties in a name ends before it passes so many characters, as in DevTools' interfaces. */
const MAX_NAME_LENGTH = 120;

/**
 * Groups objects by constructor and the names of their own properties in edge order, and all other nodes by class: what
 * a snapshot shows of V8's hidden classes. Small integers have no edge unless numeric values were asked for, and thus do
 * not show. Shapes are found as V8 makes them: by a tree of transitions, each from a shape by a property to the next.
 */
export function groupByShape(graph: HeapGraph): ObjectShapes {
  const { nodeCount, classes } = graph;
  const { nodeType, nodeName, firstEdge, edgeType, edgeName, strings } = graph.columns;
  const { object } = graph.nodeKinds;
  const { property } = graph.edgeKinds;
  /** Pairs of 0 and a constructor's name, or of 1 + a shape and a property's name. */
  const transitions = new PairIndex();
  const groupOf = graph.copyColumn(classes.classIndex);
  const isProto = findString(graph, '__proto__');
  const isObject = (node: number): boolean => nodeType[node] === object;
  for (let node = 0; node < nodeCount; node++) {
    if (!isObject(node)) continue;
    let shape = transitions.row(0, nodeName[node]!);
    const end = firstEdge[node + 1]!;
    let previous = -1;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      const name = edgeName[edge]!;
      // An accessor has several edges of one name: to its pair, its getter and its setter.
      if (edgeType[edge] !== property || name === previous || isProto(name)) continue;
      shape = transitions.row(shape + 1, name);
      previous = name;
    }
    groupOf[node] = shape;
  }

  // Most transitions are on the way to a shape that no object stopped at.
  const labels: ShapeLabel[] = classes.names.map((name) => ({ name, properties: null }));
  const groupOfShape = new Int32Array(transitions.size).fill(-1);
  for (let node = 0; node < nodeCount; node++) {
    if (!isObject(node)) continue;
    const shape = groupOf[node]!;
    if (groupOfShape[shape]! < 0)
      groupOfShape[shape] = labels.push(describeShape(transitions, shape, (name) => strings.get(name))) - 1;
    groupOf[node] = groupOfShape[shape]!;
  }
  return { labels, groupOf };
}

/** Whether a string index is that of `text`; looks at each string once. */
function findString(graph: HeapGraph, text: string): (index: number) => boolean {
  const { strings } = graph.columns;
  /** By string: 0 unread, 1 another, 2 the text. */
  const known = new Uint8Array(strings.length);
  return (index) => {
    if (known[index] === 0) known[index] = strings.get(index) === text ? 2 : 1;
    return known[index] === 2;
  };
}

function describeShape(transitions: PairIndex, shape: number, text: (index: number) => string): ShapeLabel {
  const properties: string[] = [];
  let row = shape;
  for (; transitions.a(row) > 0; row = transitions.a(row) - 1) properties.push(text(transitions.b(row)));
  properties.reverse();
  const owner = constructorName('object', text(transitions.b(row)));
  const list = listProperties(properties);
  if (owner === 'Object') return { name: list, properties };
  return { name: properties.length === 0 ? owner : `${owner} ${list}`, properties };
}

/** `{a, b}`; `{a, b, 97 more}`. */
function listProperties(properties: readonly string[]): string {
  let text = '';
  for (let i = 0; i < properties.length; i++) {
    const property = properties[i]!;
    const written = /[,'"{}]/.test(property) ? JSON.stringify(property) : property;
    if (i > 0 && text.length + 2 + written.length > MAX_NAME_LENGTH) return `{${text}, ${properties.length - i} more}`;
    text += i > 0 ? `, ${written}` : written;
  }
  return `{${text}}`;
}
