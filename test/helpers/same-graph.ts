import assert from 'node:assert/strict';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

export function assertSameColumn(name: string, actual: Column, expected: Column): void {
  assert.equal(actual.constructor, expected.constructor, name);
  assert.equal(actual.length, expected.length, name);
  const node = expected.findIndex((value, i) => value !== actual[i]);
  assert.equal(node, -1, `${name} of node ${node} is ${actual[node]}, and by plain script ${expected[node]}`);
}

/** Classes, plain objects, and sums by classes and by other groups. */
export function assertSameClasses(actual: HeapGraph, expected: HeapGraph): void {
  const { names, classIndex, hasSharedNames } = expected.classes;
  assert.deepEqual(actual.classes.names, names);
  assert.equal(actual.classes.hasSharedNames, hasSharedNames);
  assertSameColumn('class', actual.classes.classIndex, classIndex);
  for (const name of ['nodes', 'shape'] as const) {
    assertSameColumn(`plain objects' ${name}`, actual.plainObjects[name], expected.plainObjects[name]);
  }
  assert.deepEqual(actual.plainObjects.example, expected.plainObjects.example);
  assert.deepEqual(actual.plainObjects.count, expected.plainObjects.count);
  const { nodeType } = expected.columns;
  const groupings = [
    { groupCount: names.length, groupOf: actual.classes.classIndex },
    { groupCount: 256, groupOf: actual.columns.nodeType },
    { groupCount: 3, groupOf: nodeType.map((_, node) => node % 3) },
  ];
  for (const grouping of groupings)
    assert.deepEqual(actual.sumGroups(() => grouping).sizes, expected.sumGroups(() => grouping).sizes);
}
