import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KernelLocations } from '../../../dist/snapshot/kernel/locations.js';
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

const shared = kernel();
const STRIDE = 6;
const NODES = 1_000_000;
const schema = schemaOf(STRIDE, 10);

/** A reader, and what it has told. */
function reading(nodeStride = STRIDE, nodes = NODES): { reader: KernelLocations; told: number[] } {
  const told: number[] = [];
  const reader = new KernelLocations(shared, { ...schema, nodeStride }, nodes, (records) => told.push(...records));
  return { reader, told };
}

const asTold = (flat: readonly number[], nodeStride = STRIDE): number[] =>
  flat.map((value, at) => (at % 4 === 0 ? value / nodeStride : value));

// Bun and Deno write none.
for (const name of FIXTURES.filter((fixture) => fixture !== 'bun.1' && fixture !== 'deno.1')) {
  void test(`${name}: all locations as by JSON.parse, however the file is cut`, () => {
    const { bytes, json, schema: own } = readFixture(name);
    assert.ok(KernelLocations.supports(own, json.nodes.length / own.nodeStride));
    const { locations } = json;
    const start = sectionStart(bytes, 'locations');
    const section = bytes.subarray(start, bytes.indexOf(']', start) + 1);
    for (const size of [1 << 19, 100_003, 17]) {
      const { reader, told } = reading(own.nodeStride, json.nodes.length / own.nodeStride);
      const cuts = Array.from({ length: Math.floor((section.length - 1) / size) }, (_, index) => (index + 1) * size);
      assert.equal(pushPieces(reader, section, cuts), section.length);
      assert.deepEqual(told, asTold(locations, own.nodeStride));
    }
  });
}

void test('random records, in both layouts, in random pieces', () => {
  const number = fc.oneof(fc.nat(9), fc.nat(99_999_999), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  const record = fc.tuple(fc.nat(NODES - 1), number, number, number);
  const property = fc.property(
    fc.array(record, { maxLength: 2000, size: 'max' }),
    fc.boolean(),
    fc.array(fc.nat(40_000), { maxLength: 8 }),
    (records, lines, cuts) => {
      const flat = records.map(([node, ...rest]) => [node * STRIDE, ...rest]);
      const bytes = Buffer.from(sectionText(flat, lines));
      const { reader, told } = reading();
      const places = cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b);
      assert.equal(pushPieces(reader, bytes, places), bytes.length);
      assert.deepEqual(told, asTold(flat.flat()));
      assert.equal(reader.records, records.length);
    },
  );
  fc.assert(property, { seed: 8_1, numRuns: 60 });
});

void test('what cannot be is named with record and byte', () => {
  for (const [text, message] of [
    ['6,1,2,3,7,1,2,3]', 'in section "locations", record 1 at byte 108: node 7, but it should be a multiple of 6'],
    [
      '6,1,2,3,6000000,1,2,3]',
      'in section "locations", record 1 at byte 108: node 6000000, but it should be below 6000000',
    ],
    [
      '6,1,4294967296,3]',
      'in section "locations", record 0 at byte 104: line 4294967296, but it should be below 4294967296',
    ],
    [
      '6,1,2,3,6,1]',
      'in section "locations", record 1 at byte 111: the section\'s closing bracket after 2 of 4 numbers',
    ],
  ] as const)
    assert.throws(() => reading().reader.push(Buffer.from(text), 0, 100), { code: 'INVALID_SNAPSHOT', message });
});

void test('another layout is left to the other reader, after what is right', () => {
  for (const [text, rest] of [
    ['6,1,2,3,12,1,2,3,18,1,-2,3]', '18,1,-2,3]'],
    ['6,1,2,3, 12,1,2,3]', ' 12,1,2,3]'],
    ['6,1,2,3,12,1,2,3e1]', '12,1,2,3e1]'],
  ] as const) {
    const { reader, told } = reading();
    const result = pushUntilMismatch(reader, Buffer.from(text), []);
    assert.ok('mismatch' in result, text);
    assert.equal(result.rest.toString(), rest);
    assert.deepEqual(told, [1, 1, 2, 3, 2, 1, 2, 3].slice(0, told.length));
    assert.equal(told.length, reader.records * 4);
  }
});

void test('which locations are for the kernel', () => {
  assert.ok(KernelLocations.supports(schema, NODES));
  assert.ok(!KernelLocations.supports(schema, 2 ** 30));
  assert.ok(!KernelLocations.supports({ ...schema, locationStride: 5 }, NODES));
  assert.ok(!KernelLocations.supports({ ...schema, locationLineOffset: 3, locationColumnOffset: 2 }, NODES));
});
