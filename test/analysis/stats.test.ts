import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeStats } from '../../dist/analysis/stats.js';
import { GOLDEN_SNAPSHOTS, goldenJson } from '../helpers/fixtures.js';
import { drawLoadedHeap, loadFixture } from '../helpers/loaded-heap.js';
import { processMemory } from '../helpers/process-memory.js';

for (const name of GOLDEN_SNAPSHOTS) {
  void test(`${name}: the statistics of DevTools`, async () => {
    const { total, native, v8heap } = computeStats(await loadFixture(name));
    assert.deepEqual({ total, native, v8heap }, goldenJson(`${name}/statistics.json`));
  });
}

void test('native contexts have the name of their origin, the largest first', () => {
  const { graph } = drawLoadedHeap(`
    Root -> A:"system / NativeContext / http://a"[hidden](40)
    Root -> B:"system / NativeContext"[native](40) -> Of(500)
    Root -> C:"system / NativeContextual"[hidden](40)
  `);
  assert.deepEqual(
    computeStats(graph).nativeContexts.map(({ nodeId, name, retainedSize }) => [nodeId, name, retainedSize]),
    [
      [5, 'system / NativeContext', 540],
      [3, 'system / NativeContext / http://a', 40],
    ],
  );
});

void test('the parts of the resident memory add up, whatever the process said', () => {
  const { graph } = drawLoadedHeap('Root -> A(5000)');
  assert.equal(computeStats(graph).resident, undefined);
  for (const rss of [100_000_000, 20_000_000]) {
    const process = processMemory({ memoryUsage: { ...processMemory().memoryUsage, rss } });
    const { resident, v8heap } = computeStats(graph, process);
    const { heap, external, rest } = resident!;
    assert.equal(heap.live, v8heap.total);
    assert.equal(heap.live + heap.garbage + heap.free, heap.total);
    assert.equal(external.arrayBuffers + external.other, external.total);
    assert.equal(heap.total + external.total + rest, resident!.rss);
    assert.equal(resident!.rss, rss);
  }
});
