import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkBudgets } from '../../dist/analysis/check.js';
import { summarize } from '../../dist/analysis/summary.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { findTrends, selectFromTrend, TREND_SORT_KEYS, type TrendRow } from '../../dist/analysis/trend.js';
import { HeapstatError } from '../../dist/errors.js';
import { heap } from '../helpers/drawn-summary.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

const SERIES = [
  heap({ Leak: [10, 1000], Cache: [0, 0], Churn: [9, 9000], Small: [1, 10], Gone: [4, 4000] }),
  heap({ Leak: [20, 2000], Cache: [90, 9000], Churn: [3, 3000], Small: [2, 20], Gone: [2, 2000] }),
  heap({ Leak: [30, 3000], Cache: [90, 9000], Churn: [14, 14_000], Small: [3, 30] }),
];

function rowOf(rows: readonly TrendRow[], name: string): TrendRow {
  const row = rows.find(({ constructor }) => constructor === name);
  assert.ok(row, name);
  return row;
}

void test('what only ever grows comes first, and below the floor nothing is shown', () => {
  const result = findTrends(SERIES, { operations: 5 });
  const { rows, matched, shown } = selectFromTrend(result, {});
  assert.deepEqual(
    rows.map((row) => [row.constructor, row.shape, row.sizes]),
    [
      ['Leak', 'steady', [1000, 2000, 3000]],
      ['Cache', 'step', [0, 9000, 9000]],
      ['Churn', 'uneven', [9000, 3000, 14_000]],
      ['Gone', 'falling', [4000, 2000, 0]],
    ],
  );
  assert.deepEqual(matched, { constructors: 4, growth: { count: 20 + 90 + 5 - 4, selfSize: 12_000 } });
  assert.deepEqual(shown.growth, matched.growth);
  const leak = rowOf(rows, 'Leak');
  assert.deepEqual(
    [leak.first, leak.last],
    [
      { count: 10, selfSize: 1000 },
      { count: 30, selfSize: 3000 },
    ],
  );
  assert.deepEqual(leak.slope, { count: 10, selfSize: 1000 });
  assert.deepEqual(leak.perOperation, { count: 2, selfSize: 200 });
  assert.equal(leak.control, null);
  assert.equal(selectFromTrend(result, { minSize: 0 }).rows.length, 5);
  assert.deepEqual(
    selectFromTrend(result, { filter: rowFilter(['c']), limit: 1 }).rows.map(({ constructor }) => constructor),
    ['Cache'],
  );
});

void test('an idle pair teaches the noise of each class', () => {
  const idle = [heap({ Leak: [10, 1000], Churn: [9, 9000] }), heap({ Leak: [10, 1100], Churn: [4, 4000] })] as const;
  const { rows, control } = findTrends(SERIES, { control: idle });
  assert.ok(control);
  assert.deepEqual(rowOf(rows, 'Leak').control, {
    noise: { count: 0, selfSize: 100 },
    effect: { count: 10, selfSize: 900 },
    isWithinNoise: false,
  });
  // It wavers by 2.5 objects a step, and by 5 when nothing is done.
  assert.deepEqual(rowOf(rows, 'Churn').control, {
    noise: { count: 5, selfSize: 5000 },
    effect: { count: 7.5, selfSize: 7500 },
    isWithinNoise: true,
  });
});

void test('every key sorts', () => {
  const result = findTrends(SERIES);
  const orders = TREND_SORT_KEYS.map((key) =>
    selectFromTrend(result, { minSize: 0, sort: { key, reversed: false } })
      .rows.map(({ constructor }) => constructor)
      .join(' '),
  );
  assert.deepEqual(Object.fromEntries(TREND_SORT_KEYS.map((key, k) => [key, orders[k]])), {
    monotonicity: 'Leak Small Cache Churn Gone',
    slope: 'Cache Churn Leak Small Gone',
    growth: 'Cache Churn Leak Small Gone',
    first: 'Churn Gone Leak Small Cache',
    last: 'Churn Cache Leak Small Gone',
    size: 'Churn Cache Leak Small Gone',
    count: 'Cache Leak Churn Small Gone',
    name: 'Cache Churn Gone Leak Small',
  });
});

void test('one snapshot is no series; different engines are warned of', () => {
  assert.throws(
    () => findTrends([SERIES[0]!]),
    (error) => error instanceof HeapstatError && error.code === 'USAGE',
  );
  assert.deepEqual(findTrends(SERIES).warnings, []);
  assert.match(
    findTrends([SERIES[0]!, heap({}, 'V8 of Node 20')]).warnings[0]!,
    /different engines \(heap: V8 of Node 22; heap: V8 of Node 20\)/,
  );
});

void test('the planted leak is one step: all of it came in the first window', async () => {
  const summaries = await Promise.all(
    ['leak-before', 'leak-after', 'leak-final'].map((name) => summaryOf(fixtureBytes(name))),
  );
  const row = rowOf(findTrends(summaries).rows, 'CachedResponse');
  assert.deepEqual([row.counts, row.shape], [[200, 1700, 1700], 'step']);
});

void test('snapshots that were not taken alike are told of, as in a diff', async () => {
  const [numeric, traced, plain] = await Promise.all(
    ['num26', 'tr26', 'node26'].map((name) =>
      summarize(bytesSource(fixtureBytes(name), name), { forComparison: true }),
    ),
  );
  const told = 'num26 was taken with numeric values: its (number) objects are no growth';
  const { warnings } = findTrends([plain!, numeric!, traced!]);
  assert.ok(warnings.includes(`only ${told}`), warnings.join('\n'));
  assert.ok(warnings.some((text) => text.startsWith('only tr26 was taken while allocations were tracked')));
  const input = { baseline: null, control: null, operations: null, retained: null, detached: null, suspects: [] };
  const check = checkBudgets({ ...input, summaries: [plain!, numeric!], whyNoSuspects: null }, []);
  assert.deepEqual(check.warnings, [`only ${told}`]);
  assert.deepEqual(findTrends([plain!, plain!]).warnings, []);
});
