import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { describeNodes, drawHeap, unindent } from '../helpers/draw-heap.js';
import { fixtureGraph } from '../helpers/fixtures.js';

void test('a backing store counts with its only owner, through other stores, and stays where it is shared', () => {
  const heap = drawHeap(`
    Root -> Map -internal:table-> Table[array](64) -internal:more-> Deep[hidden](8)
    Root -> Left -> Shared[array](32)
    Root -> Right -> Shared
    Root -> Gc[synthetic](0) -> OfGc[array](16)
    Root -> Text[string] -> Data:system / ExternalStringData[native](500)
    Root -> Other[native](20)
    Left -weak:w-> OnlyWeak[array](4)
  `);
  assert.equal(
    describeNodes(heap, (node) => heap.graph.shallowSize[node]),
    unindent(`
      Root 0
      Map 82
      Table 0
      Deep 0
      Left 10
      Shared 32
      Right 10
      Gc 0
      OfGc 16
      Text 510
      Data 0
      Other 20
      OnlyWeak 4
    `),
  );
});

void test('without a user root the sizes are those of the file', () => {
  const heap = drawHeap('Root -> Gc[synthetic](0) -> Owner -> Store[array](64)');
  assert.equal(heap.graph.shallowSize, heap.graph.columns.nodeSelfSize);
  assert.equal(heap.graph.distance[0], 0);
  assert.equal(heap.graph.distance[heap.indexOf('Store')], 3);
});

void test('sizes over 4 GiB do not wrap, neither in one node (DevTools: 705,032,704) nor when stores are added', () => {
  const { shallowSize, retainedSize, totalSize } = fixtureGraph('mini-quirks');
  assert.deepEqual([...shallowSize], [0, 100, 5_000_000_000, 64, 32]);
  assert.deepEqual([...retainedSize], [5_000_000_196, 5_000_000_164, 5_000_000_000, 64, 32]);
  assert.equal(totalSize, 5_000_000_196);

  const heap = drawHeap(`
    Root -> Owner -> A[array](4000000000)
    Owner -> B[array](4000000000)
  `);
  assert.deepEqual([...heap.graph.columns.nodeSelfSize], [0, 10, 4_000_000_000, 4_000_000_000]);
  assert.deepEqual([...heap.graph.shallowSize], [0, 8_000_000_010, 0, 0]);
});

void test('a heap that is too large to count is named as such', () => {
  const { columns } = drawHeap('Root -> A').graph;
  assert.throws(() => buildHeapGraph({ ...columns, edgeCount: 2 ** 31 }), {
    name: 'HeapstatError',
    code: 'UNREADABLE',
    message: /^2 nodes and 2147483648 edges are too many/,
  });
});
