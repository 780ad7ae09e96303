import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findFixed } from '../../dist/analysis/fixed-objects.js';
import { groupGrowth } from '../../dist/analysis/growth-groups.js';
import { connectHeaps, Connector } from '../../dist/analysis/heap-series.js';
import { buildHolderTree } from '../../dist/analysis/holder-tree.js';
import { reduceToVisible, type VisibleHeap } from '../../dist/analysis/visible-heap.js';
import { fixtureGraph } from '../helpers/fixtures.js';

const heaps = ['leak-before', 'leak-after', 'leak-final'].map((name): VisibleHeap => {
  const graph = fixtureGraph(name);
  return reduceToVisible(graph, buildHolderTree(graph));
});
const series = connectHeaps(heaps);

void test('an id is found where it is', () => {
  series.connections.forEach(({ previous, kept, known, shared, agreeing }, k) => {
    const before = new Map([...(heaps[k - 1]?.id ?? [])].map((id, place) => [id, place]));
    const { id, nameHash } = heaps[k]!;
    const expected = [...id].map((each) => before.get(each) ?? -1);
    assert.deepEqual([...previous], expected);
    assert.equal(kept, expected.filter((place) => place >= 0).length);
    const hashBefore = heaps[k - 1]?.nameHash ?? new Uint32Array(0);
    const both = expected.flatMap((was, place) => (was >= 0 && nameHash[place] !== 0 ? [[was, place] as const] : []));
    assert.equal(known, hashBefore.filter((hash) => hash !== 0).length);
    assert.equal(shared, both.length);
    assert.equal(agreeing, both.filter(([was, place]) => hashBefore[was] === nameHash[place]).length);
  });
});

void test('the same from the last to the first, where tables of ids serve twice', () => {
  const connector = new Connector();
  const backwards = heaps.map((_, k) => heaps.length - 1 - k);
  const connections = backwards.map((k) => connector.connect(heaps[k - 1], heaps[k]!)).toReversed();
  assert.deepEqual(connections, series.connections);
});

void test('the same groups where it is known before the first heap what is fixed', () => {
  const fixedSincePrevious = findFixed(heaps.at(-1)!, series.connections.at(-1)!.previous);
  const [slow, fast] = [groupGrowth(series), groupGrowth({ ...series, fixedSincePrevious })];
  assert.deepEqual(fast.groups, slow.groups);
  assert.deepEqual(fast.isFixed, slow.isFixed);
  assert.deepEqual(fast.groupOf, slow.groupOf);
  assert.notDeepEqual(fast.isFixed, fixedSincePrevious);
});
