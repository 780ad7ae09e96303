import assert from 'node:assert/strict';
import { test } from 'node:test';
import { computeStats } from '../../dist/analysis/stats.js';
import { render } from '../../dist/report/render.js';
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

void test('of many native contexts the largest are shown, and how many more there are', async () => {
  const { graph } = drawLoadedHeap(
    Array.from({ length: 5 }, (_, k) => `Root -> C${k}:"system / NativeContext / http://${k}"[hidden](${40 + k})`).join(
      '\n',
    ),
  );
  const { nativeContexts, omittedContexts } = computeStats(graph, { limit: 2 });
  assert.deepEqual(
    [nativeContexts.map(({ shallowSize }) => shallowSize), omittedContexts],
    [[44, 43], { count: 3, shallowSize: 123 }],
  );
  assert.deepEqual(computeStats(graph).omittedContexts, { count: 0, shallowSize: 0 });
  const options = { color: false, exactBytes: false, width: undefined };
  assert.match(
    await render(computeStats(graph, { limit: 2 }), 'table', options),
    /… 3 more \(--limit 0 shows all\) +– +123 B +–\n$/,
  );
  assert.doesNotMatch(await render(computeStats(graph), 'table', options), / more /);
});

void test('detached are nodes of a page, not what Node 18 to 22 call so', async () => {
  assert.equal(computeStats(await loadFixture('node20')).detached.count, 0);
  assert.equal(computeStats(await loadFixture('chrome-detached-3')).detached.count, 1201);
});

void test('of what is detached elements are counted by themselves', () => {
  const { graph } = drawLoadedHeap(`
    Root -> A:"<div>"[native](40){2} -> Listener:"blink::EventListener"[native](8)
    A -> Text[native](20)
    Root -> B:"<p id=x>"[native](50){1}
    Root -> C:"<a class=b>"[native](30){2}
  `);
  const { detached, detachedElements } = computeStats(graph);
  assert.deepEqual(
    { detached, detachedElements },
    { detached: { count: 4, shallowSize: 98 }, detachedElements: { count: 2, shallowSize: 70 } },
  );
});

void test('the parts of the resident memory add up, whatever the process said', () => {
  const { graph } = drawLoadedHeap('Root -> A(5000)');
  assert.equal(computeStats(graph).resident, undefined);
  for (const rss of [100_000_000, 20_000_000]) {
    const process = processMemory({ memoryUsage: { ...processMemory().memoryUsage, rss } });
    const { resident, v8heap } = computeStats(graph, { process });
    const { heap, external, rest } = resident!;
    assert.equal(heap.live, v8heap.total);
    assert.equal(heap.live + heap.garbage + heap.free, heap.total);
    assert.equal(external.arrayBuffers + external.other, external.total);
    assert.equal(heap.total + external.total + rest, resident!.rss);
    assert.equal(resident!.rss, rss);
  }
});
