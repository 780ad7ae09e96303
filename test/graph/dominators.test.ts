import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { describeNodes, drawHeap, unindent, type DrawnHeap } from '../helpers/draw-heap.js';
import { makeLargeColumns } from '../helpers/make-columns.js';

function tree(heap: DrawnHeap): string {
  const { immediateDominator, retainedSize } = heap.graph;
  return describeNodes(heap, (node) => `< ${heap.labels[immediateDominator[node]!]}, retains ${retainedSize[node]}`);
}

void test('what two objects share is retained by what holds both', () => {
  const heap = drawHeap(`
    Root -> Holder -> A -> Shared -> Leaf
    Holder -> B -> Shared
  `);
  assert.equal(
    tree(heap),
    unindent(`
      Root < Root, retains 50
      Holder < Root, retains 50
      A < Holder, retains 10
      Shared < Holder, retains 20
      Leaf < Shared, retains 10
      B < Holder, retains 10
    `),
  );
});

void test('weak edges, self edges and shortcuts from below the root retain nothing', () => {
  const heap = drawHeap(`
    Root -> A -> B -B-> B
    Root -> C -weak:ref-> B
    C -shortcut:s-> B
    A -shortcut:s-> OnlyByShortcut
  `);
  assert.equal(
    tree(heap),
    unindent(`
      Root < Root, retains 40
      A < Root, retains 20
      B < A, retains 10
      C < Root, retains 10
      OnlyByShortcut < Root, retains 10
    `),
  );
});

void test('nodes without a retainer are children of the root, and cliques that only retain each other, each on its own', () => {
  const heap = drawHeap(`
    Root -> A -> Leaf
    Orphan -> A
    Orphan -> Own
    Ring1 -> Ring2 -> Ring3 -> Ring1
    Ring2 -> Leaf
    Ring3 -> OnlyOfRing
  `);
  assert.equal(
    tree(heap),
    unindent(`
      Root < Root, retains 80
      A < Root, retains 20
      Leaf < A, retains 10
      Orphan < Root, retains 20
      Own < Orphan, retains 10
      Ring1 < Root, retains 10
      Ring2 < Root, retains 10
      Ring3 < Root, retains 10
      OnlyOfRing < Root, retains 10
    `),
  );
  assert.equal(heap.graph.reachableCount, 3);
});

void test('what does not belong to the page does not retain what does', () => {
  const heap = drawHeap(`
    Root -shortcut:1-> Window -> Cache -> Entry
    Root -element:1-> Debugger[synthetic](0) -> Mirror -> Entry
  `);
  assert.equal(
    tree(heap),
    unindent(`
      Root < Root, retains 40
      Window < Root, retains 30
      Cache < Window, retains 20
      Entry < Cache, retains 10
      Debugger < Root, retains 10
      Mirror < Debugger, retains 10
    `),
  );
});

/** Ids are 2 x nodeIndex + 1: Table 3, Key 5, Value 7. */
function weakMapHeap(tableId: number): DrawnHeap {
  return drawHeap(`
    Root -> Table & Key
    Table -internal:"1 / part of key (Key @5) -> value (Value @7) pair in WeakMap (table @${tableId})"-> Value
    Key -internal:"2 / part of key (Key @5) -> value (Value @7) pair in WeakMap (table @${tableId})"-> Value
  `);
}

void test('the value of a WeakMap is retained by its key, not by the table', () => {
  assert.equal(
    tree(weakMapHeap(3)),
    unindent(`
      Root < Root, retains 30
      Table < Root, retains 10
      Key < Root, retains 20
      Value < Key, retains 10
    `),
  );
  // An edge named after another table's pair retains like any other.
  assert.match(tree(weakMapHeap(99)), /Value < Root, retains 10/);
});

void test('a list of a million is retained from its head', () => {
  const n = 1_000_000;
  const graph = buildHeapGraph(
    makeLargeColumns(
      n,
      Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const),
    ),
  );
  assert.equal(graph.retainedSize[1], n - 1);
  assert.ok(graph.immediateDominator.every((dominator, node) => dominator === Math.max(0, node - 1)));
  assert.equal(graph.distance[n - 1], n - 1);
});

void test('values that a long list and an array share cost no walk along the list', () => {
  // Nodes: root, list 1 .. length, array, values. Number by number the search goes down the whole list first.
  const length = 200_000;
  const array = length + 1;
  const value = (i: number): number => array + i;
  const edges: [number, number][] = [[0, 1]];
  for (let i = 1; i <= length; i++) {
    if (i < length) edges.push([i, i + 1]);
    edges.push([i, value(i)]);
  }
  edges.push([0, array]);
  for (let i = 1; i <= length; i++) edges.push([array, value(i)]);
  const graph = buildHeapGraph(makeLargeColumns(value(length) + 1, edges));
  for (let i = 1; i <= length; i++) assert.equal(graph.immediateDominator[value(i)], 0);
  assert.equal(graph.retainedSize[1], length);
  assert.equal(graph.retainedSize[array], 1);
});

void test('a doubly linked list that a table also holds hangs off the table, entry by entry', () => {
  const length = 300_000;
  const table = 1;
  const entry = (i: number): number => table + i;
  const edges: [number, number][] = [[0, table]];
  for (let i = 1; i <= length; i++) {
    if (i < length) edges.push([entry(i), entry(i + 1)]);
    if (i > 1) edges.push([entry(i), entry(i - 1)]);
    edges.push([table, entry(i)]);
  }
  const graph = buildHeapGraph(makeLargeColumns(entry(length) + 1, edges));
  for (let i = 1; i <= length; i++) assert.equal(graph.immediateDominator[entry(i)], table);
});

void test('a clique of 1,500 hangs off its entry', () => {
  const size = 1500;
  const edges: [number, number][] = [[0, 1]];
  for (let from = 1; from <= size; from++) for (let to = 1; to <= size; to++) edges.push([from, to]);
  const graph = buildHeapGraph(makeLargeColumns(size + 1, edges));
  assert.equal(graph.retainedSize[1], size);
  for (let node = 2; node <= size; node++) assert.equal(graph.immediateDominator[node], 1);
});

/** The first of the three nodes of a ring. */
function first(ring: number): number {
  return 1 + 3 * ring;
}

void test('islands of rings, and a chain that an unreachable node holds', () => {
  const rings = 50_000;
  const edges: [number, number][] = [];
  for (let ring = 0; ring < rings; ring++) {
    for (let i = 0; i < 3; i++) edges.push([first(ring) + i, first(ring) + ((i + 1) % 3)]);
  }
  const chain = first(rings);
  const length = 100_000;
  for (let i = 1; i < length; i++) edges.push([chain + i - 1, chain + i]);
  const graph = buildHeapGraph(makeLargeColumns(chain + length, edges));
  assert.equal(graph.reachableCount, 1);
  for (let node = 1; node <= chain; node++) assert.equal(graph.immediateDominator[node], 0);
  assert.equal(graph.retainedSize[chain], length);
  assert.equal(graph.retainedSize[first(7)], 1);
  assert.equal(graph.retainedSize[0], 3 * rings + length);
});
