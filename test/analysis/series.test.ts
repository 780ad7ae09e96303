import assert from 'node:assert/strict';
import { test } from 'node:test';
import { monotonicity, shapeOf, slopeOf } from '../../dist/analysis/series.js';

void test('steady growth is told from a step, and from what wavers', () => {
  for (const [values, shape] of [
    [[0, 100, 200, 300], 'steady'],
    [[10, 20, 30], 'steady'],
    [[0, 100, 190, 310, 380, 500], 'steady'],
    [[0, 10, 20, 20, 30, 40, 50], 'steady'], // one pause in six steps
    [[5, 5, 905, 905], 'step'],
    [[5, 905, 910], 'step'],
    [[5, 6, 7, 907, 908], 'step'],
    [[0, 300, 100, 400, 200], 'uneven'],
    [[0, 80, 100], 'uneven'],
    [[0, 0, 0, 100, 200], 'uneven'],
    [[1, 2], 'unknown'],
    [[3, 3], 'flat'],
    [[3, 9, 3], 'flat'],
    [[9, 8, 7], 'falling'],
    [[9, 20, 7], 'falling'],
  ] as const)
    assert.equal(shapeOf(values), shape, values.join(' '));
});

void test('monotonicity is the part of pairs that rise less the part that fall', () => {
  for (const [values, expected] of [
    [[1, 2, 3], 1],
    [[3, 2, 1], -1],
    [[1, 1, 1], 0],
    [[1, 1, 2], 2 / 3],
    [[1, 3, 2], 1 / 3],
    [[1], 0],
  ] as const)
    assert.equal(monotonicity(values), expected, values.join(' '));
});

void test('the slope is that of the line of least squares', () => {
  assert.equal(slopeOf([1, 3, 5]), 2);
  assert.equal(slopeOf([5, 5, 5, 5]), 0);
  assert.equal(slopeOf([0, 0, 3]), 1.5);
  assert.equal(slopeOf([4, 1]), -3);
  assert.equal(slopeOf([4]), 0);
});
