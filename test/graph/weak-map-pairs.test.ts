import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findWeakMapPairs, placeOfPairEdge } from '../../dist/graph/weak-map-pairs.js';
import { fixtureGraph } from '../helpers/fixtures.js';

void test('pairs are found alike with a string table that can search and with one that cannot', () => {
  const { columns, edgeKinds } = fixtureGraph('node26');
  const texts = Array.from({ length: columns.strings.length }, (_, index) => columns.strings.get(index));
  const searchable = {
    ...columns.strings,
    indicesContaining: (part: string) =>
      Uint32Array.from([...texts.keys()].filter((index) => texts[index]!.includes(part))),
  };
  const pairs = findWeakMapPairs(columns, edgeKinds.internal);
  assert.deepEqual(findWeakMapPairs({ ...columns, strings: searchable }, edgeKinds.internal), pairs);

  assert.ok(pairs.pairCount > 0);
  assert.equal(pairs.edge.length, 2 * pairs.pairCount);
  // Each pair has one edge from its table and one from its key.
  const halves = Array.from({ length: pairs.pairCount }, () => 0);
  pairs.pair.forEach((pair, i) => (halves[pair]! += pairs.isFromTable[i] === 1 ? 1 : 10));
  assert.ok(halves.every((sum) => sum === 11));
  pairs.edge.forEach((edge, i) => assert.equal(placeOfPairEdge(pairs, edge), i));
  assert.equal(placeOfPairEdge(pairs, pairs.edge[0]! + 1), pairs.edge[1] === pairs.edge[0]! + 1 ? 1 : -1);
  assert.equal(placeOfPairEdge(pairs, columns.edgeCount), -1);

  const none = { ...columns.strings, indicesContaining: () => new Uint32Array(0) };
  assert.equal(findWeakMapPairs({ ...columns, strings: none }, edgeKinds.internal).edge.length, 0);
});
