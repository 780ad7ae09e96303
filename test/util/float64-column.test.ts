import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Float64Column } from '../../dist/util/float64-column.js';

void test('rows are 0 until added to, and grow past any length', () => {
  const column = new Float64Column();
  column.add(0, 1);
  column.add(1023, 2);
  column.add(1024, 3);
  column.add(100_000, 2 ** 40);
  column.add(100_000, 0.5);
  assert.deepEqual(
    [0, 1, 1023, 1024, 100_000, 5e6].map((row) => column.get(row)),
    [1, 0, 2, 3, 2 ** 40 + 0.5, 0],
  );
});
