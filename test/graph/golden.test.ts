import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { classKeyText } from '../../dist/graph/class-keys.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { fixtureGraph, GOLDEN_SNAPSHOTS, goldenColumn, goldenJson } from '../helpers/fixtures.js';

type Column = Uint32Array | Int32Array | Float64Array;

function assertSameColumn(graph: HeapGraph, actual: Column, expected: Column): void {
  assert.equal(actual.length, expected.length);
  const different: string[] = [];
  for (let node = 0; node < expected.length; node++) {
    if (actual[node] === expected[node]) continue;
    const name = graph.columns.strings.get(graph.columns.nodeName[node]!);
    different.push(`node ${node} (${name}): ${actual[node]}, DevTools ${expected[node]}`);
  }
  assert.equal(different.length, 0, `${different.length} nodes differ:\n${different.slice(0, 10).join('\n')}`);
}

for (const name of GOLDEN_SNAPSHOTS) {
  void describe(`${name}: node by node as in DevTools`, () => {
    const graph = fixtureGraph(name);
    const columns: [string, () => Column][] = [
      ['ids.u32', () => graph.columns.nodeId],
      ['self.u32', () => graph.shallowSize],
      ['distance.i32', () => graph.distance],
      ['dominator.u32', () => graph.immediateDominator],
      ['retained.f64', () => graph.retainedSize],
    ];
    for (const [file, column] of columns) {
      void test(file, () => {
        assertSameColumn(graph, column(), goldenColumn(`${name}/${file}`));
      });
    }

    void test('class keys', () => {
      const expected = goldenJson(`${name}/classkeys.json`) as string[];
      const { keys, keyIndex } = graph.classKeys;
      const texts = keys.map(classKeyText);
      const indexOf = new Map(expected.map((text, i) => [text, i]));
      const actual = Float64Array.from(keyIndex, (key) => indexOf.get(texts[key]!) ?? NaN);
      assertSameColumn(graph, actual, goldenColumn(`${name}/class.u32`));
    });

    void test('interfaces', () => {
      assert.deepEqual(
        graph.interfaces.map(({ name: text, properties, count }) => ({ name: text, properties, count })),
        goldenJson(`${name}/interfaces.json`),
      );
    });
  });
}
