import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNodes, drawHeap, unindent, type DrawnHeap } from '../helpers/draw-heap.js';

function distances(heap: DrawnHeap): string {
  return describeNodes(heap, (node) => heap.graph.distance[node]);
}

void test('from the user roots first, then from the root; nothing over weak edges', () => {
  const heap = drawHeap(`
    Root -element:1-> Gc[synthetic](0) -> Handle -> Shared
    Root -shortcut:2-> Global -> A -> Shared -weak:w-> Weak
    Root -element:3-> Documents:"(Document DOM trees)"[synthetic](0) -> Tree
    Nowhere
  `);
  assert.equal(
    distances(heap),
    unindent(`
      Root 100000000
      Gc 100000001
      Handle 100000002
      Shared 3
      Global 1
      A 2
      Weak -5
      Documents 1
      Tree 2
      Nowhere -5
    `),
  );
});

void test('native contexts and descriptor arrays do not shorten a way', () => {
  const heap = drawHeap(`
    Root -shortcut:1-> Global -> Context:system / NativeContext[hidden] -internal:sloppy_function_map-> Map
    Context -internal:other-> Next
    Global -> Plain[hidden] -internal:sloppy_function_map-> Reached
    Global -> Descriptors:"(map descriptors)"[array] -internal:1-> I1
    Descriptors -internal:4-> I4
    Descriptors -hidden:5-> I5
    Descriptors -element:7-> I7
    Global -> Array[array] -internal:7-> Kept
  `);
  assert.equal(
    distances(heap),
    unindent(`
      Root 100000000
      Global 1
      Context 2
      Map -5
      Next 3
      Plain 2
      Reached 3
      Descriptors 2
      I1 3
      I4 -5
      I5 3
      I7 -5
      Array 2
      Kept 3
    `),
  );
  // The page's objects include what lies behind the edges passed over.
  assert.equal([...heap.graph.pageObject].join(''), '01111111111111');
});

function pair(number: number): string {
  return `-internal:"${number} / part of key (Key @9) -> value (Value @11) pair in WeakMap (table @5)"->`;
}

void test('the value of a WeakMap is as far away as the farther of table and key', () => {
  const heap = drawHeap(`
    Root -> Global -> Table & A
    A -> Key ${pair(2)} Value
    Table ${pair(1)} Value
    Table -internal:"1 / part of key (Gone @77) -> value (Lost @79) pair in WeakMap (table @5)"-> Lost
  `);
  assert.equal(
    distances(heap),
    unindent(`
      Root 100000000
      Global 1
      Table 2
      A 2
      Key 3
      Value 4
      Lost -5
    `),
  );
});
