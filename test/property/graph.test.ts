import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { aggregateClasses } from '../../dist/analysis/aggregate-classes.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { argsort } from '../../dist/util/argsort.js';
import { TupleTable } from '../../dist/util/tuple-table.js';
import { kernelGraph, results } from '../helpers/kernel-graph.js';
import { EDGE_TYPES, makeColumns, NODE_TYPES, type MadeEdge, type MadeNode } from '../helpers/make-columns.js';

interface Heap {
  readonly nodes: readonly MadeNode[];
  readonly root: number;
}

/** Small heaps with all kinds of nodes and edges, islands, self edges, several roots; the root is anywhere. */
const heaps: fc.Arbitrary<Heap> = fc
  .record({ size: fc.integer({ min: 2, max: 14 }), density: fc.integer({ min: 1, max: 4 }) })
  .chain(({ size, density }) => {
    const edge = fc.record({
      type: fc.constantFrom(...EDGE_TYPES, 'property' as const, 'internal' as const),
      name: fc.integer({ min: 0, max: 9 }),
      target: fc.nat({ max: size - 1 }),
    });
    const node = fc.record({
      type: fc.constantFrom(...NODE_TYPES, 'object' as const, 'array' as const),
      name: fc.constantFrom('A', 'B', 'Object', 'Function'),
      size: fc.nat({ max: 100 }),
      edges: fc.array(edge, { maxLength: density }),
    });
    return fc.record({
      nodes: fc.array(node, { minLength: size, maxLength: size }),
      root: fc.nat({ max: size - 1 }),
    });
  })
  .map(({ nodes, root }) => ({
    root,
    nodes: nodes.map((node, i) => ({
      ...node,
      ...(i === root ? { type: 'synthetic' as const } : {}),
      edges: node.edges.map(named),
    })),
  }));

function named({ type, name, target }: { type: MadeEdge['type']; name: number; target: number }): MadeEdge {
  if (type === 'element' || type === 'hidden') return { type, target, name };
  return { type, target, name: name > 5 ? pairName(name - 6) : `e${name}` };
}

/** The name of a WeakMap pair whose table is node 0, 1, 2 or 3. */
function pairName(table: number): string {
  return `${table} / part of key (K @1) -> value (V @1) pair in WeakMap (table @${idOf(table)})`;
}

function idOf(node: number): number {
  return 2 * node + 1;
}

function graphOf(heap: Heap): HeapGraph {
  return buildHeapGraph(makeColumns(heap.nodes, heap.root));
}

/** Everything that `next` leads to from `start`, without going through `removed`. */
function reach(start: Iterable<number>, next: (node: number) => Iterable<number>, removed = -1): Set<number> {
  const reached = new Set<number>();
  const queue = [...start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node === removed || reached.has(node)) continue;
    reached.add(node);
    queue.push(...next(node));
  }
  return reached;
}

function pageNodes({ nodes, root }: Heap): Set<number> {
  const seeds = nodes[root]!.edges.filter((edge) => edge.type === 'shortcut').map((edge) => edge.target);
  return reach(seeds, (node) => nodes[node]!.edges.filter((edge) => edge.type !== 'weak').map((edge) => edge.target));
}

/** Targets of the edges that count for dominators, by node; those that nothing leads to are the root's as well. */
function essentialTargets(heap: Heap): number[][] {
  const { nodes, root } = heap;
  const page = pageNodes(heap);
  const targets = nodes.map((node, from) =>
    node.edges
      .filter((edge) => edge.type !== 'weak' && edge.target !== from && (edge.type !== 'shortcut' || from === root))
      .filter((edge) => edge.type !== 'internal' || !String(edge.name).endsWith(`(table @${idOf(from)})`))
      .map((edge) => edge.target)
      .filter((to) => from === root || page.has(from) || !page.has(to)),
  );
  const led = new Set(targets.flat());
  nodes.forEach((_, node) => {
    if (node !== root && !led.has(node)) targets[root]!.push(node);
  });
  return targets;
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
      const { nodes, root } = heap;
      const graph = graphOf(heap);
      const targets = essentialTargets(heap);
      const next = (node: number): number[] => targets[node]!;
      const reached = reach([root], next);
      const sum = (nodeSet: Iterable<number>): number =>
        [...nodeSet].reduce((a, node) => a + graph.shallowSize[node]!, 0);
      const expected = nodes.map((_, node) => {
        if (node === root) return sum(nodes.keys());
        if (!reached.has(node)) return graph.shallowSize[node]!;
        const left = reach([root], next, node);
        return sum([...reached].filter((other) => !left.has(other)));
      });
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

void test('WebAssembly, in one thread or two, gives what script gives', () => {
  fc.assert(
    fc.property(heaps, fc.constantFrom(1 as const, 2 as const), (heap, threads) => {
      const columns = makeColumns(heap.nodes, heap.root);
      assert.deepEqual(results(kernelGraph(columns, threads)), results(buildHeapGraph(columns)));
    }),
    { numRuns: 300, seed: 11 },
  );
});
