import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { diagnose, type DoctorOptions, type DoctorResult } from '../../dist/analysis/doctor.js';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { computeStats } from '../../dist/analysis/stats.js';
import { bytesSource, fileSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile, INVALID, SOUND } from '../helpers/fixture-files.js';
import { parseSnapshot } from '../helpers/naive.js';

function doctor(bytes: Uint8Array | string, options: DoctorOptions = {}): Promise<DoctorResult> {
  return diagnose(bytesSource(Buffer.from(bytes), 'file'), options);
}

void test('a sound snapshot, in full', async () => {
  const bytes = fixtureBytes('no-lines');
  const { verdict, comparison, remarks, ...facts } = await doctor(bytes);
  assert.equal(verdict, 'A sound snapshot of Bun, or Node 22 rewritten: 4 nodes, 4 edges.');
  assert.equal(comparison.length, 4);
  assert.deepEqual(remarks, []);
  const json = JSON.parse(bytes.toString()) as Record<string, unknown>;
  assert.deepEqual(facts, {
    type: 'doctor',
    version: 1,
    file: 'file',
    sound: true,
    problems: [],
    producer: 'Bun, or Node 22 rewritten',
    capture: { numericValues: false, internals: false, allocationsTraced: false, timeline: false },
    bytes: bytes.length,
    sections: Object.entries(json).map(([name, value]) => ({ name, bytes: JSON.stringify(value).length })),
    nodes: { declared: 4, found: 4 },
    edges: { declared: 4, found: 4, counted: 4 },
    locations: 1,
    strings: 6,
    selfSize: 120,
    repeatedIds: 0,
    detached: 0,
    unreachable: { count: 0, selfSize: 0 },
    warnings: [],
  });
});

for (const name of SOUND)
  void test(`${name} is sound, and what is in it is counted right`, async () => {
    const { snapshot, nodes, edges, locations = [], strings } = parseSnapshot(fixtureBytes(name));
    const result = await diagnose(fileSource(fixtureFile(name)));
    assert.deepEqual([result.sound, result.problems], [true, []]);
    const { node_fields: fields, edge_fields: edgeFields } = snapshot.meta;
    assert.equal(result.nodes.found, nodes.length / fields.length);
    assert.equal(result.edges.found, edges.length / edgeFields.length);
    assert.equal(result.edges.counted, result.edges.found);
    assert.equal(result.strings, strings.length);
    assert.equal(result.locations > 0, locations.length > 0);
    const size = fields.indexOf('self_size');
    assert.equal(
      result.selfSize,
      nodes.filter((_, k) => k % fields.length === size).reduce((sum, value) => sum + value, 0),
    );
  });

void test('unreachable nodes are those of the heap graph, whose rules leave out more in old snapshots', async () => {
  for (const [name, least] of [
    ['node26', 8],
    ['tr26', 8],
    ['deno.1', 251],
    ['bun.2', 29],
    ['julia', 1],
    ['node20', 0],
  ] as const) {
    const source = bytesSource(fixtureBytes(name), name);
    const { unreachable } = await diagnose(source);
    assert.equal(unreachable?.count, least, name);
    assert.equal(computeStats(await loadHeap(source)).unreachable.count, least, name);
  }
});

void test('how it was taken', async () => {
  const plain = { numericValues: false, internals: false, allocationsTraced: false, timeline: false };
  for (const [name, capture] of [
    ['n14.1', plain],
    ['node26', plain],
    ['num26', { ...plain, numericValues: true }],
    ['tr26', { ...plain, allocationsTraced: true, timeline: true }],
    ['deno.1', { ...plain, internals: true, numericValues: true }],
  ] as const)
    assert.deepEqual((await doctor(fixtureBytes(name))).capture, capture, name);
});

void test('what it may not be compared with', async () => {
  for (const [name, ...wanted] of [
    ['node20', /V8 of Node 20\)$/, /^strings with those of Node 24 or later/, /of another process/],
    ['num26', /as in Chrome, Node 24 or later\)$/, /^strings with those of Node 22/, /without numeric values/],
    ['tr26', /without tracked allocations/],
    ['bun.1', /ids change from one snapshot to the next/],
  ] as const) {
    const { comparison } = await doctor(fixtureBytes(name));
    for (const pattern of wanted)
      assert.ok(
        comparison.some((line) => pattern.test(line)),
        `${name}: ${comparison.join('; ')}`,
      );
  }
});

void test('every unsound file is told to be unsound, or cannot be opened', async () => {
  for (const name of INVALID) {
    const result = await diagnose(fileSource(fixtureFile(name))).catch((error: { code: string }) => error.code);
    if (result === 'UNREADABLE') assert.match(name, /gzip|brotli/);
    else {
      assert.ok(typeof result === 'object', name);
      assert.equal(result.sound, false, name);
      assert.ok(result.problems.length > 0, name);
    }
  }
});

void test('each number that leads nowhere is counted, and the first is named', async () => {
  const text = fixtureBytes('no-lines').toString();
  const swap = (from: string, to: string): string => {
    assert.ok(text.includes(from));
    return text.replace(from, () => to);
  };
  for (const [spoilt, ...problems] of [
    [
      swap('3,1,3,32,', '15,1,3,32,'),
      /a node's type is not one of the 15 that the header names: node record 1 has 15$/,
    ],
    [swap('5,2,5,64,', '5,-2,5,64,'), /a node's name is not a string index: node record 2 has -2$/],
    [swap('3,1,3,32,', '3,1,3,-32,'), /a node's self size is not a whole number, 0 or more: node record 1 has -32$/],
    [swap('3,1,3,32,1', '3,1,3,32,7'), /edge counts of the nodes add up to 10, but there are 4 edges$/],
    [swap('1,1,7,5,4,14', '1,1,8,5,4,900'), /in 2 records: edge record 0 has 8, and others$/],
    [swap('1,1,7,5,4,14', '7,1,7,5,4,14'), /^an edge's type is not one of the 7/],
    [
      swap('"locations":[7', '"locations":[5'),
      /a location's node is not a multiple of 7 below 28: location record 0 has 5$/,
    ],
    [
      swap('[7,12,30,4]', '[7,12,4294967301,-1]'),
      /a location's line is not a number of 32 bits: location record 0 has 4294967301$/,
      /a location's column is not a number of 32 bits: location record 0 has -1$/,
    ],
    [
      swap('3,1,3,32,1,0,0', '3,1,3,32,1,0,-1'),
      /a node's detachedness is not a whole number, 0 or more: node record 1 has -1$/,
    ],
    [
      swap('1,1,7,5,4,14', '1,-2147483649,7,5,4,14'),
      /an edge's index is not of 32 bits: edge record 0 has -2147483649$/,
    ],
    [
      swap('"node_count"', '"root_index":8,"node_count"'),
      /^the header's root_index is 8, .* a multiple of 7 below 28$/,
    ],
    [
      text
        .replace(/"(nodes|edges|locations)":\[[^\]]*\]/g, '"$1":[]')
        .replace(/"(node|edge)_count":\d+/g, '"$1_count":0'),
      /^there are no nodes: not even a root$/,
    ],
    [swap('"node_count":4', '"node_count":5'), /^the header declares 5 nodes, but there are 4$/],
    [swap('"edge_count":4', '"edge_count":9'), /^the header declares 9 edges, but there are 4$/],
    [swap('2,4,21,3', '2,6,21,3'), /^edge record 2 names string 6, but the file has 6 strings$/],
  ] as const) {
    const result = await doctor(spoilt);
    assert.equal(result.sound, false);
    for (const problem of problems)
      assert.ok(
        result.problems.some((line) => problem.test(line)),
        result.problems.join('; '),
      );
    assert.equal(result.unreachable, null);
  }
});

void test('ids that stand twice are no damage, but worth knowing', async () => {
  const text = fixtureBytes('no-lines').toString().replace('5,2,5,64,', '5,2,3,64,');
  const { sound, repeatedIds, remarks } = await doctor(text);
  assert.deepEqual([sound, repeatedIds], [true, 1]);
  assert.match(remarks[0]!, /^ids stand twice \(1 times\)/);
});

void test('a cut file, packed or not: how much of it is there', async () => {
  const bytes = fixtureBytes('node26');
  const cut = bytes.subarray(0, bytes.indexOf('"edges"') + 40_000);
  for (const packed of [cut, gzipSync(bytes).subarray(0, 600_000)]) {
    const result = await doctor(packed);
    const isPacked = packed !== cut;
    assert.equal(result.problems.length, isPacked ? 2 : 1);
    if (isPacked) assert.match(result.problems[0]!, /^cannot unpack file: the gzip data is damaged or cut after \d+/);
    assert.deepEqual([result.sound, result.complete, result.strings], [false, false, null]);
    assert.match(result.verdict, /^Not sound: .* cut.* 80,497 of/);
    assert.deepEqual(result.comparison, ['with nothing: a part of it is missing']);
    assert.ok(result.edges.found > 1000 && result.edges.found < 323_650);
    assert.equal(result.edges.counted, 323_650);
  }
});

void test('packed data without its end is unsound, though all of the JSON is there', async () => {
  const packed = gzipSync(fixtureBytes('no-lines'));
  const { sound, problems, nodes } = await doctor(packed.subarray(0, packed.length - 4));
  assert.deepEqual([sound, problems.length, nodes.found], [false, 1, 4]);
  assert.match(problems[0]!, /^cannot unpack file: the gzip data is damaged or cut/);
});

void test('what is unreachable is not looked for where that takes too much', async () => {
  const bytes = fixtureBytes('node26');
  const { sound, unreachable, remarks } = await doctor(bytes, { reachBytes: 1e6 });
  assert.deepEqual([sound, unreachable], [true, null]);
  assert.match(remarks[0]!, /^what is unreachable was not looked for/);
  const unknown = fixtureBytes('counts-zero');
  assert.deepEqual((await doctor(unknown, { reachBytes: 70 })).unreachable, null);
  assert.deepEqual((await doctor(unknown)).unreachable, { count: 0, selfSize: 0 });
});

void test('in another layout sections have no sizes; all else is the same', async () => {
  const text = JSON.stringify(JSON.parse(fixtureBytes('no-lines').toString()), null, 1);
  const { sections, ...indented } = await doctor(text);
  const { sections: _sections, bytes: _bytes, ...plain } = await doctor(fixtureBytes('no-lines'));
  assert.deepEqual(indented, { ...plain, bytes: text.length });
  assert.deepEqual(
    sections.map(({ name }) => name),
    ['snapshot', 'nodes', 'edges', 'trace_function_infos', 'trace_tree', 'samples', 'locations', 'strings'],
  );
  assert.equal(sections.at(-1)!.bytes, null);
});

void test("JavaScriptCore's own format is sound, and said to be converted", async () => {
  const { sound, producer, remarks } = await doctor(fixtureBytes('snapshots/bun.jsc.json.gz'));
  assert.equal(sound, true);
  assert.match(producer!, /^JavaScriptCore/);
  assert.match(remarks[0]!, /converted/);
});
