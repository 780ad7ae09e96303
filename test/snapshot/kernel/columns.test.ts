import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KernelColumns } from '../../../dist/snapshot/kernel/columns.js';
import type { Kernel } from '../../../dist/snapshot/kernel/load.js';
import type { Schema } from '../../../dist/snapshot/schema.js';
import {
  FIXTURES,
  kernel,
  pushPieces,
  pushUntilMismatch,
  readFixture,
  schemaOf,
  sectionStart,
  sectionText,
} from './reference.js';

const TYPES = 40;
const EDGE_TYPES = 7;
const ELEMENT = 1;
const HIDDEN = 4;

function largest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}

function assertNodes(columns: KernelColumns, flat: readonly number[], stride: number, hasDetachedness: boolean): void {
  const got = columns.columns();
  const field = (offset: number): number[] => flat.filter((_, at) => at % stride === offset);
  assert.equal(got.nodeCount, flat.length / stride);
  assert.deepEqual([...got.nodeType], field(0));
  assert.deepEqual([...got.nodeName], field(1));
  assert.deepEqual([...got.nodeId], field(2));
  assert.deepEqual([...got.nodeSelfSize], field(3));
  let total = 0;
  const starts = [0, ...field(4).map((count) => (total += count))];
  assert.deepEqual([...got.firstEdge], starts);
  assert.equal(columns.edgeTotal, total);
  assert.deepEqual(got.nodeDetachedness && [...got.nodeDetachedness], hasDetachedness ? field(stride - 1) : null);
  assert.equal(
    got.nodeId instanceof Float64Array,
    field(2).some((id) => id >= 2 ** 32),
  );
  assert.equal(
    got.nodeSelfSize instanceof Float64Array,
    field(3).some((size) => size >= 2 ** 32),
  );
  assert.equal(columns.largestNames.node, largest(field(1)));
}

function assertEdges(columns: KernelColumns, flat: readonly number[], stride: number): void {
  const got = columns.columns();
  const field = (offset: number): number[] => flat.filter((_, at) => at % 3 === offset);
  assert.equal(got.edgeCount, flat.length / 3);
  const types = field(0);
  assert.deepEqual([...got.edgeType], types);
  // V8 prints the number of an element as a signed one.
  assert.deepEqual(
    [...got.edgeName],
    field(1).map((name) => name >>> 0),
  );
  assert.deepEqual(
    [...got.edgeTarget],
    field(2).map((offset) => offset / stride),
  );
  const named = field(1).filter((_, k) => types[k] !== ELEMENT && types[k] !== HIDDEN);
  assert.equal(columns.largestNames.edge, largest(named));
}

for (const name of FIXTURES) {
  void test(`${name}: all columns as by JSON.parse, however the file is cut`, () => {
    const { bytes, json, schema } = readFixture(name);
    const edgesAt = sectionStart(bytes, 'edges');
    for (const [size, inPlace] of [
      [1 << 19, true],
      [100_003, false],
      [1009, true],
    ] as const) {
      const own = kernel();
      const columns = new KernelColumns(own, schema);
      const read = (
        reader: KernelColumns['nodes'] | ReturnType<KernelColumns['edges']>,
        start: number,
        end: number,
      ): void => {
        const section = bytes.subarray(start, end);
        const cuts = Array.from({ length: Math.floor((section.length - 1) / size) }, (_, index) => (index + 1) * size);
        assert.equal(pushPieces(reader, section, cuts, inPlace ? own : undefined), section.length);
      };
      read(
        columns.nodes,
        sectionStart(bytes, 'nodes'),
        bytes.indexOf('"edges":') - (bytes[edgesAt - 10] === 10 ? 2 : 1),
      );
      read(columns.edges(), edgesAt, bytes.indexOf(']', edgesAt) + 1);
      assertNodes(columns, json.nodes, schema.nodeStride, true);
      assertEdges(columns, json.edges, schema.nodeStride);
      assert.equal(columns.edgeTotal, columns.edgeCount);
    }
  });
}

void test('negative numbers of elements at every place of a chunk, in both layouts', () => {
  const nodes = Array.from({ length: 10 }, (_, k) => [3, 1, k, 8, 0, 0, 0]);
  const names = [-1, -9, -2_147_483_648, -1_000_000_000, 5];
  for (const lines of [false, true]) {
    const edges = Array.from({ length: 7000 }, (_, k) => [
      k % 3 === 0 ? ELEMENT : k % 3 === 1 ? HIDDEN : 2,
      k % 3 === 2 ? k : names[k % 5]!,
      (k % 10) * 7,
    ]);
    const length = sectionText(edges, lines).length;
    for (const cuts of [[], [16_384], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [length - 3, length - 2, length - 1]]) {
      const columns = readHeap(kernel(), heapSchema(7, {}), nodes, edges, lines, cuts);
      assertEdges(columns, edges.flat(), 7);
    }
  }
});

void test('a minus sign elsewhere is left to the other reader', () => {
  const nodes = Array.from({ length: 10 }, (_, k) => [3, 1, k, 8, 0, 0]);
  for (const edge of [
    '2,-1,6',
    '-1,1,6',
    '1,1,-6',
    '1,-0,6',
    '1,-,6',
    '1,--1,6',
    '1,1-1,6',
    '1,-01,6',
    '1,-2147483649,6',
  ]) {
    const columns = new KernelColumns(kernel(), schemaOf(6, TYPES));
    columns.nodes.push(Buffer.from(sectionText(nodes, false)), 0, 0);
    const text = `1,1,6,1,-7,6,${edge},1,1,6]`;
    const result = pushUntilMismatch(columns.edges(), Buffer.from(text), []);
    assert.ok('mismatch' in result, edge);
    const taken = Array.from(columns.columns().edgeName);
    assert.deepEqual(taken, [1, 2 ** 32 - 7].slice(0, taken.length), edge);
    assert.equal(
      result.rest.toString(),
      text
        .split(',')
        .slice(3 * taken.length)
        .join(','),
      edge,
    );
  }
});

/** As V8 of Node 24 prints it: what is no name as a signed number. */
function asPrinted(type: number, name: number): number {
  return type === ELEMENT || type === HIDDEN ? name | 0 : name;
}

const anyHeap = fc
  .tuple(fc.integer({ min: 5, max: 9 }), fc.boolean(), fc.boolean(), fc.boolean())
  .chain(([fields, lines, wideId, wideSize]) => {
    const count = fc.oneof(fc.nat(99), fc.nat(2 ** 30));
    const record = fc.tuple(
      fc.nat(TYPES - 1),
      count,
      wideId ? fc.oneof(count, fc.nat(999_999_999_999_999)) : count,
      wideSize ? fc.oneof(count, fc.nat(999_999_999_999_999)) : count,
      fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, { weight: 1, arbitrary: fc.nat(1_000_000) }),
      ...Array.from({ length: fields - 5 }, () => fc.nat(2)),
    ) as fc.Arbitrary<number[]>;
    return fc.record({
      fields: fc.constant(fields),
      lines: fc.constant(lines),
      nodes: fc.array(record, { minLength: 1, maxLength: 60 }),
      edges: fc.array(fc.tuple(fc.nat(EDGE_TYPES - 1), fc.oneof(fc.nat(99), fc.nat(2 ** 32 - 1)), fc.nat()), {
        maxLength: 120,
      }),
      cuts: fc.array(fc.nat(3000), { maxLength: 8 }),
      declared: fc.boolean(),
      signed: fc.boolean(),
    });
  });

/** The nodes' last number is detachedness in layouts of six and seven; in others the kernels are told that there is none. */
function heapSchema(fields: number, counts: Record<string, unknown>): Schema {
  const schema = schemaOf(fields, TYPES, counts);
  return { ...schema, nodeDetachednessOffset: fields === 6 || fields === 7 ? fields - 1 : -1 };
}

function readHeap(
  own: Kernel,
  schema: Schema,
  nodes: readonly (readonly number[])[],
  edges: readonly (readonly number[])[],
  lines: boolean,
  cuts: readonly number[],
): KernelColumns {
  const columns = new KernelColumns(own, schema);
  for (const [records, reader] of [
    [nodes, () => columns.nodes],
    [edges, () => columns.edges()],
  ] as const) {
    const bytes = Buffer.from(sectionText(records, lines));
    const places = cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b);
    assert.equal(pushPieces(reader(), bytes, places), bytes.length);
  }
  return columns;
}

void test('random nodes and edges, in both layouts, in random pieces, with and without counts in the header', () => {
  const property = fc.property(anyHeap, ({ fields, lines, nodes, edges, cuts, declared, signed }) => {
    const schema = heapSchema(fields, declared ? { node_count: nodes.length, edge_count: edges.length } : {});
    const targeted = edges.map(([type, name, target]) => [
      type,
      signed ? asPrinted(type, name) : name,
      (target % nodes.length) * fields,
    ]);
    const columns = readHeap(kernel(), schema, nodes, targeted, lines, cuts);
    assertNodes(columns, nodes.flat(), fields, fields === 6 || fields === 7);
    assertEdges(columns, targeted.flat(), fields);
  });
  fc.assert(property, { seed: 6_1, numRuns: 400 });
});

void test('many nodes: targets of nine digits, columns that grow, ids that become wide on the way', () => {
  const count = 400_000;
  for (const fields of [6, 7]) {
    const nodes = Array.from({ length: count }, (_, k) =>
      [k % TYPES, k, k < 300_000 ? k : k + 2 ** 32, 8, 1, 0, 0].slice(0, fields),
    );
    const edges = Array.from({ length: count }, (_, k) => [k % EDGE_TYPES, k, ((k * 7919) % count) * fields]);
    const columns = readHeap(kernel(), heapSchema(fields, {}), nodes, edges, fields === 7, [3000, 2_000_000]);
    assertNodes(columns, nodes.flat(), fields, true);
    assertEdges(columns, edges.flat(), fields);
  }
});

void test('the decoder for very many nodes gives the same', () => {
  for (const fields of [6, 7, 8]) {
    for (const lines of [false, true]) {
      const columns = new KernelColumns(kernel(), heapSchema(fields, {}));
      const edges = Array.from({ length: 3000 }, (_, k) => [
        k % EDGE_TYPES,
        (k * 1_431_655) % 2 ** 32,
        (k * 10_000 + 1) * fields,
      ]);
      const reader = columns.edges();
      columns.words[24] = 31_000_000 * fields; // as if there were so many
      const bytes = Buffer.from(sectionText(edges, lines));
      assert.equal(pushPieces(reader, bytes, [700, 30_000]), bytes.length);
      assertEdges(columns, edges.flat(), fields);
    }
  }
});

void test('edges that cannot be are named with record and byte', () => {
  const nodes = Array.from({ length: 10 }, (_, k) => [3, 1, k, 8, 0, 0]);
  const where = 'in section "edges", record 1 at byte';
  for (const [edge, message] of [
    ['7,1,6', `${where} 106: type 7, but it should be below 7`],
    ['12,1,6', `${where} 106: type 12, but it should be below 7`],
    ['300,1,6', `${where} 106: type 300, but it should be below 7`],
    ['2,4294967296,6', `${where} 108: name_or_index 4294967296, but it should be below 4294967296`],
    ['2,1,60', `${where} 110: to_node 60, but it should be below 60`],
    ['2,1,99999999999', `${where} 110: to_node 99999999999, but it should be below 60`],
    ['2,1,7', `${where} 110: to_node 7, but it should be a multiple of 6`],
    ['2,1', `${where} 109: the section's closing bracket after 2 of 3 numbers`],
  ] as const) {
    for (const [before, shift] of [
      ['1,1,6,', 0],
      ['1,1,54,'.repeat(2000), 14_000 - 6],
    ] as const) {
      const columns = new KernelColumns(kernel(), schemaOf(6, TYPES));
      columns.nodes.push(Buffer.from(sectionText(nodes, false)), 0, 0);
      const wanted =
        shift === 0
          ? message
          : message
              .replace('record 1', 'record 2000')
              .replace(/byte (\d+)/, (_, byte) => `byte ${Number(byte) + shift}`);
      assert.throws(() => columns.edges().push(Buffer.from(`${before}${edge}]`), 0, 100), {
        code: 'INVALID_SNAPSHOT',
        message: wanted,
      });
    }
  }
});

void test('which snapshots are for the kernels', () => {
  assert.equal(KernelColumns.supports(schemaOf(6, TYPES)), true);
  assert.equal(KernelColumns.supports(schemaOf(7, TYPES)), true);
  assert.equal(KernelColumns.supports(schemaOf(5, TYPES)), true);
  const detachedInside = schemaOf(['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness', 'more'], TYPES);
  assert.equal(KernelColumns.supports(detachedInside), false);
  assert.equal(KernelColumns.supports({ ...schemaOf(6, TYPES), edgeTypeOffset: 1, edgeNameOffset: 0 }), false);
  assert.equal(KernelColumns.supports({ ...schemaOf(6, TYPES), edgeStride: 4 }), false);
  assert.equal(KernelColumns.supports(schemaOf(6, TYPES, { node_count: 1e8, edge_count: 3e8 })), false);
  assert.equal(KernelColumns.supports(schemaOf(6, TYPES, { node_count: 8e7, edge_count: 2.5e8 })), true);
});
