import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { Handout, SharedTask } from '../../dist/graph/kernel/two-threads.js';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { fixtureGraph } from '../helpers/fixtures.js';
import { kernelGraph, kernelGraphWithin } from '../helpers/kernel-graph.js';
import { makeColumns, makeLargeColumns } from '../helpers/make-columns.js';
import { randomHeaps } from '../helpers/random-heaps.js';
import { assertSameClasses, assertSameColumn } from '../helpers/same-graph.js';

/** What the kernels compute is what plain script computes, but for the order of the visit, which only has to be one. */
function assertSame(actual: HeapGraph, expected: HeapGraph): void {
  for (const name of ['retainedSize', 'distance', 'shallowSize', 'immediateDominator', 'pageObject'] as const) {
    assertSameColumn(name, actual[name], expected[name]);
  }
  for (const name of ['firstRetainer', 'retainerNode', 'retainerEdge'] as const) {
    assertSameColumn(name, actual.retainers[name], expected.retainers[name]);
  }
  assert.equal(actual.reachableCount, expected.reachableCount);
  for (const name of ['edge', 'from', 'isFromTable'] as const) {
    assertSameColumn(name, actual.weakMapPairs[name], expected.weakMapPairs[name]);
  }
  assertSameClasses(actual, expected);
  assertSameColumn('edge types', actual.columns.edgeType, expected.columns.edgeType);
  const { visitOrder, immediateDominator, rootIndex, nodeCount } = actual;
  assert.equal(visitOrder.length, nodeCount);
  assert.equal(visitOrder[0], rootIndex);
  const place = new Int32Array(nodeCount).fill(-1);
  visitOrder.forEach((node, i) => (place[node] = i));
  assert.ok(place.every((i) => i >= 0));
  visitOrder.forEach((node, i) => assert.ok(i === 0 || place[immediateDominator[node]!]! < i));
  const visited = new Set(visitOrder.subarray(0, actual.reachableCount));
  assert.ok(expected.visitOrder.subarray(0, expected.reachableCount).every((node) => visited.has(node)));
}

const FIXTURES =
  'node16 node20 node22 node26 n14.1 leak-before leak-after chrome-detached-1 chrome-detached-fixed-3 deno.1 bun.1 mini-quirks'.split(
    ' ',
  );

void describe('the kernels and plain script give the same graph', () => {
  for (const name of FIXTURES) {
    for (const threads of [1, 2] as const) {
      void test(`${name}, ${threads} threads`, () => {
        const expected = fixtureGraph(name);
        assertSame(kernelGraph(expected.columns, threads), expected);
      });
    }
  }

  const special = randomHeaps(
    [
      'A',
      'Object',
      'system / NativeContext',
      '(map descriptors)',
      'system / ExternalStringData',
      '(Document DOM trees)',
    ],
    (name) => ['e', 'sloppy_function_map', '1 / a', '4 / b', '5 / c', '7'][name]!,
  );

  void test('random heaps', () => {
    const property = fc.property(special, ({ nodes, root }) => {
      const columns = makeColumns(nodes, root);
      assertSame(kernelGraph(columns), buildHeapGraph(columns));
    });
    fc.assert(property, { seed: 4_1, numRuns: 3000 });
  });

  void test('random heaps in two threads', () => {
    const property = fc.property(special, ({ nodes, root }) => {
      const columns = makeColumns(nodes, root);
      assertSame(kernelGraph(columns, 2), buildHeapGraph(columns));
    });
    fc.assert(property, { seed: 4_2, numRuns: 20 });
  });

  void test('random heaps whose strings cannot be searched', () => {
    const property = fc.property(special, ({ nodes, root }) => {
      const made = makeColumns(nodes, root);
      const columns = {
        ...made,
        strings: { length: made.strings.length, get: (name: number) => made.strings.get(name) },
      };
      assertSame(kernelGraph(columns), buildHeapGraph(columns));
    });
    fc.assert(property, { seed: 4_3, numRuns: 100 });
  });
});

type Edge = readonly [from: number, to: number];

/** Nodes and edges of graphs that are hard on one part or another. */
const SHAPES: Readonly<Record<string, () => readonly [nodes: number, edges: Edge[]]>> = {
  'a list of a million': () => [1_000_000, Array.from({ length: 999_999 }, (_, i) => [i, i + 1] as const)],
  'an array of a million': () => [
    1_000_002,
    [[0, 1], ...Array.from({ length: 1_000_000 }, (_, i) => [1, i + 2] as const)],
  ],
  'a clique of 700, all edges on the stack at once': () => [
    701,
    [[0, 1], ...Array.from({ length: 700 * 700 }, (_, i) => [1 + Math.floor(i / 700), 1 + (i % 700)] as const)],
  ],
  'a list that leads back to all it came by': () => [
    1200,
    Array.from({ length: 1199 }, (_, i) => [
      ...Array.from({ length: i }, (__, j) => [i, j + 1] as const),
      [i, i + 1] as const,
    ]).flat(),
  ],
  'values that a list and an array share': () => {
    const length = 200_000;
    return [
      2 * length + 2,
      [
        ...Array.from({ length }, (_, i) => [i, i + 1] as const),
        ...Array.from({ length }, (_, i) => [i + 1, length + 2 + i] as const),
        [0, length + 1],
        ...Array.from({ length }, (_, i) => [length + 1, length + 2 + i] as const),
      ],
    ];
  },
  'islands, rings among them': () => {
    const count = 300_000;
    return [count, Array.from({ length: count - 4 }, (_, i) => [i + 1, i % 3 === 2 ? i - 1 : i + 2] as const)];
  },
};

void describe('shapes', () => {
  for (const [name, shape] of Object.entries(SHAPES)) {
    void test(name, () => {
      const columns = makeLargeColumns(...shape());
      assertSame(kernelGraph(columns), buildHeapGraph(columns));
    });
  }

  void test('many levels that are sorted, many parts that are sorted', () => {
    // Each node of a level leads to some of the next; and most lead back to one of a few.
    const [levels, width] = [12, 25_000];
    let seed = 1;
    const random = (below: number): number => (seed = Math.imul(seed, 48_271) % 0x7fff_ffff) && Math.abs(seed) % below;
    const edges: Edge[] = Array.from({ length: 40 }, (_, i) => [0, 1 + i] as const);
    for (let level = 0; level < levels - 1; level++) {
      for (let i = 0; i < width; i++) {
        const from = 1 + level * width + i;
        for (let k = 0; k < 3; k++) edges.push([from, 1 + (level + 1) * width + random(width)]);
        edges.push([from, 1 + random(50)]);
      }
    }
    const columns = makeLargeColumns(1 + levels * width, edges);
    for (const threads of [1, 2] as const) assertSame(kernelGraph(columns, threads), buildHeapGraph(columns));
  });
});

void test('sizes that add up to more than 2^32', () => {
  const { columns } = fixtureGraph('node26');
  const { nodeSelfSize } = columns;
  const large = Uint32Array.from(nodeSelfSize, (size, i) => size + (i % 1000 === 0 ? 0xf000_0000 : 0));
  const huge = Float64Array.from(nodeSelfSize, (size, i) => size + (i % 1000 === 0 ? 2 ** 40 : 0));
  for (const sizes of [large, huge]) {
    const wide: SnapshotColumns = { ...columns, nodeSelfSize: sizes };
    const expected = buildHeapGraph(wide);
    assert.ok(expected.shallowSize instanceof Float64Array);
    for (const threads of [1, 2] as const) assertSame(kernelGraph(wide, threads), expected);
  }
});

void describe('where memory is short, plain script takes over', () => {
  void test('before the search, in it, and when its edges are sorted', () => {
    const expected = fixtureGraph('node20');
    for (let bytes = 0; bytes < 64; bytes += 4) {
      for (const threads of [1, 2] as const) {
        assertSame(kernelGraphWithin(expected.columns, bytes * expected.nodeCount, threads), expected);
      }
    }
  });

  void test('in a search whose stack is large', () => {
    const columns = makeLargeColumns(...SHAPES['a list that leads back to all it came by']!());
    const expected = buildHeapGraph(columns);
    for (let bytes = 1e5; bytes < 16 * columns.edgeCount; bytes *= 2) {
      assertSame(kernelGraphWithin(columns, bytes), expected);
    }
  });
});

void describe('a task for either thread', () => {
  void test('is done once', () => {
    const task = new SharedTask();
    let times = 0;
    task.attempt(() => times++);
    new SharedTask(task.state).attempt(() => times++);
    task.complete(() => times++);
    assert.equal(times, 1);
  });

  void test('is done again where it failed', () => {
    const task = new SharedTask();
    assert.throws(() => task.attempt(() => assert.fail('first')), /first/);
    let times = 0;
    task.complete(() => times++);
    assert.equal(times, 1);
    const hopeless = new SharedTask();
    assert.throws(() => hopeless.complete(() => assert.fail('always')), /always/);
  });
});

void describe('a handout', () => {
  const MODULE = new URL('../../dist/graph/kernel/two-threads.js', import.meta.url).href;

  /** A thread that serves: adds the piece's numbers into the last word, and fails on a 0. */
  async function serving(run: (handout: Handout) => void): Promise<void> {
    const handout = new Handout();
    const worker = new Worker(
      `const { workerData } = require('node:worker_threads');
       import(${JSON.stringify(MODULE)}).then(({ Handout }) => new Handout(workerData).serve(([a, b]) => {
         if (a === 0) throw new Error('no zeros');
         Atomics.add(workerData, 15, a + b);
       }));`,
      { eval: true, workerData: handout.words },
    );
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    worker.once('error', () => {});
    try {
      run(handout);
    } finally {
      handout.close();
      await ended;
    }
  }

  void test('is done by the other thread, piece by piece', async () => {
    await serving((handout) => {
      for (let k = 1; k <= 100; k++) {
        handout.offer([k, 1000]);
        handout.complete(() => assert.fail('it is the other thread that is asked'), true);
      }
      assert.equal(handout.words[15], 5050 + 100_000);
    });
  });

  void test('is done by this thread where the other fails, and from then on', async () => {
    await serving((handout) => {
      let own = 0;
      handout.offer([0, 1]);
      handout.complete(() => own++, true);
      handout.offer([1, 1]);
      handout.complete(() => own++);
      assert.equal(own, 2);
      assert.equal(handout.words[15], 0);
    });
  });

  void test('is done by this thread where there is no other', () => {
    const handout = new Handout();
    let own = 0;
    handout.offer([1, 2]);
    handout.complete(() => own++);
    handout.close();
    assert.equal(own, 1);
    handout.serve(() => assert.fail('it is over'));
  });
});
