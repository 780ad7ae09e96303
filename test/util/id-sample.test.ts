import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashTexts, isSampled, sampleMask } from '../../dist/util/id-sample.js';

void test('a sample is of some thousand ids, however many there are; of all where there are few', () => {
  for (const count of [10_000, 1_000_000]) {
    const mask = sampleMask(count);
    let sampled = 0;
    for (let k = 0; k < count; k++) if (isSampled(2 * k + 1, mask)) sampled++;
    assert.ok(sampled > 1000 && sampled < 2500, `${sampled} of ${count}`);
  }
  assert.ok(Array.from({ length: 2048 }, (_, id) => id).every((id) => isSampled(id, sampleMask(2048))));
});

void test('the ids of a smaller sample are of the larger one too', () => {
  const [few, many] = [sampleMask(10_000_000), sampleMask(20_000)];
  const ids = Array.from({ length: 100_000 }, (_, id) => id * 3).filter((id) => isSampled(id, few));
  assert.ok(ids.length > 0 && ids.every((id) => isSampled(id, many)));
});

void test('a hash tells type from name, and lengths', () => {
  const texts = ['', 'a', 'ab', 'b', 'x'.repeat(32), 'x'.repeat(33)];
  const hashes = texts.flatMap((type) => texts.map((name) => hashTexts(type, name)));
  assert.equal(new Set(hashes).size, hashes.length);
});
