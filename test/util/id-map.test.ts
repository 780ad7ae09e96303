import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IdMap } from '../../dist/util/id-map.js';

void test('numbers by id, near and far, even and odd', () => {
  const ids = [0, 1, 2, 3, 131_071, 131_072, 131_073, 2 ** 31 + 5, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 1, 2 ** 52 + 2];
  const map = new IdMap();
  ids.forEach((id, i) => map.set(id, i));
  assert.deepEqual(
    ids.map((id) => map.get(id)),
    ids.map((_, i) => i),
  );
  assert.deepEqual(
    [4, 131_074, 2 ** 33, 2 ** 40 + 3].map((id) => map.get(id)),
    [-1, -1, -1, -1],
  );
  map.set(3, 2 ** 32 - 2);
  assert.equal(map.get(3), 2 ** 32 - 2);
});
