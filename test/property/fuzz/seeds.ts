import { fixtureBytes } from '../../helpers/fixture-files.js';
import { NODE_TYPES, EDGE_TYPES } from '../../helpers/make-columns.js';

export type Random = (n: number) => number;

/** A sound snapshot to be damaged. */
export interface Seed {
  readonly name: string;
  /** How often it is taken, compared with others. */
  readonly weight: number;
  readonly read: (random: Random) => Buffer;
}

const SMALL = ['lines', 'no-lines', 'counts-zero', 'wide-numbers', 'mini-quirks', 'names'];

export const SMALL_SEEDS: readonly Seed[] = [
  ...SMALL.map((name): Seed => ({ name, weight: name === 'names' ? 40 : 60, read: fixture(name) })),
  { name: 'made', weight: 360, read: madeSnapshot },
];

/** What a real process wrote takes longer. */
export const ALL_SEEDS: readonly Seed[] = [
  ...SMALL_SEEDS,
  { name: 'bun.1', weight: 20, read: fixture('bun.1') },
  { name: 'deep-trace', weight: 8, read: fixture('deep-trace') },
  { name: 'chrome-detached-3', weight: 3, read: fixture('chrome-detached-3') },
  { name: 'n14.1', weight: 1, read: fixture('n14.1') },
];

const read = new Map<string, Buffer>();

function fixture(name: string): () => Buffer {
  return () => {
    const bytes = read.get(name) ?? fixtureBytes(name);
    read.set(name, bytes);
    return bytes;
  };
}

/** Names that mean something to one part of heapstat or another, and names that should not. */
const NAMES = [
  '',
  'Cache',
  'Session',
  'Object',
  'Function',
  'Map',
  'Array',
  'system / Context',
  'system / NativeContext / https://a.example',
  'system / Map',
  'system / WeakCell',
  'system / PropertyCell',
  '(GC roots)',
  '(Document DOM trees)',
  '(object elements)',
  'Detached <div id="x">',
  '<p class=y>',
  'Window / https://a.example',
  'Timeout',
  'Generator',
  'Promise',
  'table',
  'elements',
  'properties',
  'context',
  'map',
  'code',
  '__proto__',
  'constructor',
  'toString',
  'file:///srv/app/a.mjs',
  'listener',
  'first',
  'second',
  'parent',
  '\u001b[31m',
  'a"b\\c\n',
  '日本',
  '\ud83d',
];
const FIELDS = ['type', 'name', 'id', 'self_size', 'edge_count'];

/** Up to 40 nodes of every kind, in V8's own layout; a root, most nodes in reach of it, and the sections that V8 writes. */
function madeSnapshot(random: Random): Buffer {
  const fields = [...FIELDS, ...['trace_node_id', 'detachedness'].slice(random(3))];
  const stride = fields.length;
  const count = 2 + random(39);
  const pairName = `1 / part of key (K @${2 * random(count) + 1}) -> value (V @${2 * random(count) + 1}) pair in WeakMap (table @${2 * random(count) + 1})`;
  const strings = [...NAMES, pairName];
  const name = (): number => (random(12) === 0 ? strings.length - 1 : random(NAMES.length));
  const edges: number[][] = [];
  const nodes = Array.from({ length: count }, (_, node) => {
    const degree = node === 0 ? 1 + random(6) : random(4);
    for (let k = 0; k < degree; k++) {
      const type = random(EDGE_TYPES.length);
      const isNumbered = EDGE_TYPES[type] === 'element' || EDGE_TYPES[type] === 'hidden';
      edges.push([type, isNumbered ? random(50) : name(), random(count) * stride]);
    }
    const size = random(5) === 0 ? 0 : random(10) === 0 ? random(2 ** 31) * 8 : random(200) * 8;
    const type = node === 0 ? NODE_TYPES.indexOf('synthetic') : random(NODE_TYPES.length);
    const values = { type, name: name(), id: 2 * node + 1, self_size: size, edge_count: degree };
    return fields.map((field) => (field in values ? values[field as 'id'] : field === 'detachedness' ? random(3) : 0));
  });
  const locations = Array.from({ length: random(4) }, () => [
    random(count) * stride,
    random(9),
    random(99),
    random(99),
  ]);
  const meta = {
    node_fields: fields,
    node_types: [NODE_TYPES, 'string', ...fields.slice(2).map(() => 'number')],
    edge_fields: ['type', 'name_or_index', 'to_node'],
    edge_types: [EDGE_TYPES, 'string_or_number', 'node'],
    trace_function_info_fields: ['function_id', 'name'],
    location_fields: ['object_index', 'script_id', 'line', 'column'],
  };
  const newline = random(2) === 0 ? '\n' : '';
  const flat = (rows: readonly (readonly number[])[]): string =>
    rows.map((row) => `${row.join(',')}${newline}`).join(',');
  const header = { meta, node_count: nodes.length, edge_count: edges.length, trace_function_count: 0 };
  return Buffer.from(
    [
      `{"snapshot":${JSON.stringify(header)}`,
      `"nodes":[${flat(nodes)}]`,
      `"edges":[${flat(edges)}]`,
      '"trace_function_infos":[]',
      '"trace_tree":[1,0,0,0,[2,0,1,8,[]]]',
      '"samples":[]',
      `"locations":[${flat(locations)}]`,
      `"strings":[${strings.map((text) => JSON.stringify(text)).join(`,${newline}`)}]}`,
    ].join(',\n'),
  );
}
