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

void test('ids that are far apart take no page each', () => {
  const before = process.memoryUsage().arrayBuffers;
  const map = new IdMap();
  // A page for each would be 5 GB.
  const ids = Array.from({ length: 20_000 }, (_, k) => k * 2 ** 21 + 1);
  ids.forEach((id, k) => map.set(id, k));
  const taken = process.memoryUsage().arrayBuffers - before;
  assert.ok(taken < 100 * 2 ** 20, `${taken} bytes`);
  assert.deepEqual(
    ids.map((id) => map.get(id)),
    ids.map((_, k) => k),
  );
  assert.deepEqual(
    ids.map((id) => map.get(id + 2)),
    ids.map(() => -1),
  );
  // Those that came before their page was worth it are still there.
  for (let id = ids.at(-1)! + 4; id < ids.at(-1)! + 40_000; id += 2) map.set(id, id % 1000);
  assert.equal(map.get(ids.at(-1)!), ids.length - 1);
  assert.equal(map.get(ids.at(-1)! + 4), (ids.at(-1)! + 4) % 1000);
});
