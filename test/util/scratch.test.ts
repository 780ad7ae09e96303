import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Scratch } from '../../dist/util/scratch.js';

void test('the smallest array that is large enough is used again, each by one user at a time', () => {
  const scratch = new Scratch();
  const small = scratch.take(10);
  const large = scratch.take(100);
  scratch.give(large, small);
  assert.equal(scratch.take(5), small);
  assert.equal(scratch.take(5), large);
  assert.equal(scratch.take(5).length, 5);
});

void test('what was cleared is not used again', () => {
  const scratch = new Scratch();
  const array = scratch.take(10);
  scratch.give(array);
  scratch.clear();
  assert.notEqual(scratch.take(10), array);
});
