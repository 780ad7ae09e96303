import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as zlib from 'node:zlib';
import { diffSnapshots } from '../../dist/analysis/diff.js';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { summarize, type SummaryResult } from '../../dist/analysis/summary.js';
import { HeapstatError } from '../../dist/errors.js';
import { bytesSource, type SnapshotSource, streamSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { naiveSummary, parseSnapshot, type ParsedSnapshot } from '../helpers/naive.js';
import { plainSummary } from '../helpers/results.js';
import { fileSource } from '../../dist/snapshot/source.js';

const WHOLE = fixtureBytes('no-lines');
const LOST = '(name lost)';

/** What stands in a section before the cut: by search in the text, one token after the other. */
function itemsOf(text: string, section: string, item: RegExp): string[] | null {
  const start = text.search(new RegExp(`"${section}":\\s*\\[`));
  if (start < 0) return null;
  const body = text.slice(text.indexOf('[', start) + 1);
  const end = body.search(/\]/);
  return [...(end < 0 ? body : body.slice(0, end + 1)).matchAll(item)].map(([match]) => match);
}

/** The snapshot that is left of a cut one: whole records, whole strings; null where there is nothing. */
function naivePart(cut: string): ParsedSnapshot | null {
  const numbers = itemsOf(cut, 'nodes', /\d+(?=[,\]\s])/g);
  if (numbers === null) return null;
  const { snapshot, strings } = parseSnapshot(WHOLE);
  const stride = snapshot.meta.node_fields.length;
  const nodes = numbers.slice(0, numbers.length - (numbers.length % stride)).map(Number);
  const left = itemsOf(cut, 'strings', /"[^"]*"/g)?.length ?? 0;
  return { snapshot, nodes, edges: [], strings: strings.map((text, k) => (k < left ? text : LOST)) };
}

async function salvaged(source: SnapshotSource, general = false): Promise<SummaryResult | HeapstatError> {
  try {
    return await summarize(source, { salvage: true, generalReaderOnly: general });
  } catch (error) {
    if (error instanceof HeapstatError) return error;
    throw error;
  }
}

for (const [layout, text, general] of [
  ["V8's layout", WHOLE.toString(), false],
  ["V8's layout, general reader", WHOLE.toString(), true],
  ['indented', JSON.stringify(parseSnapshot(WHOLE), null, 1), false],
] as const)
  void test(`${layout}, cut at every byte: what is there, and that it is not all`, async () => {
    let parts = 0;
    for (let at = 1; at < text.length; at++) {
      const cut = text.slice(0, at);
      const part = naivePart(cut);
      const result = await salvaged(bytesSource(Buffer.from(cut), 'cut'), general);
      if (part === null) {
        assert.ok(result instanceof HeapstatError && result.code === 'INVALID_SNAPSHOT', `${at}`);
        continue;
      }
      if (result instanceof HeapstatError) throw new Error(`refused at ${at}`, { cause: result });
      assert.deepEqual(plainSummary(result), naiveSummary(part), `cut at ${at}`);
      const readNodes = part.nodes.length / part.snapshot.meta.node_fields.length;
      for (const { complete, readNodes: read, declaredNodes } of [result, result.snapshot])
        assert.deepEqual([complete, read, declaredNodes], [false, readNodes, 4]);
      assert.match(result.warnings[0]!, new RegExp(`^the file is cut: it ends at byte ${at}\\b.* of 4 nodes$`));
      parts++;
    }
    assert.ok(parts > 100);
  });

void test('a whole file is what it is without --salvage', async () => {
  for (const name of ['no-lines', 'node26', 'names'])
    assert.deepEqual(
      await summarize(bytesSource(fixtureBytes(name), name), { salvage: true }),
      await summarize(bytesSource(fixtureBytes(name), name)),
    );
});

void test('in chunks of any size', async () => {
  const cut = WHOLE.subarray(0, WHOLE.length - 60);
  const expected = await salvaged(bytesSource(cut, 'cut'));
  for (const size of [1, 7, 100]) {
    async function* chunks(): AsyncIterable<Uint8Array> {
      for (let at = 0; at < cut.length; at += size) yield Buffer.from(cut.subarray(at, at + size));
    }
    assert.deepEqual(await salvaged(streamSource(chunks, 'cut')), expected);
  }
});

void test('packed files that are cut: as far as they can be unpacked', async () => {
  const plain = fixtureBytes('bun.1');
  const create = (zlib as { zstdCompressSync?: (bytes: Uint8Array) => Buffer }).zstdCompressSync;
  const packed = [
    ['gz', zlib.gzipSync(plain)],
    ['br', zlib.brotliCompressSync(plain, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ...(create ? [['zst', create(plain)] as const] : []),
  ] as const;
  for (const [kind, bytes] of packed) {
    const source = bytesSource(bytes.subarray(0, bytes.length - 2000), `cut.${kind}`);
    await assert.rejects(summarize(source), /damaged or cut after|the file is cut/);
    const result = await salvaged(source);
    if (result instanceof HeapstatError) throw new Error(kind, { cause: result });
    const part = plain.subarray(0, result.snapshot.bytes).toString();
    assert.ok(part.length > plain.length / 2, kind);
    const plainResult = await salvaged(bytesSource(Buffer.from(part), 'cut'));
    if (plainResult instanceof HeapstatError) throw new Error(kind, { cause: plainResult });
    assert.deepEqual(plainSummary(result), plainSummary(plainResult), kind);
    assert.equal(result.complete, false);
  }
  // One that is whole has no part.
  assert.equal((await summarize(bytesSource(packed[0][1], 'whole'), { salvage: true })).complete, undefined);
});

void test('damage is no cut', async () => {
  for (const name of ['double-comma', 'two-files', 'nodes-twice', 'bad-escape', 'node-count-lies', 'no-strings'])
    await assert.rejects(summarize(fileSource(fixtureFile(`invalid/${name}.heapsnapshot`)), { salvage: true }), {
      code: 'INVALID_SNAPSHOT',
    });
});

void test('the graph needs all edges; names may be lost', async () => {
  const text = WHOLE.toString();
  const cutAt = (mark: string): SnapshotSource => bytesSource(Buffer.from(text.slice(0, text.indexOf(mark))), 'cut');
  await assert.rejects(loadHeap(cutAt('],\n"trace_function'), { salvage: true }), {
    message: /^cut: the file is cut before the end of its edges: 3 of 4 are there\./,
  });
  const whole = await loadHeap(bytesSource(WHOLE, 'whole'));
  for (const [mark, lost] of [
    ['"trace_tree"', 6],
    ['"locations"', 6],
    ['"lookup"', 4],
    ['ookup"', 4],
  ] as const) {
    const heap = await loadHeap(cutAt(mark), { salvage: true });
    assert.deepEqual([...heap.retainedSize], [...whole.retainedSize], mark);
    const { strings } = heap.columns;
    const texts = Array.from({ length: 6 }, (_, k) => strings.get(k));
    const expected = Array.from({ length: 6 }, (_, k) => (k < 6 - lost ? whole.columns.strings.get(k) : LOST));
    assert.deepEqual(texts, expected);
    assert.throws(() => strings.get(6), RangeError);
    assert.deepEqual([heap.snapshot.complete, heap.snapshot.readNodes], [false, 4]);
    assert.match(heap.warnings[1]!, new RegExp(`^${lost} names are lost at least`));
  }
});

void test('a diff with a cut file is by class, and says so', async () => {
  const whole = bytesSource(WHOLE, 'whole');
  const cut = bytesSource(WHOLE.subarray(0, WHOLE.indexOf('"edges"')), 'cut');
  for (const [before, after] of [
    [whole, cut],
    [cut, whole],
  ] as const) {
    const diff = await diffSnapshots(before, after, { salvage: true });
    assert.deepEqual([diff.match.mode, diff.complete, diff.readNodes, diff.declaredNodes], ['class', false, 4, 4]);
    assert.ok(diff.rows.some((row) => row.constructor === LOST));
    assert.equal(diff.total.delta.count, 0);
  }
  await assert.rejects(diffSnapshots(whole, cut), /cut is cut|the file is cut/);
});

void test('whole files that are compared with --salvage are no part', async () => {
  const sources = [bytesSource(fixtureBytes('n20.1'), 'before'), bytesSource(fixtureBytes('n20.2'), 'after')] as const;
  assert.deepEqual(await diffSnapshots(...sources, { salvage: true }), await diffSnapshots(...sources));
});

void test('the layout tells the producer, though the nodes do not come to their end', async () => {
  const bytes = fixtureBytes('lines');
  const { snapshot } = await summarize(bytesSource(bytes.subarray(0, bytes.indexOf('"edges"') - 10), 'cut'), {
    salvage: true,
  });
  assert.deepEqual([snapshot.producer, snapshot.nodes], ['V8 of Node 22', 3]);
});
