import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Orders, parseSortOrder, selectRows, sortRows } from '../../dist/analysis/select-rows.js';
import { HeapstatError } from '../../dist/errors.js';

interface Row {
  readonly constructor: string;
  readonly size: number;
}

const ORDERS: Orders<'size' | 'name', Row> = { size: (row) => row.size, name: (row) => row.constructor };
const ROWS: readonly Row[] = [
  { constructor: 'b', size: 5 },
  { constructor: 'a', size: 5 },
  { constructor: 'é', size: 9 },
  { constructor: 'Z', size: -3 },
  { constructor: '', size: 0 },
];

function names(rows: readonly Row[]): string {
  return rows.map((row) => row.constructor).join(' ');
}

void test('largest first, names from A by code unit, equals by name; reversed in front of that', () => {
  for (const [text, expected] of [
    ['size', 'é a b  Z'],
    ['-size', 'Z  a b é'],
    ['name', ' Z a b é'],
    ['-name', 'é b a Z '],
  ] as const)
    assert.equal(names(sortRows(ROWS, ORDERS, parseSortOrder(text, ['size', 'name']))), expected, text);
  assert.equal(names(ROWS), 'b a é Z ', 'the rows given stay as they are');
});

void test('what matches is known before the cut', () => {
  const { matched, rows } = selectRows(ROWS, ORDERS, (row) => row.size >= 0, {
    filter: (name) => name !== 'a',
    sort: { key: 'size', reversed: false },
    limit: 2,
  });
  assert.equal(names(matched), 'é b ');
  assert.equal(names(rows), 'é b');
  for (const limit of [0, undefined, 99])
    assert.equal(selectRows(ROWS, ORDERS, () => true, { limit }).rows.length, ROWS.length, String(limit));
});

void test('what is no sort key', () => {
  for (const text of ['', '-', 'Size', '--size', 'size,name', 'constructor', '__proto__'])
    assert.throws(
      () => parseSortOrder(text, ['size', 'name']),
      (error) =>
        error instanceof HeapstatError && error.code === 'USAGE' && error.message.includes('the keys are size, name'),
      text,
    );
});
