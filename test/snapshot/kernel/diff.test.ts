import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KernelComparison, KernelIdMarks, KernelIds, type ComparisonRow } from '../../../dist/snapshot/kernel/diff.js';
import type { Schema } from '../../../dist/snapshot/schema.js';
import {
  kernel,
  pushPieces,
  pushUntilMismatch,
  readFixture,
  schemaOf,
  sectionStart,
  sectionText,
} from './reference.js';

const TYPES = 40;
const NAMED = new Set([3, 35]);

type Rows = Map<string, [missing: number, missingBytes: number, kept: number, keptBytes: number]>;

function compareByLoop(records: readonly (readonly number[])[], other: ReadonlySet<number>, named = NAMED): Rows {
  const rows: Rows = new Map();
  for (const [type, name, id, size] of records as [number, number, number, number][]) {
    const key = `${type} ${named.has(type) ? name : 0}`;
    const row = rows.get(key) ?? [0, 0, 0, 0];
    const at = other.has(id) ? 2 : 0;
    row[at]++;
    row[at + 1]! += size;
    rows.set(key, row);
  }
  return rows;
}

function asMap(rows: readonly ComparisonRow[]): Rows {
  return new Map(
    rows.map((row) => [`${row.type} ${row.name}`, [row.missing, row.missingBytes, row.kept, row.keptBytes]]),
  );
}

function idsOf(records: readonly (readonly number[])[]): Set<number> {
  return new Set(records.map((record) => record[2]!));
}

/** Before, after, before again. */
function compareThrice(
  schema: Schema,
  before: Uint8Array,
  after: Uint8Array,
  cuts: readonly number[],
  named = NAMED,
): { gone: KernelComparison; come: KernelComparison; beforeIds: KernelIds; afterIds: KernelIds; marked: number } {
  const own = kernel();
  const [beforeIds, afterIds] = [new KernelIds(own), new KernelIds(own)];
  const within = (bytes: Uint8Array): number[] => cuts.filter((cut) => cut < bytes.length);
  const marks = new KernelIdMarks(own, schema, beforeIds);
  assert.ok(pushPieces(marks, before, within(before)) > 0);
  const come = new KernelComparison(own, schema, named, beforeIds, afterIds);
  assert.ok(pushPieces(come, after, within(after)) > 0);
  const gone = new KernelComparison(own, schema, named, afterIds, null);
  assert.ok(pushPieces(gone, before, within(before)) > 0);
  return { gone, come, beforeIds, afterIds, marked: marks.records };
}

void test('two real snapshots of one process', () => {
  const [before, after] = [readFixture('leak-before'), readFixture('leak-after')];
  const { schema } = after;
  const named = new Set(schema.nodeTypes.flatMap((type, index) => (/object|native/.test(type) ? [index] : [])));
  const recordsOf = ({ json }: typeof before): number[][] =>
    Array.from({ length: json.nodes.length / schema.nodeStride }, (_, k) =>
      json.nodes.slice(k * schema.nodeStride, (k + 1) * schema.nodeStride),
    );
  const [old, now] = [recordsOf(before), recordsOf(after)];
  const section = ({ bytes }: typeof before): Buffer => bytes.subarray(sectionStart(bytes, 'nodes'));
  const cuts = [1000, 300_001, 900_000];
  const result = compareThrice(schema, section(before), section(after), cuts, named);
  assert.equal(result.marked, old.length);
  assert.equal(result.beforeIds.count(), old.length);
  assert.equal(result.afterIds.count(), now.length);
  assert.deepEqual(asMap(result.come.rows()), compareByLoop(now, idsOf(old), named));
  assert.deepEqual(asMap(result.gone.rows()), compareByLoop(old, idsOf(now), named));
  assert.equal(
    result.come.edges,
    now.reduce((sum, record) => sum + record[4]!, 0),
  );
  assert.equal(result.come.empty, now.filter((record) => record[3] === 0).length);
});

/** Even, odd, side by side, around 2^31 and 2^32, and up to 15 digits. */
const anyId = fc.oneof(
  fc.nat(300),
  fc.integer({ min: 2 ** 31 - 50, max: 2 ** 31 + 50 }),
  fc.integer({ min: 2 ** 32 - 50, max: 2 ** 32 + 50 }),
  fc.integer({ min: 2 ** 47, max: 2 ** 47 + 200_000 }),
  fc.integer({ min: 0, max: 999_999_999_999_999 }),
);

const anyRecords = fc.uniqueArray(
  fc.tuple(
    fc.nat(TYPES - 1),
    fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    anyId,
    fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 2 ** 42 })),
    fc.nat(3),
    fc.nat(2),
    fc.nat(2),
    fc.nat(2),
    fc.nat(2),
  ),
  { selector: (record) => record[2], maxLength: 80 },
);

void test('random ids, in both layouts, 5 to 9 numbers a record, in random pieces', () => {
  const property = fc.property(
    anyRecords,
    anyRecords,
    fc.integer({ min: 5, max: 9 }),
    fc.boolean(),
    fc.array(fc.nat(3000), { maxLength: 8 }),
    (first, second, fields, lines, cuts) => {
      const [old, now] = [first, [...first.slice(0, first.length / 2), ...second]].map((records) => [
        ...new Map(records.map((record) => [record[2], record.slice(0, fields)])).values(),
      ]) as [number[][], number[][]];
      const [before, after] = [old, now].map((records) => Buffer.from(sectionText(records, lines))) as [Buffer, Buffer];
      const places = cuts.toSorted((a, b) => a - b);
      const result = compareThrice(schemaOf(fields, TYPES), before, after, places);
      assert.deepEqual(asMap(result.come.rows()), compareByLoop(now, idsOf(old)));
      assert.deepEqual(asMap(result.gone.rows()), compareByLoop(old, idsOf(now)));
      assert.equal(result.beforeIds.count(), old.length);
      assert.equal(result.afterIds.count(), now.length);
      for (const id of idsOf(now)) assert.equal(result.beforeIds.has(id), idsOf(old).has(id));
    },
  );
  fc.assert(property, { seed: 4_1, numRuns: 300 });
});

void test('an id that occurs twice shows in the count', () => {
  const own = kernel();
  const ids = new KernelIds(own);
  const marks = new KernelIdMarks(own, schemaOf(6, TYPES), ids);
  const records = [1, 3, 5, 3, 2 ** 40, 2 ** 40].map((id) => [3, 1, id, 8, 0, 0]);
  marks.push(Buffer.from(sectionText(records, false)), 0, 0);
  assert.equal(marks.records, 6);
  assert.equal(ids.count(), 4);
});

/** A space before a record of type 7, late in the section. */
function broken(records: number[][]): Buffer {
  const text = sectionText(records, false);
  const at = text.indexOf(',7,1,', Math.floor(text.length * 0.8));
  return Buffer.from(`${text.slice(0, at)}, ${text.slice(at + 1)}`);
}

/** Reads up to that record; returns how many come before it. */
function readSound(reader: KernelIdMarks | KernelComparison, bytes: Buffer): number {
  const result = pushUntilMismatch(reader, bytes, [2000]);
  assert.ok('mismatch' in result);
  assert.ok(reader.records > 3000 && reader.records < 5000);
  return reader.records;
}

void test('a layout that changes on the way: what came before counts, and nothing of the rest', () => {
  const schema = schemaOf(6, TYPES);
  const old = Array.from({ length: 5000 }, (_, k) => [k % TYPES, 1, 2 * k + 1, 10, 0, 0]);
  const now = Array.from({ length: 5000 }, (_, k) => [k % TYPES, 1, 2 * k + 4001, 10, 0, 0]);
  const own = kernel();
  const [beforeIds, afterIds] = [new KernelIds(own), new KernelIds(own)];
  const before = readSound(new KernelIdMarks(own, schema, beforeIds), broken(old));
  assert.equal(beforeIds.count(), before);
  const come = new KernelComparison(own, schema, NAMED, beforeIds, afterIds);
  const after = readSound(come, broken(now));
  assert.deepEqual(asMap(come.rows()), compareByLoop(now.slice(0, after), idsOf(old.slice(0, before))));
  assert.equal(afterIds.count(), after);
});
