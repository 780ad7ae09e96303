import { argsort } from '../util/argsort.js';
import type { SourceLocation } from './class-keys.js';
import { UNREACHED } from './distances.js';
import type { HeapGraph } from './heap-graph.js';
import { internalTarget, stringText } from './node-text.js';
import { placeOfPairEdge } from './weak-map-pairs.js';

/** One node, in words. */
export interface NodeSummary {
  /** V8's id. */
  readonly nodeId: number;
  /** V8's name of its type. */
  readonly type: string;
  /** Its class. */
  readonly constructor: string;
  /** As in the file: of a function its name, of an object its constructor's... */
  readonly name: string;
  /** What a string, number, symbol... holds, as far as the snapshot tells; else null. */
  readonly value: string | null;
  /** Bytes, backing stores counted with their owners. */
  readonly shallowSize: number;
  /** Bytes that go when it goes. */
  readonly retainedSize: number;
}

/** All of a node but its edges. */
export interface NodeView extends NodeSummary {
  /** Bytes as V8 wrote them. */
  readonly selfSize: number;
  /** Edges from the nearest root; null where no root leads there. See HeapGraph.distance. */
  readonly distance: number | null;
  readonly detachedness: 'unknown' | 'attached' | 'detached';
  /** Of a function, or of an object's constructor; null where the file has none. */
  readonly location: SourceLocation | null;
}

export interface EdgeName {
  /** V8's name of its type. */
  readonly type: string;
  readonly name: string | number;
  /** The value of a WeakMap, held by its key; the name would tell of both and of the table. */
  readonly isWeakMapValue?: true;
}

/** An edge from a node, and where it leads. */
export interface FieldView {
  readonly edge: EdgeName;
  readonly target: NodeSummary;
}

/** An edge to a node, and where it comes from. */
export interface RetainerView {
  readonly edge: EdgeName;
  readonly source: NodeSummary;
  readonly distance: number | null;
}

const DETACHEDNESS = ['unknown', 'attached', 'detached'] as const;

export function summarizeNode(graph: HeapGraph, node: number): NodeSummary {
  const { nodeId, nodeType, nodeName, schema, strings } = graph.columns;
  return {
    nodeId: nodeId[node]!,
    type: schema.nodeTypes[nodeType[node]!]!,
    constructor: graph.classes.names[graph.classes.classIndex[node]!]!,
    name: strings.get(nodeName[node]!),
    value: valueOf(graph, node),
    shallowSize: graph.shallowSize[node]!,
    retainedSize: graph.retainedSize[node]!,
  };
}

export function viewNode(graph: HeapGraph, node: number): NodeView {
  return {
    ...summarizeNode(graph, node),
    selfSize: graph.columns.nodeSelfSize[node]!,
    distance: distanceOf(graph, node),
    detachedness: DETACHEDNESS[graph.detachedness[node]!] ?? 'unknown',
    location: locationOf(graph, node),
  };
}

/** The first `limit` edges of a node in file order (0: all), of those from `from` on; weak ones too. */
export function viewFields(graph: HeapGraph, node: number, limit: number, from = 0): FieldView[] {
  const { firstEdge, edgeTarget } = graph.columns;
  const last = firstEdge[node + 1]!;
  const start = Math.min(firstEdge[node]! + from, last);
  const end = limit > 0 ? Math.min(start + limit, last) : last;
  const fields: FieldView[] = [];
  for (let edge = start; edge < end; edge++)
    fields.push({ edge: edgeNameOf(graph, edge), target: summarizeNode(graph, edgeTarget[edge]!) });
  return fields;
}

/** The `limit` edges to a node (0: all) whose owners are nearest to the roots, after the first `from`; weak ones at the end. */
export function viewRetainers(graph: HeapGraph, node: number, limit: number, from = 0): RetainerView[] {
  const { firstRetainer, retainerNode, retainerEdge } = graph.retainers;
  const { edgeType } = graph.columns;
  const { distance } = graph;
  const { weak } = graph.edgeKinds;
  const first = firstRetainer[node]!;
  const ranks = new Float64Array(firstRetainer[node + 1]! - first);
  for (let i = 0; i < ranks.length; i++) {
    const steps = distance[retainerNode[first + i]!]!;
    const isWeak = edgeType[retainerEdge[first + i]!] === weak;
    ranks[i] = (isWeak ? 2 ** 33 : 0) + (steps === UNREACHED ? 2 ** 32 : steps);
  }
  // Half the heap may point to `undefined`: a sort that calls a function takes too long for that.
  const order = argsort(ranks).subarray(from, limit > 0 ? from + limit : undefined);
  return Array.from(order, (i) => {
    const source = retainerNode[first + i]!;
    return {
      edge: edgeNameOf(graph, retainerEdge[first + i]!),
      source: summarizeNode(graph, source),
      distance: distanceOf(graph, source),
    };
  });
}

export function edgeNameOf(graph: HeapGraph, edge: number): EdgeName {
  const { edgeType, edgeName, schema, strings } = graph.columns;
  const { element, hidden, internal } = graph.edgeKinds;
  const kind = edgeType[edge]!;
  const name = edgeName[edge]!;
  const type = schema.edgeTypes[kind]!;
  if (kind === element || kind === hidden) return { type, name };
  const isPair = kind === internal && placeOfPairEdge(graph.weakMapPairs, edge) >= 0;
  return { type, name: strings.get(name), ...(isPair ? { isWeakMapValue: true } : {}) };
}

/** Edges from the nearest root; null where no root leads there. See HeapGraph.distance. */
export function distanceOf(graph: HeapGraph, node: number): number | null {
  const distance = graph.distance[node]!;
  return distance === UNREACHED ? null : distance;
}

function locationOf(graph: HeapGraph, node: number): SourceLocation | null {
  const { locations } = graph.columns;
  for (let at = 0; at < locations.length; at += 4) {
    if (locations[at] === node)
      return { scriptId: locations[at + 1]!, line: locations[at + 2]!, column: locations[at + 3]! };
  }
  return null;
}

const STRING_TYPES: ReadonlySet<string> = new Set(['string', 'concatenated string', 'sliced string']);
/** V8's names for strings whose text is elsewhere: in two parts, or somewhere in its parent. */
const CONCATENATED = '(concatenated string)';
const SLICED = '(sliced string)';
const ODDBALLS: ReadonlySet<string> = new Set(['undefined', 'null', 'true', 'false']);

/** V8 gives numbers (where they were asked for) and symbols an edge to a string that says which. */
function valueOf(graph: HeapGraph, node: number): string | null {
  const { nodeType, nodeName, schema, strings } = graph.columns;
  const type = schema.nodeTypes[nodeType[node]!]!;
  const name = strings.get(nodeName[node]!);
  if (STRING_TYPES.has(type)) {
    if (name === CONCATENATED) return stringText(graph, node) || null;
    return name === SLICED ? null : name;
  }
  if (type === 'hidden' && ODDBALLS.has(name)) return name;
  const described = type === 'number' ? 'value' : type === 'symbol' ? 'name' : null;
  const target = described === null ? null : internalTarget(graph, node, described);
  return target === null ? null : strings.get(nodeName[target]!);
}
