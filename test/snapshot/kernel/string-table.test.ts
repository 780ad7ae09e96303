import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { KernelStringTable } from '../../../dist/snapshot/kernel/string-table.js';
import { kernel, pushPieces, readFixture, sectionStart } from './reference.js';

const shared = kernel();

void test('every string of real snapshots, by index', () => {
  for (const name of ['node20', 'node26', 'bun.1']) {
    const { bytes, json } = readFixture(name);
    const section = bytes.subarray(sectionStart(bytes, 'strings'));
    const table = new KernelStringTable(shared);
    const cuts = Array.from({ length: Math.floor(section.length / 100_003) }, (_, index) => (index + 1) * 100_003);
    assert.equal(pushPieces(table, section, cuts), section.lastIndexOf(']') + 1);
    assert.equal(table.length, json.strings.length);
    assert.deepEqual(
      json.strings.map((_, index) => table.get(index)),
      json.strings,
    );
  }
});

const anyText = fc
  .array(fc.constantFrom('1', '0', '27', '\\', '"', ',', 'a', '\n', ']', 'é', '😀', '\u0000', '\ud83d'), {
    maxLength: 30,
  })
  .map((units) => units.join(''));

void test('random texts in random pieces', () => {
  const property = fc.property(
    fc.array(anyText, { maxLength: 80 }),
    fc.constantFrom(',', ',\n', ' , '),
    fc.array(fc.nat(3000), { maxLength: 10 }),
    (list, separator, cuts) => {
      const bytes = Buffer.from(`${list.map((text) => JSON.stringify(text)).join(separator)}]`);
      const table = new KernelStringTable(shared);
      const places = cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b);
      assert.equal(pushPieces(table, bytes, places), bytes.length);
      assert.equal(table.length, list.length);
      for (const [index, text] of list.entries()) {
        assert.equal(table.get(index), text);
        assert.equal(table.wholeNumber(index), /^\d{1,15}$/.test(text) ? Number(text) : -1);
      }
    },
  );
  fc.assert(property, { seed: 7_1, numRuns: 60 });
});

void test('strings across the borders of the blocks in which they are kept', () => {
  const long = '\\"'.repeat(3_000_000);
  const list = ['a', long, 'b', long, long, 'c'];
  const bytes = Buffer.from(`${list.map((text) => JSON.stringify(text)).join(',')}]`);
  assert.ok(bytes.length > 2 * 2 ** 24);
  const table = new KernelStringTable(shared);
  assert.equal(table.push(bytes, 0, 0), bytes.length);
  for (const [index, text] of list.entries()) assert.ok(table.get(index) === text, `string ${index}`);
});

void test('a section that fills its blocks to the last byte', () => {
  for (const length of [2 ** 24 - 1, 2 ** 24, 2 ** 24 + 1]) {
    const table = new KernelStringTable(shared);
    table.push(Buffer.from(`"${'x'.repeat(length - 3)}"]`), 0, 0);
    assert.deepEqual([...table.indicesContaining('zz')], [], `${length} bytes`);
  }
});

void test('what there is not', () => {
  const table = new KernelStringTable(shared);
  table.push(Buffer.from('"a","\\q"]'), 0, 0);
  for (const index of [-1, 2, Number.NaN]) assert.throws(() => table.get(index), RangeError);
  assert.throws(() => table.get(1), { code: 'INVALID_SNAPSHOT' });
});
