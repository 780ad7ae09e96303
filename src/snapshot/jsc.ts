import { invalidSnapshot } from '../errors.js';
import { parseSchema, type Schema } from './schema.js';
import type { SnapshotSink } from './sink.js';

/**
 * JavaScriptCore's own snapshot (Bun's `Bun.generateHeapSnapshot()`, Safari): nodes of id, size, class name and flags; edges of two ids, a
 * type and a name or number. As in JavaScriptCore's HeapSnapshotBuilder.cpp, versions 1 to 3.
 */
export interface JscSections {
  readonly version: number;
  /** Inspector; GCDebugging has three more numbers for each node. With or without its quotes. */
  readonly type: string;
  readonly nodes: Float64Array;
  readonly nodeClassNames: readonly string[];
  readonly edges: Float64Array;
  readonly edgeTypes: readonly string[];
  readonly edgeNames: readonly string[];
}

/** Sections of strings that only this format has. */
export const JSC_STRING_SECTIONS: ReadonlySet<string> = new Set(['nodeClassNames', 'edgeTypes', 'edgeNames']);

const EDGE_FIELDS = 4;
const INTERNAL = 1;

const NODE_TYPES = [
  'hidden',
  'string',
  'object',
  'code',
  'closure',
  'regexp',
  'synthetic',
  'symbol',
  'bigint',
  'object shape',
] as const;
type NodeType = (typeof NODE_TYPES)[number];
const NODE_FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count'];
const STRIDE = NODE_FIELDS.length;

const EDGE_TYPES = ['context', 'element', 'property', 'internal'] as const;
const EDGE_TYPE_OF: ReadonlyMap<string, (typeof EDGE_TYPES)[number]> = new Map([
  ['Internal', 'internal'],
  ['Property', 'property'],
  ['Index', 'element'],
  ['Variable', 'context'],
]);

const CODE = /(?:Executable|CodeBlock|GetterSetter|SourceCode)$/;
const CLOSURE = /^(?:Async)?(?:Generator)?Function$/;

/** The type that V8 would give an object; what Bun itself does when it writes V8's format, as far as this one tells. */
function nodeType(className: string, isInternal: boolean): NodeType {
  if (className === '<root>') return 'synthetic';
  if (className === 'string' || className === 'symbol') return className;
  if (CODE.test(className)) return 'code';
  if (isInternal) return className === 'Structure' ? 'object shape' : 'hidden';
  if (CLOSURE.test(className)) return 'closure';
  if (className === 'RegExp') return 'regexp';
  return className === 'BigInt' ? 'bigint' : 'object';
}

/**
 * Gives the sink the same heap as V8 would write it, and returns its schema. Edges come in no order there: they are sorted by where they start.
 * @throws HeapstatError INVALID_SNAPSHOT
 */
export function convertJsc(sections: JscSections, sink: SnapshotSink): { schema: Schema; nodes: number } {
  const { version, type, nodes, nodeClassNames, edges } = sections;
  const fields = type.includes('GCDebugging') ? 7 : 4;
  if (!(version >= 1 && version <= 3))
    throw invalidSnapshot(`this JavaScriptCore snapshot is of version ${version}; heapstat knows 1 to 3`);
  if (nodes.length === 0 || nodes.length % fields !== 0 || edges.length % EDGE_FIELDS !== 0)
    throw invalidSnapshot(
      `a JavaScriptCore snapshot has ${fields} numbers for each node and ${EDGE_FIELDS} for each edge, but there are ${nodes.length} and ${edges.length}`,
    );
  const count = nodes.length / fields;
  const ordinals = numberNodes(nodes, fields);
  const { firstEdge, order } = sortEdges(edges, count, ordinals);
  const schema = jscSchema(count, order.length, ordinals.get(0)!);
  sink.schema(schema);

  const types = nodeClassNames.map((name) => [nodeType(name, false), nodeType(name, true)] as const);
  const record = new Float64Array(STRIDE);
  for (let node = 0; node < count; node++) {
    const at = node * fields;
    const className = nodes[at + 2]!;
    const typesOfClass = types[className];
    if (!typesOfClass)
      throw invalidSnapshot(
        `node record ${node} has the class name ${className}, but the file has ${types.length} class names`,
      );
    record[0] = NODE_TYPES.indexOf(typesOfClass[(nodes[at + 3]! & INTERNAL) === 0 ? 0 : 1]);
    record[1] = 1 + className;
    record[2] = nodes[at]!;
    record[3] = nodes[at + 1]!;
    record[4] = firstEdge[node + 1]! - firstEdge[node]!;
    sink.nodes(record, 1);
  }
  if (sink.isNodesOnly) return { schema, nodes: count };
  if (sink.edges) giveEdges(sections, order, ordinals, sink.edges);
  giveStrings(sections, sink);
  return { schema, nodes: count };
}

/** nodeIndex by id. */
function numberNodes(nodes: Float64Array, fields: number): Map<number, number> {
  const ordinals = new Map<number, number>();
  for (let at = 0; at < nodes.length; at += fields) {
    const id = nodes[at]!;
    if (!Number.isSafeInteger(id) || id < 0)
      throw invalidSnapshot(`node record ${at / fields} has the id ${id}, which is no id`);
    if (ordinals.has(id)) throw invalidSnapshot(`two nodes have the id ${id}`);
    ordinals.set(id, at / fields);
  }
  if (!ordinals.has(0)) throw invalidSnapshot('the JavaScriptCore snapshot has no root (a node of id 0)');
  return ordinals;
}

/** Edge records by the node they start at. firstEdge: starts of runs in `order`, length nodes + 1. */
function sortEdges(
  edges: Float64Array,
  nodes: number,
  ordinals: ReadonlyMap<number, number>,
): { firstEdge: Uint32Array; order: Uint32Array } {
  const count = edges.length / EDGE_FIELDS;
  const firstEdge = new Uint32Array(nodes + 1);
  const sources = new Uint32Array(count);
  for (let edge = 0; edge < count; edge++) {
    const source = ordinals.get(edges[edge * EDGE_FIELDS]!);
    if (source === undefined) throw unknownNode(edge, edges[edge * EDGE_FIELDS]!);
    sources[edge] = source;
    firstEdge[source + 1]!++;
  }
  for (let node = 0; node < nodes; node++) firstEdge[node + 1]! += firstEdge[node]!;
  const next = firstEdge.slice(0, nodes);
  const order = new Uint32Array(count);
  for (let edge = 0; edge < count; edge++) order[next[sources[edge]!]!++] = edge;
  return { firstEdge, order };
}

function giveEdges(
  { edges, edgeTypes, edgeNames, nodeClassNames }: JscSections,
  order: Uint32Array,
  ordinals: ReadonlyMap<number, number>,
  take: NonNullable<SnapshotSink['edges']>,
): void {
  const types = edgeTypes.map((name) => EDGE_TYPE_OF.get(name));
  const record = new Float64Array(3);
  for (const edge of order) {
    const at = edge * EDGE_FIELDS;
    const target = ordinals.get(edges[at + 1]!);
    if (target === undefined) throw unknownNode(edge, edges[at + 1]!);
    const type = types[edges[at + 2]!];
    if (!type)
      throw invalidSnapshot(`edge record ${edge} has the type ${edges[at + 2]}, which is none that heapstat knows`);
    const data = edges[at + 3]!;
    const isNamed = type === 'property' || type === 'context';
    if (isNamed && edgeNames[data] === undefined)
      throw invalidSnapshot(
        `edge record ${edge} has the name ${data}, but the file has ${edgeNames.length} edge names`,
      );
    record[0] = EDGE_TYPES.indexOf(type);
    record[1] = isNamed ? 1 + nodeClassNames.length + data : type === 'element' ? data : 0;
    record[2] = target * STRIDE;
    take(record, 1);
  }
}

/** Nothing, for edges without a name; class names; names of edges. */
function giveStrings({ nodeClassNames, edgeNames }: JscSections, sink: SnapshotSink): void {
  const strings = ['', ...nodeClassNames, ...edgeNames];
  const wanted = sink.wantedStrings();
  for (const index of wanted === 'all' ? strings.keys() : wanted) {
    const text = strings[index];
    if (text !== undefined) sink.string(index, text);
  }
  sink.stringCount(strings.length);
}

function jscSchema(nodes: number, edges: number, root: number): Schema {
  const header = {
    meta: {
      node_fields: NODE_FIELDS,
      node_types: [NODE_TYPES],
      edge_fields: ['type', 'name_or_index', 'to_node'],
      edge_types: [EDGE_TYPES],
    },
    node_count: nodes,
    edge_count: edges,
    root_index: root * STRIDE,
  };
  return { ...parseSchema(header), format: 'JavaScriptCore' };
}

function unknownNode(edge: number, id: number): Error {
  return invalidSnapshot(`edge record ${edge} names the object ${id}, but no node has this id`);
}
