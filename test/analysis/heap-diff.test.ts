import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffHeaps, selectFromHeapDiff } from '../../dist/analysis/heap-diff.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { goldenJson } from '../helpers/fixtures.js';

const [BEFORE, AFTER] = ['leak-before', 'leak-after'].map((name) =>
  fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
) as [string, string];

type GoldenRow = Record<'addedCount' | 'addedSize' | 'removedCount' | 'removedSize', number>;

void test('leak-before to leak-after, by location: the rows of DevTools', async () => {
  const { rows } = await diffHeaps(BEFORE, AFTER, { by: 'location' });
  const actual = rows
    .filter((row) => row.new!.count + row.deleted!.count > 0)
    .map(({ constructor, location, new: added, deleted }) => {
      const place = location ? `${location.scriptId},${location.line},${location.column}` : '';
      return [
        `${place},${constructor}`,
        {
          addedCount: added!.count,
          addedSize: added!.shallowSize,
          removedCount: deleted!.count,
          removedSize: deleted!.shallowSize,
        },
      ];
    });
  const golden = Object.entries(goldenJson('leak-before-to-after.diff.json') as Record<string, GoldenRow>).map(
    ([key, { addedCount, addedSize, removedCount, removedSize }]) => [
      key,
      { addedCount, addedSize, removedCount, removedSize },
    ],
  );
  assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(golden));
  const cache = rows.find(({ constructor }) => constructor === 'ResponseCache')!;
  assert.deepEqual(cache.location, { scriptId: 100, line: 242, column: 33, script: 'file:///srv/app/heaps.mjs' });
});

void test('leak-before to leak-after, by constructor: the leak, its holder, and the whole', async () => {
  const diff = await diffHeaps(BEFORE, AFTER);
  const row = (name: string): (typeof diff.rows)[number] => diff.rows.find(({ constructor }) => constructor === name)!;
  assert.deepEqual([row('CachedResponse').new!.count, row('CachedResponse').deleted!.count], [1500, 0]);
  assert.equal(row('CachedResponse').location, undefined);
  const holder = row('ResponseCache');
  assert.deepEqual([holder.new!.count, holder.delta.shallowSize], [0, 0]);
  assert.ok(holder.delta.retainedSize > 1_000_000);
  assert.deepEqual(
    [diff.total.before.shallowSize, diff.total.after.retainedSize, diff.total.delta.selfSize],
    [7_600_244, 8_426_148, 825_904],
  );
  assert.equal(diff.total.delta.count, diff.total.new!.count - diff.total.deleted!.count);
  assert.equal(diff.constructors, diff.rows.length);
});

void test('a heap and itself: nothing changed, and every constructor is there', async () => {
  const bytes = fixtureBytes('bun.1');
  const diff = await diffHeaps(bytesSource(bytes), bytesSource(bytes));
  assert.equal(diff.changed, 0);
  assert.ok(diff.rows.length > 20);
  assert.deepEqual(selectFromHeapDiff(diff, {}).rows, []);
  assert.equal(selectFromHeapDiff(diff, { all: true }).rows.length, diff.rows.length);
});

void test('a selection: filtered, by size of either change, sorted, cut', async () => {
  const diff = await diffHeaps(BEFORE, AFTER);
  const byRetained = selectFromHeapDiff(diff, { limit: 3 });
  assert.deepEqual(
    byRetained.rows.map(({ constructor }) => constructor),
    ['system / Context', 'Map', 'ResponseCache'],
  );
  assert.deepEqual([byRetained.matched.constructors, byRetained.shown.delta.count], [diff.changed, -39]);
  const large = selectFromHeapDiff(diff, { minSize: 500_000 });
  assert.ok(large.rows.length >= 4);
  assert.ok(large.rows.every(({ delta }) => Math.abs(delta.retainedSize) >= 500_000));
  const response = selectFromHeapDiff(diff, { filter: rowFilter(['response']), sort: { key: 'new', reversed: false } });
  assert.deepEqual(
    response.rows.map(({ constructor }) => constructor),
    ['CachedResponse', 'ResponseCache'],
  );
});
