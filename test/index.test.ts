import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { test } from 'node:test';
import { createGunzip } from 'node:zlib';
import {
  bytesSource,
  computeStats,
  diffHeaps,
  findDominators,
  findDuplicateStrings,
  findTarget,
  type HeapGraph,
  HeapstatError,
  inspectHeap,
  loadHeap,
  selectFromHeapSummary,
  rowFilter,
  summarizeHeap,
} from 'heapstat';
import { fixtureBytes, fixtureFile } from './helpers/fixture-files.js';

const FILE = fixtureFile('snapshots/node20.heapsnapshot.gz');

void test('a stranger walks the graph: from a class to what holds its largest instance', async () => {
  const heap: HeapGraph = await loadHeap(FILE);
  const { nodes } = findTarget(heap, 'Session');
  const largest = nodes.reduce((a, b) => (heap.retainedSize[a]! >= heap.retainedSize[b]! ? a : b));
  const { firstRetainer, retainerNode } = heap.retainers;
  const holders = Array.from(
    retainerNode.subarray(firstRetainer[largest], firstRetainer[largest + 1]),
    (node) => heap.classes.names[heap.classes.classIndex[node]!],
  );
  assert.ok(holders.length > 0);
  const path = [];
  for (let node = largest; node !== heap.rootIndex; node = heap.immediateDominator[node]!)
    path.push(heap.columns.strings.get(heap.columns.nodeName[node]!));
  assert.equal(path[0], 'Session');
  assert.ok(path.length > 1);
  assert.equal(heap.columns.nodeId[largest], inspectHeap(await loadHeap(FILE), 'Session').node.nodeId);
});

void test('a path, a stream and bytes give the same heap', async () => {
  const heaps = await Promise.all([
    loadHeap(FILE),
    loadHeap(createReadStream(FILE)),
    loadHeap(createReadStream(FILE).pipe(createGunzip())),
    loadHeap(bytesSource(fixtureBytes('node20'), 'mine')),
  ]);
  const results = heaps.map((heap) => ({ ...summarizeHeap(heap), snapshot: null }));
  for (const result of results.slice(1)) assert.deepEqual(result, results[0]);
  assert.deepEqual(
    heaps.map(({ snapshot }) => snapshot.file),
    [FILE, 'stream', 'stream', 'mine'],
  );
});

void test('the results of the commands, as functions', async () => {
  const heap = await loadHeap(FILE);
  const filtered = selectFromHeapSummary(summarizeHeap(heap, { by: 'location' }), { filter: rowFilter(['session']) });
  assert.ok(filtered.rows.length > 0);
  assert.equal(computeStats(heap).total, heap.totalSize);
  assert.equal(findDominators(heap).roots[0]!.retainedSize, heap.retainedSize[heap.rootIndex]);
  assert.ok(findDuplicateStrings(heap).rows.length > 0);
  assert.equal((await diffHeaps(FILE, FILE)).changed, 0);
  assert.throws(
    () => findDominators(heap, { target: 'NoSuchClass' }),
    (error) => error instanceof HeapstatError && error.code === 'USAGE',
  );
});
