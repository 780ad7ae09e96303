import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { buildHolderTree, type HolderOptions } from '../../dist/analysis/holder-tree.js';
import { reduceToVisible, type VisibleHeap } from '../../dist/analysis/visible-heap.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { fixtureGraph } from '../helpers/fixtures.js';
import { kernelGraph, kernelGraphWithin } from '../helpers/kernel-graph.js';
import { makeColumns } from '../helpers/make-columns.js';
import { type Heap, randomHeaps } from '../helpers/random-heaps.js';

/** Everything that is computed. */
function reduced(graph: HeapGraph, options: HolderOptions): object {
  const tree = buildHolderTree(graph, options);
  if (options.withoutEdges === true) graph.holders.letGoOfEdges();
  return { ...tree, ...reduceToVisible(graph, tree) };
}

const OPTIONS: readonly HolderOptions[] = [{}, { withoutCode: true }, { withoutCode: true, withoutEdges: true }];

/** For each of the options graphs of their own, as the edges may be gone. */
function assertSame(actual: () => HeapGraph, columns: SnapshotColumns): void {
  for (const options of OPTIONS)
    assert.deepEqual(reduced(actual(), options), reduced(buildHeapGraph(columns), options));
}

const NAMES = [
  'A',
  'Object',
  '<div class="a">',
  'system / NativeContext',
  'system / Map',
  'system / SourceTextModule',
  'system / Context',
  '(Document DOM trees)',
];
const EDGE_NAMES = ['e', '__proto__', 'constructor', 'global_object', 'extension', 'x'];

/** Some elements are detached, and of most nodes the names are compared. */
function varied({ nodes, root }: Heap): SnapshotColumns {
  return makeColumns(
    nodes.map((node, i) => ({
      ...node,
      ...(i !== root && node.name.startsWith('<') && { type: 'native' as const, detachedness: i % 3 }),
      ...(i > 3 && { id: 32 * i + 1 }),
    })),
    root,
  );
}

void describe('the kernels and plain script reduce a heap to the same', () => {
  for (const name of ['node16', 'node26', 'leak-after', 'chrome-detached-1', 'deno.1', 'bun.1', 'mini-quirks']) {
    void test(name, () => {
      const { columns } = fixtureGraph(name);
      assertSame(() => kernelGraph(columns), columns);
    });
  }

  const heaps = randomHeaps(NAMES, (name) => EDGE_NAMES[name]!);
  void test('random heaps', () => {
    let visible = 0;
    let sampled = 0;
    const property = fc.property(heaps, (heap) => {
      const columns = varied(heap);
      assertSame(() => kernelGraph(columns), columns);
      const graph = kernelGraph(columns);
      const { count, nameHash } = reduceToVisible(graph, buildHolderTree(graph));
      visible += count;
      sampled += nameHash.reduce((sum, hash) => sum + Math.sign(hash), 0);
    });
    fc.assert(property, { seed: 5_1, numRuns: 500 });
    assert.ok(visible > 800 && sampled > 400, `${visible} objects, ${sampled} of them sampled`);
  });

  void test('random heaps with ids and sizes beyond 32 bits', () => {
    const property = fc.property(heaps, (heap) => {
      const columns = varied(heap);
      const { nodeId, nodeSelfSize } = columns;
      const wide = {
        ...columns,
        nodeId: Float64Array.from(nodeId, (id) => (id < 8 ? id : id + 2 ** 40)),
        nodeSelfSize: Float64Array.from(nodeSelfSize, (size) => size + 2 ** 33),
      };
      assertSame(() => kernelGraph(wide), wide);
    });
    fc.assert(property, { seed: 5_2, numRuns: 200 });
  });

  void test('where memory is short', () => {
    const { columns, nodeCount } = fixtureGraph('leak-after');
    for (let bytes = 80; bytes < 260; bytes += 40)
      assertSame(() => kernelGraphWithin(columns, bytes * nodeCount), columns);
  });
});

void test('every byte is counted once: with what can be seen, or left out', () => {
  for (const name of ['node26', 'leak-after']) {
    const graph = fixtureGraph(name);
    const heap: VisibleHeap = reduceToVisible(graph, buildHolderTree(graph));
    const all = [...graph.columns.nodeSelfSize].reduce((sum, size) => sum + size, 0);
    assert.equal(heap.totalBytes, all);
    assert.equal(heap.systemBytes + heap.bytes.reduce((sum, bytes) => sum + bytes, 0), all);
    assert.ok(heap.systemBytes > 0.05 * all && heap.systemBytes < 0.9 * all);
  }
});

void test('what is asked for again takes no more of the memory that is never given back', () => {
  const graph = kernelGraph(fixtureGraph('leak-after').columns);
  const [first, second] = [buildHolderTree(graph), buildHolderTree(graph)];
  assert.deepEqual(second, first);
  assert.ok(first.order.buffer instanceof SharedArrayBuffer);
  assert.ok(second.order.buffer instanceof ArrayBuffer);
  const reductions = [reduceToVisible(graph, first), reduceToVisible(graph, first), reduceToVisible(graph, second)];
  for (const other of reductions) assert.deepEqual(other, reductions[0]);
});
