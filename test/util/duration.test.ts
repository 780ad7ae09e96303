import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDuration, parseDuration } from '../../dist/util/duration.js';

void test('times as people write them', () => {
  const texts = ['500ms', '30s', '1.5m', '2 min', '1h', '7', ' 3s ', '0'];
  assert.deepEqual(texts.map(parseDuration), [500, 30_000, 90_000, 120_000, 3_600_000, 7000, 3000, 0]);
  for (const text of ['', 's', '-1s', '1d', '1e3s', '1s1s']) assert.ok(Number.isNaN(parseDuration(text)), text);
});

void test('times for people', () => {
  const times = [0, 80.4, 999.4, 999.6, 1000, 59_949, 59_950, 61_000, 200_000];
  assert.deepEqual(times.map(formatDuration), [
    '0 ms',
    '80 ms',
    '999 ms',
    '1.0 s',
    '1.0 s',
    '59.9 s',
    '1 min 0 s',
    '1 min 1 s',
    '3 min 20 s',
  ]);
});
