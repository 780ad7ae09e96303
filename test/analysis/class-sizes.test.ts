import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregateClasses, type GroupBy } from '../../dist/analysis/aggregate-classes.js';
import { diffClasses } from '../../dist/analysis/class-diff.js';
import { findDuplicateStrings } from '../../dist/analysis/duplicate-strings.js';
import { computeStatistics } from '../../dist/analysis/statistics.js';
import { drawHeap, unindent } from '../helpers/draw-heap.js';
import { fixtureGraph } from '../helpers/fixtures.js';

function table(text: string, by: GroupBy): string {
  return aggregateClasses(drawHeap(text).graph, by)
    .rows.filter((row) => row.count > 0)
    .map(
      ({ constructor, location, count, shallowSize, retainedSize, distance }) =>
        `${constructor}${location === null ? '' : ` at ${location.line}`}: ${count}, ${shallowSize}, ${retainedSize}, ${distance}`,
    )
    .join('\n');
}

const TREE = `
  Root -> Holder -> A:Item<1,10,0> -> B:Item<1,10,0> -> Leaf
  B -> Store[array](5)
  Root -> C:Item<1,20,0> -> D:Item<1,10,0>
  Root -> E:Item(0) -> F:Item
`;

void test('what lies below an object of the same class counts once in the retained size', () => {
  assert.equal(
    table(TREE, 'constructor'),
    unindent(`
      Item: 5, 55, 65, 1
      Holder: 1, 10, 45, 1
      Leaf: 1, 10, 10, 4
    `),
  );
});

void test('by location, equal names at two places are two rows', () => {
  assert.equal(
    table(TREE, 'location'),
    unindent(`
      Item at 10: 3, 35, 45, 2
      Holder: 1, 10, 45, 1
      Item at 20: 1, 10, 20, 1
      Item: 1, 10, 10, 2
      Leaf: 1, 10, 10, 4
    `),
  );
});

void test('by type, every object is one row', () => {
  assert.equal(table(TREE, 'type'), 'object: 7, 75, 75, 1');
});

void test('the diff matches by id, and shows an object that grew', () => {
  const before = drawHeap('Root -> Cache(100) & Gone & Same');
  const after = drawHeap('Root -> Cache(300) & New & Same & Late');
  const { rows } = diffClasses(before.graph, after.graph, { ids: true });
  assert.deepEqual(
    rows.map((row) => [row.constructor, row.delta.shallowSize, row.newIds, row.deletedIds]),
    [
      ['Cache', 200, [], []],
      ['New', 10, [5], []],
      ['Late', 10, [9], []],
      ['Gone', -10, [], [5]],
    ],
  );
});

void test('leak-before to leak-after shows the 1,500 planted CachedResponse', () => {
  const { rows } = diffClasses(fixtureGraph('leak-before'), fixtureGraph('leak-after'));
  const row = rows.find(({ constructor }) => constructor === 'CachedResponse');
  assert.deepEqual({ new: row?.new.count, deleted: row?.deleted.count }, { new: 1500, deleted: 0 });
});

void test('statistics tell what is unreachable, detached, and the native contexts', () => {
  const heap = drawHeap(`
    Root -> Global -> List:Array -internal:elements-> Own[array](90)
    Global -> Pair1:Array -internal:elements-> Shared[array](50)
    Global -> Pair2:Array -internal:elements-> Shared
    Global -> Context:system / NativeContext[hidden](40) -> OfContext
    Global -> Div[native]{2}
    Lost1 -> Lost2 -> Lost1
  `);
  const result = computeStatistics(heap.graph);
  assert.deepEqual(result.unreachable, { count: 2, shallowSize: 20 });
  assert.deepEqual(result.detached, { count: 1, shallowSize: 10 });
  // The context's bytes went to the one object that reaches it.
  assert.deepEqual(result.nativeContexts, [
    { nodeId: 15, name: 'system / NativeContext', shallowSize: 0, retainedSize: 10 },
  ]);
  assert.equal(result.v8heap.jsArrays, 10 + 90 + 10 + 10);
});

void test('duplicate strings: joined parts count, flat ones do not, cut ones need equal length and hash', () => {
  const heap = drawHeap(`
    Root -> A:abcd[string] & B:abcd[string]
    Root -> Cons:x[concatenated string] -internal:first-> Ab:ab[string]
    Cons -internal:second-> Cd:cd[string]
    Root -> Flat:y[concatenated string] -internal:first-> A
    Flat -internal:second-> Empty[string]
    Root -> Cut1:long[string] -internal:truncated-> True:true[hidden]
    Cut1 -internal:length-> L5:5000[number]
    Cut1 -internal:hash-> H1:111[number]
    Root -> Cut2:long[string] -internal:truncated-> True
    Cut2 -internal:length-> L5
    Cut2 -internal:hash-> H1
    Root -> Cut3:long[string] -internal:truncated-> True
    Cut3 -internal:length-> L5
    Cut3 -internal:hash-> H2:222[number]
  `);
  // An empty half is written as a string without text: the drawing cannot name it so.
  const { strings } = heap.graph.columns;
  const empty = heap.graph.columns.nodeName[heap.indexOf('Empty')];
  const get = strings.get.bind(strings);
  Object.assign(strings, { get: (index: number) => (index === empty ? '' : get(index)) });
  assert.deepEqual(
    findDuplicateStrings(heap.graph).rows.map(({ value, count, truncated }) => [value, count, truncated]),
    [
      ['abcd', 3, false],
      ['long', 2, true],
    ],
  );
});
