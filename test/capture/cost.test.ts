import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureCost } from '../../dist/capture/cost.js';
import { processMemory } from '../helpers/process-memory.js';

const MB = 1_000_000;

void test('small objects cost most, large ones little', () => {
  const facts = processMemory({
    heapSpaces: [
      { name: 'old_space', size: 80 * MB, used: 60 * MB },
      { name: 'large_object_space', size: 40 * MB, used: 40 * MB },
    ],
  });
  assert.equal(captureCost(100 * MB, null, null).extra, 1300 * MB);
  assert.equal(captureCost(100 * MB, facts, null).extra, 13 * 60 * MB + 40 * MB);
});

void test('whether memory suffices, and what says so', () => {
  const cost = (available: number) => captureCost(10 * MB, null, { available, limitedBy: 'cgroup', limit: 512 * MB });
  assert.deepEqual([cost(129 * MB).suffices, cost(130 * MB).suffices], [false, true]);
  assert.match(
    cost(129 * MB).text,
    /^heap of 10\.0 MB; .* up to 130\.0 MB more memory; there is 129\.0 MB \(control group limit: 512\.0 MB\)$/,
  );
  const unknown = captureCost(10 * MB, null, null);
  assert.ok(unknown.suffices);
  assert.match(unknown.text, /cannot be told$/);
});
