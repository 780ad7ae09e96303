import { EDGE_TYPES, type MadeNode, NODE_TYPES } from './make-columns.js';

const FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'];

/** The file of a snapshot that holds these nodes, in this order; the first is the root. */
export function writeSnapshot(nodes: readonly MadeNode[]): Buffer {
  const indexOf = new Map<string, number>();
  const intern = (text: string): number => {
    if (!indexOf.has(text)) indexOf.set(text, indexOf.size);
    return indexOf.get(text)!;
  };
  const edges = nodes.flatMap((node) => node.edges);
  const json = {
    snapshot: {
      meta: {
        node_fields: FIELDS,
        node_types: [NODE_TYPES, 'string', 'number', 'number', 'number', 'number'],
        edge_fields: ['type', 'name_or_index', 'to_node'],
        edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
        location_fields: ['object_index', 'script_id', 'line', 'column'],
      },
      node_count: nodes.length,
      edge_count: edges.length,
    },
    nodes: nodes.flatMap(({ type, name, id, size, edges: own, detachedness = 0 }, i) => [
      NODE_TYPES.indexOf(type),
      intern(name),
      id ?? 2 * i + 1,
      size,
      own.length,
      detachedness,
    ]),
    edges: edges.flatMap(({ type, name, target }) => [
      EDGE_TYPES.indexOf(type),
      typeof name === 'number' ? name : intern(name),
      target * FIELDS.length,
    ]),
    locations: nodes.flatMap(({ location }, i) => (location === undefined ? [] : [i * FIELDS.length, ...location])),
    strings: [] as string[],
  };
  json.strings.push(...indexOf.keys());
  return Buffer.from(JSON.stringify(json));
}
