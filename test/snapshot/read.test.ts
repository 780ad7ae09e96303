import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import type { SummaryResult } from '../../dist/analysis/summary.js';
import { fixtureBytes, INVALID, SOUND } from '../helpers/fixture-files.js';
import { naiveSummary, parseSnapshot } from '../helpers/naive.js';
import { seededRandom } from '../helpers/random.js';
import { plainSummary, READERS, summaryInChunks, summaryOf } from '../helpers/results.js';

/** Node 22 is told from Bun by the lines of its layout, which the general reader cannot see. */
function withoutProducer(result: SummaryResult): object {
  return { ...result, snapshot: { ...result.snapshot, producer: '' } };
}

for (const name of SOUND) {
  void test(`${name}: kernel, script and general reader say what JSON.parse says`, async () => {
    const bytes = fixtureBytes(name);
    const expected = naiveSummary(parseSnapshot(bytes));
    const kernel = await summaryOf(bytes, READERS['kernel']);
    assert.deepEqual(plainSummary(kernel), expected);
    assert.deepEqual(kernel.warnings, []);
    assert.deepEqual(await summaryOf(bytes, READERS['script']), kernel);
    if (bytes.length > 8e6) return; // the leak-* are of Node 20, as node20 is, and this reader is slow
    assert.deepEqual(withoutProducer(await summaryOf(bytes, READERS['general'])), withoutProducer(kernel));
  });
}

for (const name of ['lines', 'no-lines', 'wide-numbers']) {
  void test(`${name}, cut in two at every byte: the kernel's summary is the naive one`, async () => {
    const bytes = fixtureBytes(name);
    const expected = naiveSummary(parseSnapshot(bytes));
    for (let cut = 0; cut <= bytes.length; cut++)
      assert.deepEqual(plainSummary(await summaryInChunks(bytes, [cut])), expected, `cut at ${cut}`);
  });
}

void test('byte by byte', async () => {
  for (const name of ['lines', 'no-lines', 'names']) {
    const bytes = fixtureBytes(name);
    const everyByte = Array.from(bytes, () => 1);
    assert.deepEqual(plainSummary(await summaryInChunks(bytes, everyByte)), naiveSummary(parseSnapshot(bytes)), name);
  }
});

for (const name of ['node22', 'node26', 'deno.1', 'bun.2']) {
  void test(`${name} in chunks of random sizes`, async () => {
    const bytes = fixtureBytes(name);
    const expected = naiveSummary(parseSnapshot(bytes));
    const random = seededRandom(5);
    const lengths = Array.from({ length: 2000 }, () => 1 + random(random(4) === 0 ? 600_000 : 900));
    assert.deepEqual(plainSummary(await summaryInChunks(bytes, lengths)), expected);
    assert.deepEqual(plainSummary(await summaryInChunks(bytes, lengths, READERS['script'])), expected);
  });
}

for (const [reader, options] of Object.entries(READERS)) {
  void test(`${reader}: what is no sound snapshot is refused by name, in one line, with its reason`, async () => {
    for (const name of INVALID) {
      if (/\.(gz|br)$/.test(name)) continue; // packed: in source.test.ts
      await assert.rejects(
        summaryOf(fixtureBytes(name), options),
        (error) =>
          error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT' && error.message.startsWith('fixture: '),
        name,
      );
    }
  });
}

void test('the message says what is wrong, and where', async () => {
  for (const [name, message] of [
    ['empty', /the file is empty$/],
    ['white-space', /the file holds nothing but white space$/],
    ['html', /it starts with "<!DOCTYPE html><", not with "\{"$/],
    ['json-array', /it starts with "\[1,2,3\]/],
    ['json-object', /it is JSON, but has no "snapshot" section \(it has "name", "version"\)$/],
    ['cut-header', /the file is cut: it ends at byte 136 inside the "snapshot" section/],
    ['cut-nodes', /inside the "nodes" section; 1 of the 4 nodes that the header declares are there/],
    ['cut-edges', /the file is cut: it ends at byte 934 inside the "edges" section/],
    ['cut-locations', /the file is cut: it ends at byte 1030 inside the "locations" section/],
    ['cut-string', /the file is cut: it ends at byte 1085 inside the "strings" section/],
    ['cut-last-brace', /it ends at byte 1106 where a comma or "\}" should follow/],
    [
      'cut-indented',
      /the file is cut or damaged: it ends at byte 2040, in or after the "locations" section \(heapstat summary --salvage/,
    ],
    ['node-count-lies', /the header declares 5 nodes, but the "nodes" section holds 4$/],
    ['edge-count-lies', /the header declares 3 edges, but the edge counts of the nodes add up to 4$/],
    ['string-index-too-large', /names string 6, but the file has 6 strings$/],
    ['string-index-negative', /node record 1 has the name -1, which is no string index$/],
    ['unknown-node-type', /record 1\b.*type 15\b.*15/],
    ['negative-edge-count', /node record 1 has -1 edges, which is no count$/],
    ['nodes-twice', /the section "nodes" occurs twice$/],
    ['no-self-size', /meta\.node_fields lacks "self_size": it lists type, name, id, size, edge_count/],
    ['double-comma', /no sound JSON at about byte \d+, in or after the "nodes" section/],
    ['leading-zero', /record 1 at byte 877: a number of several digits that starts with 0$/],
    ['record-cut-short', /record 3 at byte 913: the section's closing bracket after 6 of 7 numbers$/],
    ['trailing-comma', /record 4 at byte 916: the section's closing bracket where a record should follow the comma$/],
    ['number-too-large', /the number 1e999 in "nodes" is too large$/],
    ['profile.cpuprofile', /no heap snapshot, as far as it was read/],
  ] as const) {
    const file = INVALID.find((path) => path === `invalid/${name}` || path === `invalid/${name}.heapsnapshot`)!;
    await assert.rejects(summaryOf(fixtureBytes(file)), { message }, name);
  }
});

void test('a comma before the closing bracket is noticed where the layout was left as well', async () => {
  const text = fixtureBytes('no-lines').toString();
  const spoilt = text.replace(',24,0,0,0]', ',24,0,0,0, ]');
  assert.notEqual(spoilt, text);
  for (const options of Object.values(READERS))
    await assert.rejects(summaryOf(Buffer.from(spoilt), options), /no sound JSON/);
});

void test('a number is read in every width, wherever it stands', async () => {
  const text = fixtureBytes('no-lines').toString();
  for (const digits of [
    '0',
    '7',
    '10',
    '123',
    '4095',
    '65536',
    '1048577',
    '12345678',
    '123456789',
    '4294967295',
    '4294967296',
    '99999999999',
    '999999999999999',
  ])
    for (const [from, to] of [
      ['3,1,3,32,1', `3,1,${digits},32,1`],
      ['3,1,3,32,1', `3,1,3,${digits},1`],
      [',24,0,0,0]', `,24,0,${digits},0]`],
      [',24,0,0,0]', `,24,0,0,${digits}]`],
    ] as const) {
      const bytes = Buffer.from(text.replace(from, to));
      const expected = naiveSummary(parseSnapshot(bytes));
      for (const options of Object.values(READERS))
        assert.deepEqual(plainSummary(await summaryOf(bytes, options)), expected, to);
    }
});

void test('a zero in front of a number is refused, wherever it stands', async () => {
  const { snapshot } = parseSnapshot(fixtureBytes('no-lines'));
  const random = seededRandom(17);
  for (const end of ['', '\n'])
    for (let records = 1; records < 14; records++) {
      const numbers = Array.from({ length: records * 7 }, (_, k) =>
        k % 7 > 1 && k % 7 < 4 ? random(10 ** (k % 6)) : 0,
      );
      const header = JSON.stringify({ ...snapshot, node_count: 0, edge_count: 0 });
      const write = (zeroAt: number): Buffer => {
        const texts = numbers.map((value, k) => (k === zeroAt ? '0' : '') + value + (k % 7 === 6 ? end : ''));
        return Buffer.from(`{"snapshot":${header},"nodes":[${texts.join(',')}],"edges":[],"strings":["x"]}`);
      };
      assert.equal((await summaryOf(write(-1))).snapshot.nodes, records);
      for (let at = 0; at < numbers.length; at++)
        await assert.rejects(summaryOf(write(at)), /starts with 0$/, `number ${at} of ${records} records`);
    }
});

void test('numbers that float64 rounds are told of', async () => {
  const bytes = Buffer.from(fixtureBytes('no-lines').toString().replace('3,1,3,32,1', '3,1,3,9007199254740993,1'));
  const result = await summaryOf(bytes);
  assert.deepEqual(plainSummary(result), naiveSummary(parseSnapshot(bytes)));
  assert.deepEqual(result.warnings, ['1 numbers are larger than 2^53 and were rounded: sizes and ids may be off']);
});

void test('sizes that are negative or broken are added up as they stand, and told of', async () => {
  for (const size of ['-32', '0.5', '-1e2']) {
    const bytes = Buffer.from(fixtureBytes('no-lines').toString().replace('3,1,3,32,1', `3,1,3,${size},1`));
    const result = await summaryOf(bytes);
    assert.deepEqual(plainSummary(result), naiveSummary(parseSnapshot(bytes)), size);
    assert.match(result.warnings.join(), /^1 nodes have a self size that is negative or no whole number/);
  }
});

void test('fields in another order, fewer and more of them, and types and edge types that nobody knows', async () => {
  const { snapshot, nodes, edges, strings } = parseSnapshot(fixtureBytes('no-lines'));
  const fields = snapshot.meta.node_fields;
  for (const order of [
    ['edge_count', 'self_size', 'id', 'name', 'type'],
    ['type', 'name', 'id', 'self_size', 'edge_count'],
    ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness', 'a', 'b', 'c'],
    ['x', 'type', 'name', 'id', 'self_size', 'edge_count', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'],
  ]) {
    const records: number[] = [];
    for (let at = 0; at < nodes.length; at += fields.length)
      for (const field of order)
        records.push(fields.includes(field) ? nodes[at + fields.indexOf(field)]! : 12_345_678_901);
    const types = (snapshot.meta.node_types[0] as string[]).map((type) => (type === 'closure' ? 'jl_task_t' : type));
    const nodeTypes = order.map((field) => (field === 'type' ? types : 'number'));
    const header = { ...snapshot, meta: { ...snapshot.meta, node_fields: order, node_types: nodeTypes } };
    for (const separator of ['', '\n']) {
      const lines = Array.from(
        { length: 4 },
        (_, k) => `${records.slice(k * order.length, (k + 1) * order.length).join(',')}${separator}`,
      );
      const text = `{"snapshot":${JSON.stringify(header)},"nodes":[${lines.join(',')}],"edges":[${edges.join(',')}],"strings":${JSON.stringify(strings)}}`;
      const bytes = Buffer.from(text);
      const expected = naiveSummary(parseSnapshot(bytes));
      for (const [reader, options] of Object.entries(READERS))
        assert.deepEqual(plainSummary(await summaryOf(bytes, options)), expected, `${reader}: ${order.join(' ')}`);
    }
  }
});
