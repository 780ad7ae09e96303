import { isDeepStrictEqual } from 'node:util';
import { naiveSummary, type ParsedSnapshot } from '../../helpers/naive.js';
import { topLevel } from './draft.js';

/** What JSON.parse and plain code make of a text. */
export interface Understood {
  readonly json: ParsedSnapshot;
  /**
   * Why a reader of everything has to refuse it; null: it has to take it. Readers that pass over edges and the like may take it
   * all the same, and then have to find the same.
   */
  readonly complaint: string | null;
  /** Sizes are so odd that the order in which they are added up shows. */
  readonly isInexact: boolean;
}

/** What readers of everything may take or refuse. */
export const TOLERATED: readonly string[] = ['an odd key'];

type Dictionary = Record<string, unknown>;

/** Null where nobody can tell the numbers: no JSON, no header, nodes or strings that are not as the header says. */
export function understand(bytes: Buffer): Understood | null {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isDictionary(json)) return null;
  const keys = topLevel(text).map(({ rawKey }) => rawKey);
  if (new Set(keys.map((key) => JSON.parse(`"${key}"`) as string)).size < keys.length) return null;
  const { snapshot, nodes, edges, strings } = json;
  if (!isSoundHeader(snapshot) || !isNumbers(nodes) || !isStrings(strings) || !Array.isArray(edges)) return null;
  const parsed = json as unknown as ParsedSnapshot;
  if (!hasSoundNodes(parsed)) return null;
  // Keys that V8 does not write are refused where the scanner meets them, and read where the general reader is at work already.
  const hasOddKey = keys.some((key) => key.includes('\\') || key.length > 64);
  const oddity = hasOddKey ? TOLERATED[0]! : null;
  const complaint = complaintOf(parsed) ?? oddity;
  const sizes = field(parsed, 'self_size');
  return { json: parsed, complaint, isInexact: sizes.some((size) => size % 1 !== 0 || Math.abs(size) > 2 ** 45) };
}

/** The text with other strings for those that are none: they need not be noticed where nobody asks for them. */
export function withoutBadStrings(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  const start = text.lastIndexOf('"strings"');
  const strings = text.slice(start).replace(/"(?:[^"\\]|\\.)*"/gs, (token) => {
    try {
      JSON.parse(token);
      return token;
    } catch {
      return '"not a string"';
    }
  });
  return Buffer.from(text.slice(0, start) + strings);
}

function isDictionary(value: unknown): value is Dictionary {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item));
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isCount(value: unknown): boolean {
  return value === undefined || value === null || (Number.isSafeInteger(value) && (value as number) >= 0);
}

function isSoundHeader(header: unknown): boolean {
  if (!isDictionary(header) || !isDictionary(header['meta'])) return false;
  const { meta } = header;
  const [nodeFields, edgeFields, locationFields = []] = [
    meta['node_fields'],
    meta['edge_fields'],
    meta['location_fields'],
  ];
  if (!isStrings(nodeFields) || !isStrings(edgeFields) || !isStrings(locationFields)) return false;
  const types = (key: string, fields: string[]): unknown => {
    const list = meta[key];
    return Array.isArray(list) ? (list as unknown[])[fields.indexOf('type')] : undefined;
  };
  const counts = ['node_count', 'edge_count', 'root_index', 'extra_native_bytes', 'trace_function_count'];
  return (
    ['type', 'name', 'id', 'self_size', 'edge_count'].every((name) => nodeFields.includes(name)) &&
    ['type', 'name_or_index', 'to_node'].every((name) => edgeFields.includes(name)) &&
    isStrings(types('node_types', nodeFields)) &&
    isStrings(types('edge_types', edgeFields)) &&
    counts.every((key) => isCount(header[key]))
  );
}

/** A field of every node. */
function field({ snapshot, nodes }: ParsedSnapshot, name: string): number[] {
  const fields = snapshot.meta.node_fields;
  const offset = fields.indexOf(name);
  return nodes.filter((_, i) => i % fields.length === offset);
}

function isIndex(value: number, limit: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < limit;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function hasSoundNodes(json: ParsedSnapshot): boolean {
  const { snapshot, nodes, strings } = json;
  const { node_fields: fields, node_types: typeLists } = snapshot.meta;
  const types = typeLists[fields.indexOf('type')] as string[];
  const edgeCounts = field(json, 'edge_count');
  const [nodeCount, edgeCount] = [nodes.length / fields.length, sum(edgeCounts)];
  return (
    nodes.length % fields.length === 0 &&
    field(json, 'type').every((type) => isIndex(type, types.length)) &&
    field(json, 'name').every((name) => isIndex(name, strings.length)) &&
    edgeCounts.every((count) => isIndex(count, Infinity)) &&
    (!snapshot.node_count || snapshot.node_count === nodeCount) &&
    (!snapshot.edge_count || snapshot.edge_count === edgeCount)
  );
}

/** What only those can mind who read everything. */
function complaintOf(json: ParsedSnapshot): string | null {
  const { snapshot, nodes, edges, strings, locations = [] } = json;
  const meta = snapshot.meta as ParsedSnapshot['snapshot']['meta'] & {
    edge_types: string[][];
    location_fields?: string[];
  };
  const stride = meta.node_fields.length;
  const rootOffset = (snapshot as { root_index?: number | null }).root_index ?? 0;
  if (nodes.length === 0) return 'no nodes';
  if (!isIndex(rootOffset, nodes.length) || rootOffset % stride !== 0) return 'no root';
  if (!field(json, 'id').every((id) => isIndex(id, Infinity))) return 'an id';
  if (!field(json, 'self_size').every((size) => isIndex(size, Infinity))) return 'a self size';
  if (!field(json, 'type').every((type) => type < 256)) return 'more types than heapstat keeps';
  if (!isNumbers(edges)) return 'edges that are no numbers';
  const edgeFields = meta.edge_fields;
  const edgeTypes = meta.edge_types[edgeFields.indexOf('type')]!;
  if (edges.length !== sum(field(json, 'edge_count')) * edgeFields.length)
    return 'another number of edges than the nodes have';
  for (let at = 0; at < edges.length; at += edgeFields.length) {
    const value = (name: string): number => edges[at + edgeFields.indexOf(name)]!;
    const type = value('type');
    if (!isIndex(type, Math.min(edgeTypes.length, 256))) return 'an edge type';
    const isNumbered = ['element', 'hidden'].includes(edgeTypes[type]!);
    const name = value('name_or_index');
    if (!isNumbered && !isIndex(name, strings.length)) return "an edge's name";
    if (isNumbered && !isIndex(name, 2 ** 32) && !isIndex(-name, 2 ** 31 + 1)) return "an edge's number";
    if (!isIndex(value('to_node'), nodes.length) || value('to_node') % stride !== 0) return "an edge's target";
  }
  if (!field(json, 'detachedness').every((value) => isIndex(value, Infinity))) return 'a detachedness';
  return locationComplaint(locations, meta.location_fields, nodes.length, stride);
}

const LOCATION_FIELDS = ['object_index', 'script_id', 'line', 'column'];

function locationComplaint(
  locations: unknown,
  fields: string[] = [],
  nodeNumbers: number,
  stride: number,
): string | null {
  if (!isNumbers(locations)) return 'locations that are no numbers';
  if (!LOCATION_FIELDS.every((name) => fields.includes(name))) return null;
  if (locations.length % fields.length !== 0) return 'a part of a location';
  for (let at = 0; at < locations.length; at += fields.length) {
    const value = (name: string): number => locations[at + fields.indexOf(name)]!;
    const node = value('object_index');
    if (!isIndex(node, nodeNumbers) || node % stride !== 0) return "a location's node";
    if (!['script_id', 'line', 'column'].every((name) => isIndex(value(name), 2 ** 32))) return 'a place';
  }
  return null;
}

/** The columns of a snapshot that nobody complains of. */
export function naiveColumns(json: ParsedSnapshot): object {
  const { snapshot, edges, strings } = json;
  const meta = snapshot.meta as ParsedSnapshot['snapshot']['meta'] & { location_fields?: string[] };
  const stride = meta.node_fields.length;
  const [edgeFields, locationFields = []] = [meta.edge_fields, meta.location_fields];
  const edgeField = (name: string): number[] =>
    edges.filter((_, i) => i % edgeFields.length === edgeFields.indexOf(name)).map(plusZero);
  const rows: number[] = [];
  const hasLocations = LOCATION_FIELDS.every((name) => locationFields.includes(name));
  const locations = hasLocations ? (json.locations ?? []) : [];
  for (let at = 0; at < locations.length; at += locationFields.length)
    rows.push(
      locations[at + locationFields.indexOf('object_index')]! / stride,
      ...['script_id', 'line', 'column'].map((name) => locations[at + locationFields.indexOf(name)]!),
    );
  return {
    nodeType: field(json, 'type').map(plusZero),
    nodeName: field(json, 'name').map(plusZero),
    nodeId: field(json, 'id').map(plusZero),
    nodeSelfSize: field(json, 'self_size').map(plusZero),
    nodeDetachedness: meta.node_fields.includes('detachedness')
      ? field(json, 'detachedness').map((state) => plusZero(Math.min(state, 255)))
      : null,
    edgeCounts: field(json, 'edge_count').map(plusZero),
    edgeType: edgeField('type'),
    edgeName: edgeField('name_or_index').map((name) => (name < 0 ? name + 2 ** 32 : name)),
    edgeTarget: edgeField('to_node').map((offset) => offset / stride),
    locations: rows.map(plusZero),
    strings,
  };
}

/** -0 is 0. */
function plusZero(value: number): number {
  return value + 0;
}

interface PlainSummary {
  readonly total: { count: number; selfSize: number };
  readonly rows: readonly { constructor: string; count: number; selfSize: number }[];
}

/** Null where they are equal; else in what they differ. */
export function differenceOf(found: object, understood: Understood): string | null {
  const expected = naiveSummary(understood.json);
  if (isDeepStrictEqual(found, expected)) return null;
  if (understood.isInexact && isNearly(found as PlainSummary, expected as PlainSummary)) return null;
  return `${shorten(JSON.stringify(found))} instead of ${shorten(JSON.stringify(expected))}`;
}

function isNearly(found: PlainSummary, expected: PlainSummary): boolean {
  const near = (a: number, b: number): boolean =>
    Math.abs(a - b) <= 1e-9 * Math.max(1, ...expected.rows.map((row) => Math.abs(row.selfSize)));
  const byName = new Map(found.rows.map((row) => [row.constructor, row]));
  return (
    found.rows.length === expected.rows.length &&
    near(found.total.selfSize, expected.total.selfSize) &&
    expected.rows.every(({ constructor: name, count, selfSize }) => {
      const row = byName.get(name);
      return row !== undefined && row.count === count && near(row.selfSize, selfSize);
    })
  );
}

export function shorten(text: string, length = 600): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
