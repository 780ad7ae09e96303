import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { loadKernel } from '../../dist/snapshot/kernel/load.js';
import { SnapshotScanner } from '../../dist/snapshot/scanner.js';
import { parseSchema } from '../../dist/snapshot/schema.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { parseSnapshot } from '../helpers/naive.js';
import { seededRandom } from '../helpers/random.js';
import { RecordingSink } from '../helpers/recording-sink.js';

/** Scans bytes that come in pieces: each a copy, overwritten when the next one comes, as a source may. */
function scan(bytes: Buffer, cuts: readonly number[], strings: number, kernel = loadKernel({ simd: false })): object {
  const sink = new RecordingSink(strings);
  const scanner = new SnapshotScanner(sink, kernel);
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const chunk = Buffer.from(bytes.subarray(from, to));
    assert.equal(scanner.push(chunk), null);
    chunk.fill(0x21);
    from = to;
  }
  scanner.end();
  assert.equal(sink.schemas.length, 1);
  assert.deepEqual(sink.stringCounts, [strings]);
  return sink.recorded;
}

/** The same from JSON.parse. */
function parsed(bytes: Buffer): { whole: object; strings: number } {
  const { nodes, edges, locations, strings } = parseSnapshot(bytes);
  return { whole: { nodes, edges, locations, strings }, strings: strings.length };
}

for (const name of ['lines', 'no-lines', 'wide-numbers', 'mini-quirks']) {
  void test(`${name}, cut in two at every byte, is what JSON.parse reads`, () => {
    const bytes = fixtureBytes(name);
    const { whole, strings } = parsed(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) assert.deepEqual(scan(bytes, [cut], strings), whole, `cut at ${cut}`);
  });
}

void test('names of every kind, cut in two at every byte, by script and by kernel', () => {
  const bytes = fixtureBytes('names');
  const { whole, strings } = parsed(bytes);
  const start = bytes.indexOf('"strings"');
  for (let cut = start; cut <= bytes.length; cut++)
    assert.deepEqual(scan(bytes, [cut], strings), whole, `cut at ${cut}`);
  const kernel = loadKernel()!;
  for (let cut = start; cut <= bytes.length; cut++)
    assert.deepEqual(scan(bytes, [cut], strings, kernel), whole, `kernel, cut at ${cut}`);
});

void test('byte by byte', () => {
  for (const name of ['lines', 'no-lines', 'names', 'counts-zero']) {
    const bytes = fixtureBytes(name);
    const { whole, strings } = parsed(bytes);
    const everyByte = Array.from({ length: bytes.length }, (_, at) => at);
    assert.deepEqual(scan(bytes, everyByte, strings), whole, name);
    assert.deepEqual(scan(bytes, everyByte, strings, loadKernel()), whole, name);
  }
});

for (const name of ['bun.1', 'n14.1', 'tr26']) {
  void test(`${name} in chunks of random sizes is what JSON.parse reads`, () => {
    const bytes = fixtureBytes(name);
    const { whole, strings } = parsed(bytes);
    const random = seededRandom(11);
    const cuts: number[] = [];
    for (let at = 0; at < bytes.length; at += 1 + random(random(3) === 0 ? 20 : 200_000)) cuts.push(at);
    assert.deepEqual(scan(bytes, cuts, strings), whole);
    assert.deepEqual(scan(bytes, cuts, strings, loadKernel()), whole);
  });
}

void test('white space around sections, a byte order mark, and sections of other names are passed over', () => {
  const { snapshot, nodes, edges, locations, strings } = parseSnapshot(fixtureBytes('no-lines'));
  const text = `\ufeff \n{ "snapshot" : ${JSON.stringify(snapshot, null, 1)} ,\r\n\t"extra":{"a":[1,"]}",{"b":"\\"}"}]}, "also":null,"number":-1.5e3
    ,"text":"}\\\\", "nodes":${JSON.stringify(nodes)} , "edges":${JSON.stringify(edges)},"locations":${JSON.stringify(locations)},"strings": ["<dummy>" , "Cache"\n,
    "lookup","some text","entries","code" ] } \n`;
  assert.deepEqual(scan(Buffer.from(text), [], strings.length), { nodes, edges, locations, strings });
});

void test('the schema is the one of the header', () => {
  const bytes = fixtureBytes('tr26');
  const sink = new RecordingSink(0);
  const scanner = new SnapshotScanner(sink);
  scanner.push(bytes.subarray(0, 5000));
  assert.deepEqual(sink.schemas, [parseSchema(parseSnapshot(bytes).snapshot)]);
});

void test('an empty section is an empty section', () => {
  const { snapshot } = parseSnapshot(fixtureBytes('no-lines'));
  const text = `{"snapshot":${JSON.stringify(snapshot)},"nodes":[],"edges":[],"locations":[],"strings":[]}`;
  assert.deepEqual(scan(Buffer.from(text), [], 0), { nodes: [], edges: [], locations: [], strings: [] });
});

void test('a file that ends early is cut, wherever it ends', () => {
  const bytes = fixtureBytes('no-lines');
  for (let length = 1; length < bytes.length; length++) {
    const scanner = new SnapshotScanner(new RecordingSink(6));
    scanner.push(bytes.subarray(0, length));
    assert.throws(
      () => scanner.end(),
      (error) =>
        error instanceof HeapstatError && error.message.includes(`the file is cut: it ends at byte ${length} `),
      `cut after ${length} bytes`,
    );
  }
});

void test('goes on at another place of the file when it is told to', () => {
  const bytes = fixtureBytes('no-lines');
  const sink = new RecordingSink(6);
  const scanner = new SnapshotScanner(sink);
  const edges = bytes.indexOf('"edges":[') + 12;
  scanner.push(bytes.subarray(0, edges));
  assert.equal(scanner.section, 'edges');
  const end = bytes.indexOf(']', edges) + 1;
  scanner.skipSection(end);
  scanner.push(bytes.subarray(end));
  scanner.end();
  assert.deepEqual(sink.recorded.strings, parseSnapshot(bytes).strings);
});
