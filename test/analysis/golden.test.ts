import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aggregateClasses } from '../../dist/analysis/aggregate-classes.js';
import { diffClasses } from '../../dist/analysis/class-diff.js';
import { findDuplicateStrings } from '../../dist/analysis/duplicate-strings.js';
import { computeStatistics } from '../../dist/analysis/statistics.js';
import { classKeyText } from '../../dist/graph/class-keys.js';
import { fixtureGraph, GOLDEN_SNAPSHOTS, goldenJson } from '../helpers/fixtures.js';

/** How many ids of each duplicate string the golden files list. */
const LISTED_IDS = 20;

for (const name of GOLDEN_SNAPSHOTS) {
  void describe(`${name}: results as in DevTools`, () => {
    const graph = fixtureGraph(name);

    void test('aggregates', () => {
      const { rows } = aggregateClasses(graph, 'location');
      const actual = rows
        .filter((row) => row.count > 0)
        .map((row) => [
          classKeyText({ name: row.constructor, location: row.location }),
          {
            name: row.constructor,
            count: row.count,
            self: row.shallowSize,
            maxRet: row.retainedSize,
            distance: row.distance,
          },
        ]);
      assert.deepEqual(Object.fromEntries(actual), goldenJson(`${name}/aggregates.json`));
    });

    void test('statistics', () => {
      const { total, native, v8heap } = computeStatistics(graph);
      assert.deepEqual({ total, native, v8heap }, goldenJson(`${name}/statistics.json`));
    });

    void test('duplicate strings', () => {
      const actual = findDuplicateStrings(graph).rows.map((row) => ({
        value: row.value,
        count: row.count,
        totalSelfSize: row.shallowSize,
        totalRetainedSize: row.retainedSize,
        truncated: row.truncated,
        ids: row.nodeIds.slice(0, LISTED_IDS),
      }));
      assert.deepEqual(actual, goldenJson(`${name}/duplicates.json`));
    });
  });
}

void test('leak-before to leak-after: the comparison as in DevTools, with all ids', () => {
  const options = { by: 'location', ids: true } as const;
  const { rows } = diffClasses(fixtureGraph('leak-before'), fixtureGraph('leak-after'), options);
  const actual = rows
    .filter((row) => row.new.count + row.deleted.count > 0)
    .map((row) => [
      classKeyText({ name: row.constructor, location: row.location }),
      {
        name: row.constructor,
        addedCount: row.new.count,
        addedSize: row.new.shallowSize,
        removedCount: row.deleted.count,
        removedSize: row.deleted.shallowSize,
        countDelta: row.delta.count,
        sizeDelta: row.new.shallowSize - row.deleted.shallowSize,
        addedIds: row.newIds,
        deletedIds: row.deletedIds,
      },
    ]);
  assert.deepEqual(Object.fromEntries(actual), goldenJson('leak-before-to-after.diff.json'));
});
