import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BrowserQuery,
  HeapBrowser,
  type InstancesResult,
  type ObjectResult,
} from '../../dist/analysis/heap-browser.js';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { RemoteHeapBrowser } from '../../dist/analysis/remote-heap-browser.js';
import { findRetainingPaths } from '../../dist/analysis/retaining-paths.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { drawLoadedHeap, loadFixture } from '../helpers/loaded-heap.js';

function instances(browser: HeapBrowser, target: string, from = 0): InstancesResult {
  return browser.answer({ type: 'instances', target, from }) as InstancesResult;
}

function object(
  browser: HeapBrowser,
  nodeId: number,
  fieldsFrom = 0,
  retainersFrom = 0,
  entriesFrom = 0,
): ObjectResult {
  return browser.answer({ type: 'object', nodeId, fieldsFrom, entriesFrom, retainersFrom }) as ObjectResult;
}

void test('instances of every class, as inspect lists them', async () => {
  const heap = await loadFixture('node20');
  const browser = new HeapBrowser(heap);
  for (const target of ['Session', 'Object', '(string)', '(array)', 'Function', '/^Buffer$/', '@1', '(GC roots)']) {
    const expected = inspectHeap(heap, target);
    const { target: info, rows } = instances(browser, target);
    assert.deepEqual(info, expected.target, target);
    assert.deepEqual(rows, expected.rows.slice(0, 50), target);
    assert.deepEqual(instances(browser, target, 30).rows, expected.rows.slice(30, 80), target);
  }
  assert.throws(() => instances(browser, 'NoSuchClass'), { code: 'USAGE' });
});

void test('the entries of a Map come in pages, as inspect lists them; its table is among the fields', async () => {
  const heap = await loadFixture('leak-after');
  const browser = new HeapBrowser(heap);
  const { entries, fields } = inspectHeap(heap, 'Map').node;
  assert.equal(entries!.count, 1700);
  const { nodeId } = inspectHeap(heap, 'Map').rows[0]!;
  for (const from of [0, 50, 1690, 1700, 5000]) {
    const page = object(browser, nodeId, 0, 0, from);
    assert.deepEqual(
      [page.entriesFrom, page.node.entries!.count, page.node.entries!.first],
      [from, 1700, entries!.first.slice(from, from + 50)],
    );
    assert.deepEqual(page.node.fields, fields);
  }
  assert.equal(object(browser, 1).node.entries, null);
});

void test('an object’s fields and retainers come in pages, in the order of all of them', async () => {
  const heap = await loadFixture('node20');
  const browser = new HeapBrowser(heap);
  const { firstRetainer } = heap.retainers;
  const { firstEdge, nodeId } = heap.columns;
  const nodes = Array.from({ length: heap.nodeCount }, (_, node) => node);
  const most = (first: Uint32Array): number =>
    nodes.reduce((best, node) => (first[node + 1]! - first[node]! > first[best + 1]! - first[best]! ? node : best), 0);
  for (const node of [most(firstRetainer), most(firstEdge)]) {
    const id = nodeId[node]!;
    const whole = inspectHeap(heap, `@${id}`).node;
    const ranks = whole.retainers.map(({ edge, distance }) => (edge.type === 'weak' ? 1e10 : 0) + (distance ?? 1e9));
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
    );
    for (const [fields, retainers] of [
      [0, 0],
      [50, 100],
      [1e6, 1e6],
    ] as const) {
      const page = object(browser, id, fields, retainers).node;
      assert.deepEqual(page.fields, whole.fields.slice(fields, fields + 50));
      assert.deepEqual(page.retainers, whole.retainers.slice(retainers, retainers + 50));
      assert.deepEqual([page.fieldCount, page.retainerCount], [whole.fieldCount, whole.retainerCount]);
    }
  }
});

void test('what an object dominates, the largest first, and the rest added up', () => {
  const { graph, indexOf } = drawLoadedHeap(`
    Root -> Holder -> Big(1000000)
    Holder -> Small x3
    Holder -> Shared(50)
    Root -> Shared
  `);
  const { dominated, omitted } = object(new HeapBrowser(graph), graph.columns.nodeId[indexOf('Holder')]!);
  assert.deepEqual(
    dominated.map(({ constructor, count, retainedSize }) => [constructor, count, retainedSize]),
    [['Big', 1, 1_000_000]],
  );
  assert.deepEqual(omitted, { count: 3, retainedSize: 30 });
});

void test('why answers as the command does', async () => {
  const heap = await loadFixture('node20');
  const browser = new HeapBrowser(heap);
  assert.deepEqual(browser.answer({ type: 'why', target: 'Session' }), findRetainingPaths(heap, 'Session'));
});

void test('a thread of its own answers the same, and tells what it is at', async () => {
  const told: string[] = [];
  const browser = new RemoteHeapBrowser(
    { file: fixtureFile('snapshots/mini-quirks.heapsnapshot.gz') },
    { onComputing: () => told.push('computing'), onProgress: () => told.push('reading') },
  );
  try {
    const query: BrowserQuery = { type: 'instances', target: 'Window', from: 0 };
    const local = new HeapBrowser(await loadFixture('mini-quirks'));
    const [json, refusal] = await Promise.allSettled([browser.ask(query), browser.ask({ ...query, target: 'Gone' })]);
    assert.deepEqual(json, { status: 'fulfilled', value: JSON.stringify(local.answer(query)) });
    assert.equal(refusal.status, 'rejected');
    assert.deepEqual([refusal.reason.code, refusal.reason.message], ['USAGE', 'no constructor is named "Gone"']);
    assert.deepEqual([told[0], told.at(-1)], ['reading', 'computing']);
  } finally {
    await browser.close();
  }
  await assert.rejects(browser.ask({ type: 'report' }), { message: 'the heap was closed' });
});

void test('a file that is no snapshot is refused, with the reason', async () => {
  const browser = new RemoteHeapBrowser({ file: fixtureFile('invalid/cut-edges.heapsnapshot') });
  await assert.rejects(browser.ready, { code: 'INVALID_SNAPSHOT', message: /cut-edges\.heapsnapshot/ });
  await browser.close();
});
