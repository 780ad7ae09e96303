import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { IdSet, IdsTooFarApart } from '../../dist/util/id-set.js';

const id = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300_000) },
  fc.constantFrom(
    0,
    1,
    2,
    131_071,
    131_072,
    131_073,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32,
    2 ** 32 + 1,
    Number.MAX_SAFE_INTEGER,
  ),
  fc.maxSafeNat(),
);

void test('holds what was added and nothing else, as a Set does', () => {
  fc.assert(
    fc.property(fc.array(id, { maxLength: 200 }), fc.array(id, { maxLength: 200 }), (added, asked) => {
      const ids = new IdSet();
      const model = new Set<number>();
      for (const one of added) {
        assert.equal(ids.add(one), !model.has(one));
        model.add(one);
      }
      assert.equal(ids.size, model.size);
      for (const one of [...added, ...asked]) assert.equal(ids.has(one), model.has(one), String(one));
    }),
    { seed: 1, numRuns: 200 },
  );
});

void test('a bit asked for before its page is there is found once it is added', () => {
  const ids = new IdSet();
  assert.equal(ids.has(5), false);
  assert.equal(ids.add(5), true);
  assert.equal(ids.has(5), true);
  assert.equal(ids.has(4), false);
  assert.equal(ids.has(5 + 2 ** 32), false);
});

void test('ids that are far apart need a page each, and there are only so many', () => {
  const ids = new IdSet(3);
  for (const near of [1, 2, 2 ** 40 + 1, 3, 2 ** 40 + 5]) ids.add(near);
  assert.throws(() => ids.add(2 ** 41), IdsTooFarApart);
  assert.equal(ids.has(2 ** 41), false);
  assert.equal(ids.add(5), true);
});
