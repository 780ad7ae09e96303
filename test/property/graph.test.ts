import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aggregateClasses } from '../../dist/analysis/aggregate-classes.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { argsort } from '../../dist/util/argsort.js';
import { TupleTable } from '../../dist/util/tuple-table.js';
import { makeColumns } from '../helpers/make-columns.js';
import { essentialTargets, naiveRetainedSizes, pageNodes, reach } from '../helpers/naive-graph.js';
import { type Heap, randomHeaps } from '../helpers/random-heaps.js';

const heaps = randomHeaps(['A', 'B', 'Object', 'Function'], (name) => `e${name}`);

function graphOf(heap: Heap): HeapGraph {
  return buildHeapGraph(makeColumns(heap.nodes, heap.root));
}

const RUNS = { numRuns: 2000 };

void test('page objects are what non-weak edges reach from the shortcuts of the root', () => {
  fc.assert(
    fc.property(heaps, (heap) => {
      const page = pageNodes(heap);
      assert.deepEqual(
        [...graphOf(heap).pageObject],
        heap.nodes.map((_, node) => Number(page.has(node))),
      );
    }),
    RUNS,
  );
});

void test('a node dominates what is unreachable without it; the nearest one is immediate', () => {
  fc.assert(
    fc.property(heaps, (heap) => {
      const { nodes, root } = heap;
      const targets = essentialTargets(heap);
      const next = (node: number): number[] => targets[node]!;
      const reached = reach([root], next);
      const without = nodes.map((_, removed) => reach([root], next, removed));
      const dominators = nodes.map((_, node) =>
        nodes.map((__, other) => other).filter((other) => other !== node && !without[other]!.has(node)),
      );
      const expected = nodes.map((_, node) => {
        if (node === root || !reached.has(node)) return root;
        // Dominators of a node lie on one line: the nearest is the one with most dominators of its own.
        return dominators[node]!.reduce((a, b) => (dominators[a]!.length >= dominators[b]!.length ? a : b), root);
      });
      assert.deepEqual([...graphOf(heap).immediateDominator], expected);
    }),
    RUNS,
  );
});

void test('retained size is the sum of what becomes unreachable', () => {
  fc.assert(
    fc.property(heaps, (heap) => {
      const graph = graphOf(heap);
      const expected = naiveRetainedSizes(heap, graph.shallowSize);
      assert.deepEqual([...graph.retainedSize], expected);
    }),
    RUNS,
  );
});

void test('a store belongs to the one object that reaches it over stores only', () => {
  fc.assert(
    fc.property(heaps, ({ nodes, root }) => {
      const graph = graphOf({ nodes, root });
      const ownable = nodes.map(({ type }) => type === 'hidden' || type === 'array');
      const next = (node: number): number[] => nodes[node]!.edges.filter((e) => e.type !== 'weak').map((e) => e.target);
      const owners = nodes.map(() => new Set<number>());
      nodes.forEach((_, owner) => {
        if (ownable[owner]) return;
        const stores = next(owner).filter((store) => ownable[store]);
        for (const store of reach(stores, (at) => next(at).filter((to) => ownable[to]))) owners[store]!.add(owner);
      });
      const expected = nodes.map((node) => node.size);
      const hasUserRoot = nodes[root]!.edges.some((edge) => nodes[edge.target]!.type !== 'synthetic');
      nodes.forEach(({ size }, store) => {
        if (!hasUserRoot || owners[store]!.size !== 1) return;
        const [owner] = owners[store]!;
        if (nodes[owner!]!.type === 'synthetic') return;
        expected[owner!]! += size;
        expected[store]! -= size;
      });
      assert.deepEqual([...graph.shallowSize], expected);
    }),
    RUNS,
  );
});

void test('the retained size of a class counts no object below another of the class', () => {
  fc.assert(
    fc.property(heaps, (heap) => {
      const graph = graphOf(heap);
      const { names, classIndex } = graph.classes;
      const { rows } = aggregateClasses(graph);
      const expected = new Map<string, number>();
      heap.nodes.forEach((_, node) => {
        if (graph.shallowSize[node] === 0) return;
        let counts = true;
        for (let at = node; at !== heap.root;) {
          at = graph.immediateDominator[at]!;
          if (classIndex[at] === classIndex[node] && graph.shallowSize[at]! > 0) counts = false;
        }
        const name = names[classIndex[node]!]!;
        expected.set(name, (expected.get(name) ?? 0) + (counts ? graph.retainedSize[node]! : 0));
      });
      const actual = rows.filter((row) => row.count > 0).map((row) => [row.constructor, row.retainedSize] as const);
      assert.deepEqual(new Map(actual), expected);
    }),
    RUNS,
  );
});

void test('retainers are all edges, by target and in file order; dominated nodes are the children', () => {
  fc.assert(
    fc.property(heaps, (heap) => {
      const { retainers, dominatorTree, immediateDominator } = graphOf(heap);
      const edges = heap.nodes.flatMap((node, from) => node.edges.map(({ target }) => ({ from, target })));
      heap.nodes.forEach((_, node) => {
        const run = [retainers.firstRetainer[node]!, retainers.firstRetainer[node + 1]!] as const;
        const expected = [...edges.keys()].filter((edge) => edges[edge]!.target === node);
        assert.deepEqual([...retainers.retainerEdge.subarray(...run)], expected);
        assert.deepEqual(
          [...retainers.retainerNode.subarray(...run)],
          expected.map((edge) => edges[edge]!.from),
        );
        const children = dominatorTree.dominated.slice(
          dominatorTree.firstDominated[node],
          dominatorTree.firstDominated[node + 1],
        );
        assert.deepEqual(
          [...children],
          [...heap.nodes.keys()].filter((other) => other !== heap.root && immediateDominator[other] === node),
        );
      });
    }),
    { numRuns: 300 },
  );
});

void test('argsort sorts whole numbers up to 2^53, and keeps the order of equal ones', () => {
  const keys = fc.oneof(fc.nat({ max: 20 }), fc.nat(), fc.maxSafeNat());
  fc.assert(
    fc.property(fc.array(keys, { maxLength: 60 }), (values) => {
      const expected = [...values.keys()].toSorted((a, b) => values[a]! - values[b]! || a - b);
      assert.deepEqual([...argsort(Float64Array.from(values))], expected);
    }),
  );
});

void test('a tuple table numbers tuples in the order first met', () => {
  const number = fc.oneof(
    fc.nat({ max: 3 }),
    fc.nat({ max: 0x7fff_ffff }).map((n) => 2 * n + 1),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(number, number, number, number), { maxLength: 300 }), (tuples) => {
      const table = new TupleTable();
      const known = new Map<string, number>();
      for (const tuple of tuples) {
        const key = tuple.join();
        if (!known.has(key)) known.set(key, known.size);
        assert.equal(table.intern(...tuple), known.get(key));
      }
      assert.equal(table.size, known.size);
    }),
  );
});
