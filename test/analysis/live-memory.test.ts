import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryHistory } from '../../dist/analysis/live-memory.js';

void test('the last samples stay, in the order of time', () => {
  const history = new MemoryHistory(3);
  for (let at = 1; at <= 5; at++)
    history.add({
      at,
      rss: at * 10,
      usedHeap: at * 20,
      external: at * 30,
      arrayBuffers: at * 40,
      spaces: [
        { name: 'new', used: at },
        { name: 'old', used: -at },
      ],
    });
  const limits = { heap: 1, process: 2 };
  assert.deepEqual(history.result('process 1', 5000, limits), {
    type: 'liveMemory',
    version: 1,
    process: 'process 1',
    every: 5000,
    at: [3, 4, 5],
    rss: [30, 40, 50],
    usedHeap: [60, 80, 100],
    external: [90, 120, 150],
    arrayBuffers: [120, 160, 200],
    spaces: [
      { name: 'new', used: [3, 4, 5] },
      { name: 'old', used: [-3, -4, -5] },
    ],
    limits,
  });
});
