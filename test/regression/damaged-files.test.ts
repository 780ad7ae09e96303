import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDuplicateStrings } from '../../dist/analysis/duplicate-strings.js';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import type { GraphBase } from '../../dist/graph/base.js';
import { stringText } from '../../dist/graph/node-text.js';
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { drawLoadedHeap } from '../helpers/loaded-heap.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { READERS, summaryOf } from '../helpers/results.js';

// What the fuzzer found (test/property/fuzz), a test each.

const sound = fixtureBytes('no-lines').toString();

function damaged(part: string, other: string): Buffer {
  assert.ok(sound.includes(part), part);
  return Buffer.from(sound.replace(part, () => other));
}

function columnsOf(bytes: Buffer, reader: keyof typeof READERS): ReturnType<typeof loadColumns> {
  return loadColumns(bytesSource(bytes, 'damaged'), READERS[reader]);
}

async function eachRefuses(bytes: Buffer, message: RegExp): Promise<void> {
  for (const reader of Object.keys(READERS))
    await assert.rejects(columnsOf(bytes, reader), { code: 'INVALID_SNAPSHOT', message }, reader);
}

void test('a header of 100,000 levels is told about without a stack of as many', async () => {
  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  for (const options of Object.values(READERS)) {
    await assert.rejects(summaryOf(damaged('{"snapshot":{', `{"snapshot":${nested},"x":{`), options), {
      code: 'INVALID_SNAPSHOT',
      message: /the "snapshot" section should be an object, but is \[\[\[\["\.\.\."\]\]\]\]$/,
    });
    await assert.rejects(summaryOf(damaged('"node_fields":[', `"node_fields":${nested},"x":[`), options), {
      code: 'INVALID_SNAPSHOT',
      message: /meta\.node_fields should be a list of names, but is \[\[/,
    });
  }
});

void test('a header that is only the prototype of one is none', async () => {
  const bytes = damaged('{"snapshot":{', '{"snapshot":{"__proto__":{').toString().replace(',\n"nodes"', '},\n"nodes"');
  assert.doesNotThrow(() => JSON.parse(bytes));
  await eachRefuses(Buffer.from(bytes), /the header has no "meta" object/);
});

void test('a root that is not among the nodes: WebAssembly read beyond its memory', async () => {
  await eachRefuses(damaged('"node_count"', '"root_index":1000,"node_count"'), /root_index is 1000/);
  await eachRefuses(damaged('"node_count"', '"root_index":8,"node_count"'), /a multiple of 7 below 28/);
  const { columns } = await columnsOf(damaged('"node_count"', '"root_index":21,"node_count"'), 'kernel');
  assert.equal(columns.schema.rootOffset, 21);
});

void test('a snapshot without nodes has no graph', async () => {
  const empty = sound
    .replace(/"nodes":\[[^\]]*\]/, '"nodes":[]')
    .replace(/"(edges|locations)":\[[^\]]*\]/g, '"$1":[]')
    .replace(/"(node|edge)_count":\d+/g, '"$1_count":0');
  await eachRefuses(Buffer.from(empty), /there are no nodes: not even a root/);
});

void test('a detachedness of 257 was 1, attached', async () => {
  for (const state of ['257', '256', '99999999999999999999'])
    for (const reader of Object.keys(READERS)) {
      const { columns } = await columnsOf(damaged('3,1,3,32,1,0,0', `3,1,3,32,1,0,${state}`), reader);
      assert.deepEqual([...columns.nodeDetachedness!], [0, 255, 0, 0], `${reader}: ${state}`);
    }
  await eachRefuses(damaged('3,1,3,32,1,0,0', '3,1,3,32,1,0,-1'), /node record 1 has the detachedness -1/);
});

void test('a line of 2^32 + 5 was line 5, and a column of -1 the four billionth', async () => {
  await eachRefuses(damaged('[7,12,30,4]', '[7,12,4294967301,4]'), /line 4294967301/);
  await eachRefuses(damaged('[7,12,30,4]', '[7,12,30,-1]'), /location record 0 has the column -1/);
  await eachRefuses(damaged('[7,12,30,4]', '[7,1.5,30,4]'), /location record 0 has the script id 1\.5/);
});

void test('locations without all that makes one are none: what was missing came from the record before', async () => {
  for (const fields of ['"object_index","script_id","line"', '"script_id","line","column","x"', '']) {
    const bytes = damaged('"object_index","script_id","line","column"', fields);
    for (const reader of Object.keys(READERS))
      assert.equal((await columnsOf(bytes, reader)).columns.locations.length, 0, `${reader}: ${fields}`);
  }
});

void test('a string that is no JSON is told with its file when somebody asks for it', async () => {
  for (const reader of Object.keys(READERS)) {
    const loading = columnsOf(damaged('"lookup"', String.raw`"look\xup"`), reader);
    await assert.rejects(
      loading.then(({ columns }) => columns.strings.get(2)),
      { code: 'INVALID_SNAPSHOT', message: /^damaged: / },
      reader,
    );
  }
});

void test('a section without a value, or with two, is no JSON', async () => {
  for (const value of ['', 'x[]', '0[]', '1"a"', '\u000b[]', ']'])
    await assert.rejects(summaryOf(damaged('"samples":[]', `"samples":${value}`)), {
      code: 'INVALID_SNAPSHOT',
      message: /where a section's value should stand|no sound JSON/,
    });
});

void test('a string that is part of itself has an end', () => {
  const heap = drawLoadedHeap(`
    Root -> Loop:"(concatenated string)"[concatenated string]
    Loop -internal:first-> Part:abc[string]
    Loop -internal:second-> Loop
    Root -> Empty:"(concatenated string)"[concatenated string]
    Empty -internal:first-> Empty
    Empty -internal:second-> Empty
    Root -> Halves:"(concatenated string)"[concatenated string]
  `);
  const idOf = (label: string): number => heap.graph.columns.nodeId[heap.indexOf(label)]!;
  assert.match(inspectHeap(heap.graph, `@${idOf('Loop')}`).node.value!, /^(abc)+$/);
  assert.equal(inspectHeap(heap.graph, `@${idOf('Empty')}`).node.value, null);
  assert.equal(inspectHeap(heap.graph, `@${idOf('Halves')}`).node.value, null);
  assert.deepEqual(findDuplicateStrings(heap.graph).rows, []);
});

void test('a string that is part of itself, behind many edges, is not gone through for each node', () => {
  const many = 2000;
  const { graph, indexOf } = drawLoadedHeap(`
    ${Array.from({ length: many }, (_, k) => `Loop:"(concatenated string)"[concatenated string] -internal:x-> Other${k}`).join('\n')}
    Root -> Loop -internal:first-> Loop
  `);
  let asked = 0;
  const strings = {
    length: graph.columns.strings.length,
    get: (index: number): string => {
      asked++;
      return graph.columns.strings.get(index);
    },
  };
  const base = { columns: { ...graph.columns, strings }, nodeKinds: graph.nodeKinds, edgeKinds: graph.edgeKinds };
  assert.equal(stringText(base as GraphBase, indexOf('Loop')), '');
  assert.ok(asked < 20 * many, `${asked} strings`);
});

void test('a root that is a string without its halves', async () => {
  // The type of the root becomes that of concatenated strings; a missing half stood for the root, and so on without end.
  const heap = await loadHeap(bytesSource(damaged('[9,0,1,0,2,0,0,', '[10,0,1,8,2,0,0,')));
  assert.deepEqual(findDuplicateStrings(heap).rows, []);
});

void test('what looks like the name of a WeakMap pair, and is longer than V8 makes them, is none', async () => {
  // The pattern for these names took 2.8 s for one of 120 kB, made of what it looks for, and 35 times less for a quarter of it.
  for (const [length, pairs] of [
    [1000, 1],
    [5000, 0],
  ] as const) {
    const name = `1 / part of key (${'K'.repeat(length)} @1) -> value (V @3) pair in WeakMap (table @1)`;
    const heap = await loadHeap(bytesSource(damaged('"code"]', `${JSON.stringify(name)}]`)));
    assert.equal(heap.weakMapPairs.edge.length, pairs);
  }
});

void test('a regular expression is tried on the first 4,096 characters of a name', () => {
  const ends = rowFilter(['/end$/']);
  assert.equal(ends(`${'x'.repeat(4093)}end`), true);
  assert.equal(ends(`${'x'.repeat(4094)}end`), false);
});
