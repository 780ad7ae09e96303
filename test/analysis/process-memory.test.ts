import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProcessMemory } from '../../dist/analysis/process-memory.js';
import { processMemory } from '../helpers/process-memory.js';

void test('what was written is read as it was', () => {
  const memory = processMemory({ thread: 'worker 2', heapSpaces: [{ name: 'old_space', size: 2, used: 1 }] });
  assert.deepEqual(readProcessMemory(JSON.parse(JSON.stringify(memory))), memory);
});

void test('anything else is nothing, or made harmless', () => {
  const { memoryUsage } = processMemory();
  for (const value of [null, 1, 'x', [], {}, { type: 'process-memory', version: 2, memoryUsage }])
    assert.equal(readProcessMemory(value), null);
  for (const rss of [undefined, '1', -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(readProcessMemory({ ...processMemory(), memoryUsage: { ...memoryUsage, rss } }), null, String(rss));
  const odd = readProcessMemory({
    type: 'process-memory',
    version: 1,
    memoryUsage,
    flags: ['--a', 1],
    heapSpaces: [null],
    pid: {},
  });
  assert.deepEqual(
    [odd?.flags, odd?.heapSpaces, odd?.pid, odd?.node],
    [['--a'], [{ name: '', size: 0, used: 0 }], 0, ''],
  );
});
