import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PairIndex } from '../../dist/util/pair-index.js';
import { seededRandom } from '../helpers/random.js';

void test('numbers distinct pairs in order of first use, through several growths', () => {
  const index = new PairIndex();
  const model = new Map<string, number>();
  const random = seededRandom(7);
  for (let k = 0; k < 40_000; k++) {
    const a = random(20);
    const b = k % 3 === 0 ? random(2 ** 32) : random(5000);
    const expected = model.get(`${a},${b}`) ?? model.size;
    model.set(`${a},${b}`, expected);
    assert.equal(index.row(a, b), expected);
  }
  assert.equal(index.size, model.size);
  for (const [pair, row] of model) assert.equal(`${index.a(row)},${index.b(row)}`, pair);
});
