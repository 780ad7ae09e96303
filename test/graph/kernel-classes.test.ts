import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { Grouping } from '../../dist/graph/group-sizes.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { fixtureGraph } from '../helpers/fixtures.js';
import { kernelGraph, kernelGraphWithin } from '../helpers/kernel-graph.js';
import { makeColumns, type MadeEdge, type MadeNode } from '../helpers/make-columns.js';
import { type Heap, randomHeaps } from '../helpers/random-heaps.js';
import { assertSameClasses } from '../helpers/same-graph.js';

function byClass({ classes }: HeapGraph): Grouping {
  return { groupCount: classes.names.length, groupOf: classes.classIndex };
}

/** Asked for sums before anything else, as then two threads have to agree on what is done when. */
function assertSameSums(actual: HeapGraph, expected: HeapGraph): void {
  const { sizes } = actual.sumGroups(() => byClass(actual));
  assert.deepEqual(sizes, expected.sumGroups(() => byClass(expected)).sizes);
  assertSameClasses(actual, expected);
}

const NAMES = ['Object', 'Object', 'A', '<p class=a>', '<p id=b>', 'Detached <p>', 'Function', '(string)', '__proto__'];
const heaps = randomHeaps(NAMES, (name) => ['a', 'b', 'c', '__proto__', '{', 'a'][name]!);

/** Some nodes detached or attached; and some strings twice in the table, which V8 does not write. */
function makeOdd({ nodes, root }: Heap, seed: number): SnapshotColumns {
  const states = nodes.map((node, i) => ({ ...node, detachedness: (i * 7 + seed) % 5 }));
  const columns = makeColumns(
    states.map((node) => (node.detachedness > 2 ? { ...node, detachedness: 0 } : node)),
    root,
  );
  const { strings } = columns;
  return {
    ...columns,
    nodeName: columns.nodeName.map((name, i) => (i % 3 === seed % 3 ? name + strings.length : name)),
    strings: { length: 2 * strings.length, get: (name) => strings.get(name % strings.length) },
    nodeDetachedness: seed % 7 === 0 ? null : columns.nodeDetachedness,
  };
}

function propertyEdge(name: number): MadeEdge {
  return { type: 'property', name: `p${name}`, target: 0 };
}

/** Two pairs of names from 0 to `count` that plain objects' shapes hash alike; `first`: the string index of the name 0. */
function findCollision(first: number, count: number): [number, number][] {
  const states = Array.from({ length: count }, (_, name) => {
    const hash = Math.imul((0x811c_9dc5 ^ (0x811c_9dc5 >>> 15)) + first + name, 0x85eb_ca6b);
    return { name, state: hash ^ (hash >>> 15) };
  });
  states.sort((a, b) => a.state - b.state);
  for (let i = 1; i < count; i++) {
    const [low, high] = [states[i - 1]!, states[i]!];
    const distance = high.state - low.state;
    if (distance > 0 && distance < count)
      return [
        [low.name, distance],
        [high.name, 0],
      ];
  }
  throw new Error('no two names are alike enough');
}

void describe('classes and their sums by the kernels are those of plain script', () => {
  for (const name of ['node20', 'node26', 'chrome-detached-1', 'leak-before', 'bun.1', 'mini-quirks']) {
    for (const threads of [1, 2] as const) {
      void test(`${name}, ${threads} threads`, () => {
        const expected = fixtureGraph(name);
        assertSameSums(kernelGraph(expected.columns, threads), expected);
      });
    }
  }

  void test('random heaps', () => {
    const property = fc.property(heaps, fc.nat({ max: 100 }), (heap, seed) => {
      const columns = makeOdd(heap, seed);
      assertSameSums(kernelGraph(columns), buildHeapGraph(columns));
    });
    fc.assert(property, { seed: 5_1, numRuns: 2000 });
  });

  void test('random heaps in two threads', () => {
    const property = fc.property(heaps, fc.nat({ max: 100 }), (heap, seed) => {
      const columns = makeOdd(heap, seed);
      assertSameSums(kernelGraph(columns, 2), buildHeapGraph(columns));
    });
    fc.assert(property, { seed: 5_2, numRuns: 20 });
  });

  void test('more shapes than the first table has room for', () => {
    const count = 20_000;
    const objects: MadeNode[] = Array.from({ length: count }, (_, i) => ({
      type: 'object',
      name: 'Object',
      size: 8,
      // Each shape twice.
      edges: [{ type: 'property', name: `p${i >> 1}`, target: 0 }],
    }));
    const root: MadeNode = {
      type: 'synthetic',
      name: '',
      size: 0,
      edges: objects.map((_, i) => ({ type: 'element', name: i, target: i + 1 })),
    };
    const columns = makeColumns([root, ...objects]);
    for (const threads of [1, 2] as const) {
      const actual = kernelGraph(columns, threads);
      assertSameSums(actual, buildHeapGraph(columns));
      assert.equal(actual.plainObjects.example.length, count / 2);
    }
  });

  void test('two shapes of one hash', () => {
    const names = 200_000;
    const all: MadeNode = {
      type: 'object',
      name: 'All',
      size: 8,
      edges: Array.from({ length: names }, (_, i) => propertyEdge(i)),
    };
    const root: MadeNode = { ...all, type: 'synthetic' };
    const first = makeColumns([root, { ...all, name: 'Object', edges: [] }]).edgeName[0]!;
    const pairs = findCollision(first, names);
    const objects = pairs.map((pair): MadeNode => ({ ...all, name: 'Object', edges: pair.map(propertyEdge) }));
    const columns = makeColumns([root, ...objects, ...objects]);
    for (const graph of [kernelGraph(columns), buildHeapGraph(columns)]) {
      assert.deepEqual([...graph.plainObjects.shape], [0, 1, 0, 1]);
    }
    assertSameSums(kernelGraph(columns), buildHeapGraph(columns));
  });

  void test('where memory is short', () => {
    const expected = fixtureGraph('node20');
    for (let bytes = 24; bytes < 100; bytes += 4) {
      for (const threads of [1, 2] as const)
        assertSameSums(kernelGraphWithin(expected.columns, bytes * expected.nodeCount, threads), expected);
    }
  });
});

void describe('what groups are made from', () => {
  void test('may be any column, or fail', () => {
    const expected = fixtureGraph('node22');
    for (const threads of [1, 2] as const) {
      const actual = kernelGraph(expected.columns, threads);
      assert.throws(() => actual.sumGroups(() => assert.fail('no groups')), /no groups/);
      assertSameClasses(actual, expected);
    }
  });

  void test('without a name, and with what lies where sums are made', () => {
    const expected = fixtureGraph('node22');
    for (const threads of [1, 2] as const) {
      const actual = kernelGraph(expected.columns, threads);
      const { sizes } = actual.sumGroups(() => {
        const { immediateDominator, retainedSize, retainers } = actual;
        assert.ok(immediateDominator.length === retainedSize.length && retainers.firstRetainer.length > 0);
        return { groupCount: 256, groupOf: actual.columns.nodeType };
      });
      const byType = { groupCount: 256, groupOf: expected.columns.nodeType };
      assert.deepEqual(sizes, expected.sumGroups(() => byType).sizes);
      assert.deepEqual(actual.immediateDominator, expected.immediateDominator);
      assert.deepEqual(actual.retainedSize, expected.retainedSize);
      assert.deepEqual(actual.retainers, expected.retainers);
      assertSameClasses(actual, expected);
    }
  });
});
