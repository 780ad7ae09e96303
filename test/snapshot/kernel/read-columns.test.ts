import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { NodeAndEdgeColumns } from '../../../dist/snapshot/columns.js';
import { KernelColumns } from '../../../dist/snapshot/kernel/columns.js';
import { loadKernel } from '../../../dist/snapshot/kernel/load.js';
import { readColumns, type ReadColumns } from '../../../dist/snapshot/kernel/read-columns.js';
import type { Schema } from '../../../dist/snapshot/schema.js';
import { kernel, readFixture, sectionStart } from './reference.js';

const folder = mkdtempSync(join(tmpdir(), 'heapstat-columns-'));
after(() => rmSync(folder, { recursive: true }));

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** What the last reading told of. */
const sections: string[] = [];

/** Reads by way of a file; `delay`: milliseconds that the main thread loses with every chunk. */
async function read(
  bytes: Uint8Array,
  schema: Schema,
  options: { threads: 1 | 2; inputBytes?: number; delay?: number },
): Promise<ReadColumns | null> {
  const path = join(folder, 'snapshot');
  sections.length = 0;
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  try {
    const own = loadKernel({ inputBytes: options.inputBytes ?? 1 << 16 })!;
    return await readColumns(own, fd, bytes.length, schema, sectionStart(Buffer.from(bytes), 'nodes'), {
      threads: options.threads,
      smallFiles: true,
      onProgress: options.delay === undefined ? undefined : () => pause(options.delay!),
      onSection: (section) => sections.push(section),
    });
  } finally {
    closeSync(fd);
  }
}

/** The columns without the memory that they lie in, which is another one for each reading. */
function bare(collected: KernelColumns): Omit<NodeAndEdgeColumns, 'memory'> {
  const { memory: _memory, ...columns } = collected.columns();
  return columns;
}

function wholly(bytes: Buffer, schema: Schema): { columns: Omit<NodeAndEdgeColumns, 'memory'>; end: number } {
  const collected = new KernelColumns(kernel(), schema);
  collected.nodes.push(bytes, sectionStart(bytes, 'nodes'), 0);
  const end = collected.edges().push(bytes, sectionStart(bytes, 'edges'), 0);
  return { columns: bare(collected), end };
}

for (const name of ['node16', 'node22', 'node26', 'bun.1', 'deno.1']) {
  void test(`${name}: one thread and two give the same columns`, async () => {
    const { bytes, schema } = readFixture(name);
    const want = wholly(bytes, schema);
    for (const options of [
      { threads: 1 },
      { threads: 2, inputBytes: 1 << 19 },
      { threads: 2, inputBytes: 1 << 16, delay: 1 },
      { threads: 2, inputBytes: 1 << 13 },
    ] as const) {
      const result = await read(bytes, schema, options);
      assert.ok(result);
      assert.equal(result.end, want.end);
      assert.equal(result.hasLines, name === 'node16' || name === 'node22');
      assert.deepEqual(bare(result.columns), want.columns);
      assert.deepEqual(sections, ['nodes', 'edges']);
    }
  });
}

void test('the worker takes its part, down to all of the edges', async () => {
  for (const name of ['node20', 'node26']) {
    const { bytes, schema } = readFixture(name);
    const want = wholly(bytes, schema);
    let [some, all] = [false, false];
    for (let delay = 1; delay < 5000 && !(some && all); delay *= 2) {
      const result = await read(bytes, schema, { threads: 2, delay });
      assert.ok(result);
      assert.deepEqual(bare(result.columns), want.columns);
      assert.equal(result.columns.largestNames.edge, largestEdgeName(want.columns, schema));
      some ||= result.edgesFromBack > 0;
      all ||= result.edgesFromBack === want.columns.edgeCount;
    }
    assert.ok(some && all, 'a worker that never takes anything is not tested here');
  }
});

function largestEdgeName({ edgeName, edgeType }: NodeAndEdgeColumns, schema: Schema): number {
  return edgeName.reduce(
    (most, name, k) => (/element|hidden/.test(schema.edgeTypes[edgeType[k]!]!) ? most : Math.max(most, name)),
    0,
  );
}

void test('a header that lies, a file that is cut, or edges that are not sound: nothing is made of it', async () => {
  const { bytes, schema } = readFixture('node26');
  const text = bytes.toString('latin1');
  const edgesEnd = wholly(bytes, schema).end;
  const edgesStart = sectionStart(bytes, 'edges');
  const middle = text.indexOf(',', edgesStart + (edgesEnd - edgesStart) / 2);
  const variants: [string, string, Schema][] = [
    ['an edge more in the header', text, { ...schema, declaredEdgeCount: schema.declaredEdgeCount + 1 }],
    ['an edge less in the header', text, { ...schema, declaredEdgeCount: schema.declaredEdgeCount - 1 }],
    ['a node more in the header', text, { ...schema, declaredNodeCount: schema.declaredNodeCount + 1 }],
    ['a number more in the edges', `${text.slice(0, middle)},6${text.slice(middle)}`, schema],
    ['three numbers more', `${text.slice(0, middle)},6,6,6${text.slice(middle)}`, schema],
    ['a space', `${text.slice(0, middle)} ${text.slice(middle)}`, schema],
    ['cut in the edges', text.slice(0, middle), schema],
    ['cut behind the edges', text.slice(0, edgesEnd), schema],
  ];
  for (const [what, changed, declared] of variants) {
    for (const delay of [0, 3]) {
      const outcome = await read(Buffer.from(changed, 'latin1'), declared, { threads: 2, delay }).catch(
        (error: Error) => error,
      );
      if (what === 'cut behind the edges') {
        assert.ok(outcome !== null && !(outcome instanceof Error), what);
        assert.equal(outcome.columns.edgeCount, schema.declaredEdgeCount);
      } else if (outcome instanceof Error) assert.match(outcome.message, /^(in )?section "edges"/, what);
      else assert.equal(outcome, null, what);
    }
  }
});

void test('the worker reads what stands behind the edges: the same as JSON.parse', async () => {
  for (const name of ['node16', 'node20', 'node26', 'bun.1']) {
    const { bytes, json, schema } = readFixture(name);
    const result = await read(bytes, schema, { threads: 2 });
    const { locations, strings } = result!.tail!;
    const nodes = json.locations.map((number, k) => (k % 4 === 0 ? number / schema.nodeStride : number));
    assert.deepEqual(locations.records, Uint32Array.from(nodes), name);
    assert.equal(strings.length, json.strings.length, name);
    assert.deepEqual(
      json.strings.map((_, index) => strings.get(index)),
      json.strings,
      name,
    );
    assert.deepEqual((await read(bytes, schema, { threads: 1 }))!.tail, null);
  }
});

void test('the worker leaves what is not sound behind the edges to who reads in order', async () => {
  const { bytes, schema } = readFixture('node26');
  const text = bytes.toString('latin1');
  const [locations, strings] = [sectionStart(bytes, 'locations'), sectionStart(bytes, 'strings')];
  const variants: [string, string][] = [
    ['cut behind the edges', text.slice(0, locations)],
    ['cut in the strings', text.slice(0, -100)],
    ['no closing brace', text.trimEnd().slice(0, -1)],
    ['a place of no node', `${text.slice(0, locations)}1,1,1,1,${text.slice(locations)}`],
    ['a space in the locations', `${text.slice(0, locations)} ${text.slice(locations)}`],
    ['a number among the strings', `${text.slice(0, strings)}7,${text.slice(strings)}`],
    ['a section that occurs twice', `${text.trimEnd().slice(0, -1)},"nodes":[]}`],
    ['more behind the end', `${text}{}`],
    // The border that the worker looks for stands here once more, in front of another section of that name.
    ['another border', text.replace('],\n"locations"', '],\n"trace_function_infos":[],\n"locations"')],
  ];
  for (const [what, changed] of variants) {
    assert.notEqual(changed, text, what);
    const result = await read(Buffer.from(changed, 'latin1'), schema, { threads: 2 });
    assert.equal(result === null ? null : result.tail, null, what);
  }
});
