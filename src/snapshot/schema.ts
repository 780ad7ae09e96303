import { invalidSnapshot } from '../errors.js';

/** Stands for "the file has no such field" in the offsets of a schema. */
export const NO_FIELD = -1;

/** Where the fields of a node, edge or location record are, and what the type codes mean. Read once from `snapshot.meta`. */
export interface Schema {
  /** What the file is in; JavaScriptCore's own format is read as if V8 had written it. */
  readonly format: 'V8' | 'JavaScriptCore';
  /** Numbers per node record; the flat offsets in the file are ordinal x this. */
  readonly nodeStride: number;
  /** Offsets inside a node record. */
  readonly nodeTypeOffset: number;
  readonly nodeNameOffset: number;
  readonly nodeIdOffset: number;
  readonly nodeSelfSizeOffset: number;
  readonly nodeEdgeCountOffset: number;
  /** NO_FIELD where the producer does not write it. */
  readonly nodeTraceNodeIdOffset: number;
  /** NO_FIELD where the producer does not write it. */
  readonly nodeDetachednessOffset: number;
  /** Names of the node types; a node's type is an index into it. */
  readonly nodeTypes: readonly string[];

  /** Numbers per edge record. */
  readonly edgeStride: number;
  readonly edgeTypeOffset: number;
  readonly edgeNameOffset: number;
  readonly edgeTargetOffset: number;
  /** Names of the edge types; an edge's type is an index into it. */
  readonly edgeTypes: readonly string[];

  /** Numbers per location record; 0 where the producer writes none, or not all that makes a location. */
  readonly locationStride: number;
  readonly locationNodeOffset: number;
  readonly locationScriptIdOffset: number;
  readonly locationLineOffset: number;
  readonly locationColumnOffset: number;

  /** Counts that the header declares; 0 means: not given. */
  readonly declaredNodeCount: number;
  readonly declaredEdgeCount: number;
  /** Flat offset of the root in the nodes array, as the header says; 0 where it does not. */
  readonly rootOffset: number;
  /** Bytes outside V8's heap that the header declares; null where it does not (before Node 24). */
  readonly extraNativeBytes: number | null;
  /** How many functions the header says that allocations were traced to; 0 where none were traced. */
  readonly declaredTraceFunctionCount: number;
}

type Dictionary = Record<string, unknown>;

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function stringList(value: unknown, where: string): string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw invalidSnapshot(`the header's ${where} should be a list of names, but is ${describe(value)}`);
  return value;
}

/** What is nested deeper is not told: JSON.stringify has no stack for a value of 100,000 levels. */
const TOLD_LEVELS = 4;

function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  const levels = new Map<unknown, number>();
  const text = JSON.stringify(value, function (this: unknown, _key, inner: unknown) {
    if (typeof inner !== 'object' || inner === null) return inner;
    const level = (levels.get(this) ?? 0) + 1;
    levels.set(inner, level);
    return level > TOLD_LEVELS ? '...' : inner;
  });
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

function requiredOffset(fields: readonly string[], name: string, where: string): number {
  const offset = fields.indexOf(name);
  if (offset < 0)
    throw invalidSnapshot(`the header's ${where} lacks "${name}": it lists ${fields.join(', ') || 'nothing'}`);
  return offset;
}

function declaredCount(snapshot: Dictionary, key: string): number {
  const value = snapshot[key];
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalidSnapshot(`the header's ${key} should be a count, but is ${describe(value)}`);
  return value;
}

/** The value of the file's `snapshot` key, from its text. */
export function parseHeader(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidSnapshot('the "snapshot" section (the header) is no valid JSON', error);
  }
}

/**
 * The schema that a header (the value of the file's `snapshot` key) describes.
 * @throws HeapstatError INVALID_SNAPSHOT when a field that every snapshot needs is missing.
 */
export function parseSchema(snapshot: unknown): Schema {
  if (!isDictionary(snapshot))
    throw invalidSnapshot(`the "snapshot" section should be an object, but is ${describe(snapshot)}`);
  const meta = snapshot['meta'];
  if (!isDictionary(meta)) throw invalidSnapshot(`the header has no "meta" object: it is ${describe(meta)}`);

  const nodeFields = stringList(meta['node_fields'], 'meta.node_fields');
  const edgeFields = stringList(meta['edge_fields'], 'meta.edge_fields');
  const locationFields =
    meta['location_fields'] === undefined ? [] : stringList(meta['location_fields'], 'meta.location_fields');
  const nodeTypeOffset = requiredOffset(nodeFields, 'type', 'meta.node_fields');
  const edgeTypeOffset = requiredOffset(edgeFields, 'type', 'meta.edge_fields');
  const typeNames = (key: string, offset: number): string[] =>
    stringList(Array.isArray(meta[key]) ? (meta[key] as unknown[])[offset] : meta[key], `meta.${key}`);

  const hasLocations = ['object_index', 'script_id', 'line', 'column'].every((name) => locationFields.includes(name));
  return {
    format: 'V8',
    nodeStride: nodeFields.length,
    nodeTypeOffset,
    nodeNameOffset: requiredOffset(nodeFields, 'name', 'meta.node_fields'),
    nodeIdOffset: requiredOffset(nodeFields, 'id', 'meta.node_fields'),
    nodeSelfSizeOffset: requiredOffset(nodeFields, 'self_size', 'meta.node_fields'),
    nodeEdgeCountOffset: requiredOffset(nodeFields, 'edge_count', 'meta.node_fields'),
    nodeTraceNodeIdOffset: nodeFields.indexOf('trace_node_id'),
    nodeDetachednessOffset: nodeFields.indexOf('detachedness'),
    nodeTypes: typeNames('node_types', nodeTypeOffset),
    edgeStride: edgeFields.length,
    edgeTypeOffset,
    edgeNameOffset: requiredOffset(edgeFields, 'name_or_index', 'meta.edge_fields'),
    edgeTargetOffset: requiredOffset(edgeFields, 'to_node', 'meta.edge_fields'),
    edgeTypes: typeNames('edge_types', edgeTypeOffset),
    locationStride: hasLocations ? locationFields.length : 0,
    locationNodeOffset: locationFields.indexOf('object_index'),
    locationScriptIdOffset: locationFields.indexOf('script_id'),
    locationLineOffset: locationFields.indexOf('line'),
    locationColumnOffset: locationFields.indexOf('column'),
    declaredNodeCount: declaredCount(snapshot, 'node_count'),
    declaredEdgeCount: declaredCount(snapshot, 'edge_count'),
    rootOffset: declaredCount(snapshot, 'root_index'),
    extraNativeBytes: 'extra_native_bytes' in snapshot ? declaredCount(snapshot, 'extra_native_bytes') : null,
    declaredTraceFunctionCount: declaredCount(snapshot, 'trace_function_count'),
  };
}

/** @throws HeapstatError when the header declares other counts than were found; a declared 0 means: not given. */
export function checkCounts(schema: Schema, nodes: number, edges: number): void {
  if (schema.declaredNodeCount !== 0 && schema.declaredNodeCount !== nodes)
    throw invalidSnapshot(
      `the header declares ${schema.declaredNodeCount} nodes, but the "nodes" section holds ${nodes}`,
    );
  if (schema.declaredEdgeCount !== 0 && schema.declaredEdgeCount !== edges)
    throw invalidSnapshot(
      `the header declares ${schema.declaredEdgeCount} edges, but the edge counts of the nodes add up to ${edges}`,
    );
}
