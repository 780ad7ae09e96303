import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import * as fc from 'fast-check';
import { findNodesEnd } from '../../../dist/snapshot/find-section-end.js';
import { loadKernel } from '../../../dist/snapshot/kernel/load.js';
import { startTallyEarly } from '../../../dist/snapshot/kernel/two-threads.js';
import { readSnapshot } from '../../../dist/snapshot/read.js';
import type { SharedNodes } from '../../../dist/snapshot/sink.js';
import { fileSource } from '../../../dist/snapshot/source.js';
import { PlainFile } from '../../../dist/snapshot/source-file.js';
import { TallySink } from '../../../dist/snapshot/tally-sink.js';
import { readFixture, sectionStart, sectionText } from './reference.js';

const folder = mkdtempSync(join(tmpdir(), 'heapstat-shared-tally-'));
after(() => rmSync(folder, { recursive: true }));
const PATH = join(folder, 'snapshot');

const NAMED = /object|native|closure|hidden/;

/** Everything that reading told; an error gives its message. */
interface Told {
  readonly nodes: number;
  readonly edges: number;
  readonly zeroSized: number;
  readonly rows: readonly string[];
  readonly hasLines: boolean;
  readonly warnings: readonly string[];
}

/** What the worker came to: nothing where there was none, -1 where it was of no use, else the section's end. */
let worked: number | null = null;
/** Milliseconds that a worker takes to begin: more where the machine is busy. */
let patience = 20;

async function read(
  text: string,
  /** waits: the main thread gives the worker time to take its part */
  options: { threads: 1 | 2; inputBytes?: number; waits?: boolean },
): Promise<Told | string> {
  writeFileSync(PATH, text, 'latin1');
  const { threads, inputBytes = 1 << 13, waits = false } = options;
  const sink = new TallySink((type) => NAMED.test(type));
  const share = sink.shareNodes;
  worked = null;
  let hasWorker = false;
  Object.assign(sink, {
    shareNodes: async (...args: Parameters<typeof share>): Promise<SharedNodes | null> => {
      const shared = await share(...args);
      if (shared === null) return null;
      hasWorker = true;
      if (waits) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, patience);
      const finish = shared.finish.bind(shared);
      shared.finish = async (place) => {
        const end = await finish(place);
        worked = end.isComplete ? end.place : -1;
        return end;
      };
      return shared;
    },
  });
  try {
    const { hasLines, warnings } = await readSnapshot(fileSource(PATH), sink, {
      threads,
      smallFiles: true,
      kernel: loadKernel({ inputBytes }),
    });
    const rows = new Map<string, { count: number; size: number }>();
    for (const { type, name, count, selfSize } of sink.rows()) {
      const key = `${type} ${name}`;
      const row = rows.get(key) ?? { count: 0, size: 0 };
      rows.set(key, { count: row.count + count, size: row.size + selfSize });
    }
    const { nodeCount: nodes, edgeCount: edges, zeroSized } = sink;
    const sorted = [...rows].map(([key, { count, size }]) => `${key}: ${count}, ${size}`).toSorted();
    return { nodes, edges, zeroSized, rows: sorted, hasLines, warnings: [...warnings, ...sink.warnings] };
  } catch (error) {
    return (error as Error).message;
  } finally {
    if (waits && hasWorker && worked === null) patience = Math.min(2 * patience, 500);
  }
}

for (const name of ['node16', 'node22', 'node26', 'deno.1', 'bun.1']) {
  void test(`${name}: two threads add up the same as one, whatever part each has`, async () => {
    const text = readFixture(name).bytes.toString('latin1');
    const want = await read(text, { threads: 1 });
    assert.ok(typeof want === 'object', `error: ${want as string}`);
    let isShared = false;
    // As long as it takes until the worker has come to its work.
    for (let turn = 0; turn < 10 && !isShared; turn++) {
      assert.deepEqual(await read(text, { threads: 2, waits: turn > 0 }), want);
      assert.notEqual(worked, -1);
      isShared ||= worked !== null;
    }
    assert.ok(isShared, 'a worker that never takes anything is not tested here');
  });
}

void test('a thread that was started before there was a task for it does its part', async () => {
  const text = readFixture('node26').bytes.toString('latin1');
  const want = await read(text, { threads: 1 });
  startTallyEarly();
  for (let turn = 0; turn < 3; turn++) {
    assert.deepEqual(await read(text, { threads: 2, waits: true }), want, 'also where the next has no such thread');
    assert.notEqual(worked, -1);
  }
});

/** The index behind the `count`th comma from the middle of the nodes on. */
function inNodes(text: string, start: number, count: number): number {
  let at = start + (text.indexOf('"edges":[') - start) / 2;
  at = Math.floor(at);
  for (let k = 0; k < count; k++) at = text.indexOf(',', at) + 1;
  return at;
}

void test('what is wrong is told as one thread tells it, whoever came upon it', async () => {
  let refused = 0;
  for (const name of ['bun.1', 'node22']) {
    const { bytes, schema } = readFixture(name);
    const text = bytes.toString('latin1');
    const at = inNodes(text, sectionStart(bytes, 'nodes'), 100);
    const end = text.indexOf('"edges":[');
    const declared = (what: number): string =>
      text.replace(`"node_count":${schema.declaredNodeCount}`, `"node_count":${what}`);
    const variants: [string, string, RegExp | null][] = [
      ['a node more in the header', declared(schema.declaredNodeCount + 1), /the header declares/],
      ['a node less in the header', declared(schema.declaredNodeCount - 1), /the header declares/],
      ['no count in the header', declared(0), null],
      [
        'a number more',
        `${text.slice(0, at)}6,${text.slice(at)}`,
        /section "nodes"|type|names string|declares|ends inside/,
      ],
      ['a letter', `${text.slice(0, at)}x${text.slice(at)}`, /section "nodes"|byte/],
      ['a space', `${text.slice(0, at)} ${text.slice(at)}`, null],
      ['two commas', `${text.slice(0, at)},${text.slice(at)}`, /byte/],
      ['cut in the nodes', text.slice(0, at), /cut/],
      ['cut behind the nodes', text.slice(0, end), /cut/],
      ['a bracket in the nodes', `${text.slice(0, at - 1)}]${text.slice(at)}`, /section "nodes"|byte|declares/],
      ['another key behind the nodes', text.replace('"edges":[', '"Edges":['), /edges/],
    ];
    // The larger file, with lines, for what the kernels themselves find.
    for (const [what, changed, message] of variants.slice(0, name === 'bun.1' ? undefined : 4)) {
      assert.notEqual(changed, text, what);
      const want = await read(changed, { threads: 1 });
      if (message === null) assert.equal(typeof want, 'object', `${name}, ${what}`);
      else assert.match(want as string, message, `${name}, ${what}`);
      for (const waits of [false, true]) {
        assert.deepEqual(await read(changed, { threads: 2, waits }), want, `${name}, ${what}`);
        if (worked === -1) refused++;
      }
    }
  }
  assert.ok(refused > 0, 'a worker that never comes upon anything is not tested here');
});

void test('whatever byte is damaged, it is told as one thread tells it', async () => {
  const { bytes } = readFixture('bun.1');
  const text = bytes.toString('latin1');
  const start = sectionStart(bytes, 'nodes');
  const end = text.indexOf('"edges":[') + 9;
  const outcomes = new Set<number | null>();
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: start, max: end }),
      fc.nat(8),
      fc.constantFrom('', '0', '7', ',', ' ', ']', '6,', '\n', '-', '1,2,3,4,5,6,7,'),
      async (at, without, inserted) => {
        const damaged = `${text.slice(0, at)}${inserted}${text.slice(at + without)}`;
        const want = await read(damaged, { threads: 1 });
        assert.deepEqual(await read(damaged, { threads: 2, waits: true }), want);
        outcomes.add(worked === null ? null : Math.sign(worked));
      },
    ),
    { numRuns: 15, endOnFailure: true },
  );
  assert.ok(outcomes.has(-1), 'a worker that never comes upon anything is not tested here');
});

void test('any layout: 5 to 9 numbers, lines or not, numbers of any length', async () => {
  const number = fc.oneof(
    fc.nat(9),
    fc.nat(99_999),
    fc.nat(2 ** 31),
    fc.maxSafeInteger().map((n) => Math.abs(n % 1e15)),
  );
  // Sums are exact up to 2^53.
  const size = number.map((n) => n % 2 ** 40);
  let shared = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 5, max: 9 }),
      fc.boolean(),
      fc.array(fc.tuple(fc.nat(3), fc.nat(2), number, size, fc.nat(2), number, number, number, number), {
        minLength: 400,
        maxLength: 900,
      }),
      async (fields, lines, tuples) => {
        const records = tuples.map((tuple) => tuple.slice(0, fields));
        const edges = records.reduce((sum, record) => sum + record[4]!, 0);
        const names = ['type', 'name', 'id', 'self_size', 'edge_count', 'trace_node_id', 'detachedness', 'a', 'b'];
        const meta = {
          node_fields: names.slice(0, fields),
          node_types: [['hidden', 'object', 'code', 'native'], ...Array.from({ length: fields - 1 }, () => 'number')],
          edge_fields: ['type', 'name_or_index', 'to_node'],
          edge_types: [['context', 'element'], 'number', 'node'],
        };
        const header = JSON.stringify({ meta, node_count: records.length, edge_count: edges });
        const edgeText = sectionText(
          Array.from({ length: edges }, (_, k) => [k % 2, k % 3, (k % records.length) * fields]),
          lines,
        );
        const text = `{"snapshot":${header},\n"nodes":[${sectionText(records, lines)},\n"edges":[${edgeText},\n"strings":["a","b","c"]}`;
        const want = await read(text, { threads: 1, inputBytes: 4096 });
        assert.ok(typeof want === 'object', `error: ${want as string}`);
        assert.deepEqual(await read(text, { threads: 2, inputBytes: 4096, waits: true }), want);
        if (worked !== null && worked >= 0) shared++;
      },
    ),
    { numRuns: 12, endOnFailure: true },
  );
  assert.ok(shared > 0, 'a worker that never takes anything is not tested here');
});

void test("the nodes' end is found from any byte inside them, and nowhere else", () => {
  for (const name of ['node16', 'node20', 'node26', 'bun.1']) {
    const { bytes, schema } = readFixture(name);
    writeFileSync(PATH, bytes);
    const file = new PlainFile(PATH);
    try {
      const start = sectionStart(bytes, 'nodes');
      const end = bytes.indexOf(']', start) + 1;
      for (const part of [0, 0.1, 0.5, 0.9, 0.999])
        assert.equal(findNodesEnd(file, start + Math.floor((end - start) * part), schema), end, name);
      assert.equal(findNodesEnd(file, sectionStart(bytes, 'edges') + 5000, schema), -1, name);
    } finally {
      file.close();
    }
  }
});
