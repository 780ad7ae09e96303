import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { parseSchema } from '../../dist/snapshot/schema.js';

export const NODE_TYPES = [
  'hidden',
  'array',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'number',
  'native',
  'synthetic',
  'concatenated string',
  'sliced string',
  'symbol',
] as const;
export const EDGE_TYPES = ['context', 'element', 'property', 'internal', 'hidden', 'shortcut', 'weak'] as const;
export type NodeType = (typeof NODE_TYPES)[number];
export type EdgeType = (typeof EDGE_TYPES)[number];

export interface MadeEdge {
  readonly type: EdgeType;
  /** A number for edges of type element and hidden. */
  readonly name: string | number;
  readonly target: number;
}

export interface MadeNode {
  readonly type: NodeType;
  readonly name: string;
  readonly size: number;
  /** Default: 2 x nodeIndex + 1, as V8 counts. */
  readonly id?: number;
  readonly detachedness?: number;
  readonly location?: readonly [scriptId: number, line: number, column: number];
  readonly edges: readonly MadeEdge[];
}

/** The columns of a snapshot that holds these nodes, in this order. */
export function makeColumns(nodes: readonly MadeNode[], rootIndex = 0): SnapshotColumns {
  const strings: string[] = [];
  const indexOf = new Map<string, number>();
  const intern = (text: string): number => {
    const known = indexOf.get(text);
    if (known !== undefined) return known;
    indexOf.set(text, strings.length);
    return strings.push(text) - 1;
  };
  const edges = nodes.flatMap((node) => node.edges);
  const firstEdge = new Uint32Array(nodes.length + 1);
  nodes.forEach((node, i) => (firstEdge[i + 1] = firstEdge[i]! + node.edges.length));
  const sizes = nodes.map((node) => node.size);
  const columns = {
    schema: madeSchema(rootIndex),
    nodeCount: nodes.length,
    edgeCount: edges.length,
    nodeType: Uint8Array.from(nodes, (node) => NODE_TYPES.indexOf(node.type)),
    nodeName: Uint32Array.from(nodes, (node) => intern(node.name)),
    nodeId: Uint32Array.from(nodes, (node, i) => node.id ?? 2 * i + 1),
    nodeSelfSize: sizes.some((size) => size > 0xffff_ffff) ? Float64Array.from(sizes) : Uint32Array.from(sizes),
    nodeDetachedness: Uint8Array.from(nodes, (node) => node.detachedness ?? 0),
    firstEdge,
    edgeType: Uint8Array.from(edges, (edge) => EDGE_TYPES.indexOf(edge.type)),
    edgeName: Uint32Array.from(edges, ({ name }) => (typeof name === 'number' ? name : intern(name))),
    edgeTarget: Uint32Array.from(edges, (edge) => edge.target),
    locations: Uint32Array.from(nodes.flatMap((node, i) => (node.location === undefined ? [] : [i, ...node.location]))),
  };
  return { ...columns, strings: tableOf(strings) };
}

/** Columns from edges alone, for graphs too large to write down: objects of size 1, node 0 a synthetic root. */
export function makeLargeColumns(
  nodeCount: number,
  edges: readonly (readonly [from: number, to: number])[],
): SnapshotColumns {
  const firstEdge = new Uint32Array(nodeCount + 1);
  for (const [from] of edges) firstEdge[from + 1]!++;
  for (let node = 0; node < nodeCount; node++) firstEdge[node + 1]! += firstEdge[node]!;
  const next = firstEdge.slice();
  const edgeTarget = new Uint32Array(edges.length);
  for (const [from, to] of edges) edgeTarget[next[from]!++] = to;
  const nodeType = new Uint8Array(nodeCount).fill(NODE_TYPES.indexOf('object'));
  nodeType[0] = NODE_TYPES.indexOf('synthetic');
  const nodeSelfSize = new Uint32Array(nodeCount).fill(1);
  nodeSelfSize[0] = 0;
  return {
    schema: madeSchema(0),
    nodeCount,
    edgeCount: edges.length,
    nodeType,
    nodeName: new Uint32Array(nodeCount),
    nodeId: Uint32Array.from({ length: nodeCount }, (_, i) => 2 * i + 1),
    nodeSelfSize,
    nodeDetachedness: null,
    firstEdge,
    edgeType: new Uint8Array(edges.length).fill(EDGE_TYPES.indexOf('property')),
    edgeName: new Uint32Array(edges.length),
    edgeTarget,
    locations: new Uint32Array(0),
    strings: tableOf(['']),
  };
}

const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'];

function madeSchema(rootIndex: number): SnapshotColumns['schema'] {
  return parseSchema({
    meta: {
      node_fields: NODE_FIELDS,
      node_types: [NODE_TYPES],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [EDGE_TYPES],
      location_fields: ['object_index', 'script_id', 'line', 'column'],
    },
    root_index: rootIndex * NODE_FIELDS.length,
  });
}

function tableOf(strings: readonly string[]): SnapshotColumns['strings'] {
  return {
    length: strings.length,
    get(index) {
      const text = strings[index];
      if (text === undefined) throw new RangeError(`no string ${index}`);
      return text;
    },
    indicesContaining(part) {
      return Uint32Array.from([...strings.keys()].filter((index) => strings[index]!.includes(part)));
    },
  };
}
