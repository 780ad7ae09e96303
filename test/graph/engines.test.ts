import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { fixtureGraph, goldenColumn } from '../helpers/fixtures.js';
import { kernelGraph, results } from '../helpers/kernel-graph.js';
import { makeLargeColumns } from '../helpers/make-columns.js';

for (const name of ['node16', 'node20', 'node26', 'leak-after']) {
  for (const threads of [1, 2] as const) {
    void test(`${name}, by WebAssembly in ${threads} thread${threads === 1 ? '' : 's'}: DevTools' numbers`, () => {
      const script = fixtureGraph(name);
      const graph = kernelGraph(script.columns, threads);
      assert.deepEqual(results(graph), results(script));
      assert.deepEqual(Array.from(graph.retainedSize), Array.from(goldenColumn(`${name}/retained.f64`)));
      assert.deepEqual(Array.from(graph.immediateDominator), Array.from(goldenColumn(`${name}/dominator.u32`)));
    });
  }
}

void test('a list of half a million and an array of as many, in both engines', () => {
  const length = 500_000;
  // Node 0 is the root, node 1 an array of all, nodes 2 and up a list.
  const edges: [number, number][] = [[0, 1]];
  for (let k = 0; k < length; k++) {
    edges.push([1, k + 2]);
    if (k + 1 < length) edges.push([k + 2, k + 3]);
  }
  const columns = makeLargeColumns(length + 2, edges);
  const [script, kernel] = [buildHeapGraph(columns), kernelGraph(columns, 2)];
  assert.deepEqual(kernel.immediateDominator, script.immediateDominator.slice());
  assert.deepEqual(Array.from(kernel.retainedSize), Array.from(script.retainedSize));
});
