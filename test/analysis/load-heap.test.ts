import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { fixtureFile } from '../helpers/fixture-files.js';

void test('what takes time is told once, when it is first asked for', async () => {
  for (const simd of [true, false]) {
    const told: (string | null)[] = [];
    const files: string[] = [];
    const file = fixtureFile('snapshots/node20.heapsnapshot.gz');
    const heap = await loadHeap(file, {
      simd,
      onPhase: (phase) => told.push(phase),
      onFile: (name) => files.push(name),
    });
    assert.deepEqual(told, [], 'the graph takes no time by itself');
    void heap.retainedSize;
    void heap.retainedSize;
    assert.deepEqual(told, ['finding dominators', null, 'adding up retained sizes', null]);
    void heap.classes;
    assert.deepEqual(told.slice(4), ['naming classes', null]);
    assert.deepEqual(files, [file]);
  }
});
