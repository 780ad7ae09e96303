import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { summarize } from '../../dist/analysis/summary.js';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { bytesSource, streamSource } from '../../dist/snapshot/source.js';
import { columnsFromFile } from '../helpers/columns-from-json.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { READERS } from '../helpers/results.js';

const fixture = (name: string): ReturnType<typeof bytesSource> =>
  bytesSource(fixtureBytes(name), `${name}.heapsnapshot`);

function plain(columns: SnapshotColumns): object {
  const { strings } = columns;
  const apart = new Set(['memory', 'strings', 'schema']);
  const kept = Object.entries(columns).filter(([key]) => !apart.has(key));
  const numbers = kept.map(([key, value]) => [
    key,
    typeof value === 'object' && value !== null ? Array.from(value as Uint32Array) : value,
  ]);
  return {
    ...Object.fromEntries(numbers),
    strings: Array.from({ length: strings.length }, (_text, k) => strings.get(k)),
  };
}

for (const name of ['hermes', 'julia', 'unknown-parts', 'counts-zero', 'wide-numbers'])
  void test(`${name}: every reader has the columns that JSON.parse has`, async () => {
    const expected = plain(columnsFromFile(fixtureFile(`snapshots/${name}.heapsnapshot`)));
    for (const [reader, options] of Object.entries(READERS)) {
      const { columns } = await loadColumns(fixture(name), options);
      assert.deepEqual(plain(columns), expected, reader);
    }
  });

void test('who wrote it, as far as it shows', async () => {
  for (const [name, producer] of [
    ['n14.1', 'V8 of Node 12 to 14'],
    ['node16', 'V8 of Node 16 to 18'],
    ['node20', 'V8 of Node 20'],
    ['node22', 'V8 of Node 22'],
    ['node26', 'V8 as in Chrome, Node 24 or later'],
    ['deno.1', 'V8 as in Chrome, Node 24 or later'],
    ['tr26', 'V8 as in Chrome, Node 24 or later, allocations traced'],
    ['bun.1', 'Bun, or Node 22 rewritten'],
    ['hermes', 'Hermes'],
    ['julia', 'Julia'],
  ] as const)
    assert.equal((await summarize(fixture(name))).snapshot.producer, producer, name);
});

void test('Julia: ids that are addresses, sizes over 2^32, a node that nothing holds', async () => {
  const heap = await loadHeap(fixture('julia'));
  assert.deepEqual(Array.from(heap.columns.nodeId).at(-1), 139_885_491_299_008);
  assert.equal(heap.reachableCount, 5);
  // What nothing holds counts with the root, as in DevTools.
  assert.equal(heap.retainedSize[0], 568 + 400 + 32 + 4_294_967_300 + 80);
});

void test('an index of an edge from 2^31 on, which newer V8 prints as negative, is read as what it is', async () => {
  const text = fixtureBytes('no-lines').toString();
  for (const [written, index] of [
    ['-2147483648', 2_147_483_648],
    ['-1', 4_294_967_295],
    ['2147483648', 2_147_483_648],
  ] as const) {
    const changed = text.replace('"edges":[1,1,7', `"edges":[1,${written},7`);
    assert.notEqual(changed, text);
    for (const [reader, options] of Object.entries(READERS)) {
      const { columns } = await loadColumns(bytesSource(Buffer.from(changed), 'signed'), options);
      assert.equal(columns.edgeName[0], index, `${reader}: ${written}`);
    }
  }
  // A name is no number: there it is damage.
  const spoilt = text.replace('5,4,14', '5,-4,14');
  for (const [reader, options] of Object.entries(READERS))
    await assert.rejects(
      loadColumns(bytesSource(Buffer.from(spoilt), 'spoilt'), options),
      /edge record 1 has the name -4/,
      reader,
    );
});

void test('in plain script the general reader is not needed for negative indices', async () => {
  const told: string[] = [];
  await loadColumns(fixture('deno.1'), { simd: false, onWarning: (warning) => told.push(warning) });
  assert.deepEqual(told, []);
});

void test('a section of strings larger than a string can be', async () => {
  // 2^29 bytes are more than one string of V8 holds: a reader that makes one of the section fails.
  const text = fixtureBytes('no-lines').toString();
  const end = text.indexOf('"code"]}');
  const filler = Buffer.from(`"${'x'.repeat(1022)}\\u0000",`.repeat(1024));
  const pieces = Math.ceil(2 ** 29 / filler.length);
  async function* chunks(): AsyncIterable<Uint8Array> {
    yield Buffer.from(text.slice(0, end));
    for (let k = 0; k < pieces; k++) yield filler;
    yield Buffer.from(text.slice(end));
  }
  const { rows, snapshot } = await summarize(streamSource(chunks, 'huge'));
  assert.ok(snapshot.bytes > 2 ** 29);
  const { rows: expected } = await summarize(fixture('no-lines'));
  assert.deepEqual(rows, expected);
});

void test('a name longer than V8 writes them is kept whole', async () => {
  const name = 'Very'.repeat(5000);
  const text = fixtureBytes('no-lines').toString().replace('"Cache"', `"${name}"`);
  for (const options of Object.values(READERS)) {
    const { rows } = await summarize(bytesSource(Buffer.from(text), 'long'), options);
    assert.ok(rows.some((row) => row.constructor === name));
  }
});
