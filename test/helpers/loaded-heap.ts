import { type LoadedHeap, loadHeap } from '../../dist/analysis/load-heap.js';
import type { SnapshotInfo } from '../../dist/analysis/summary.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { type DrawnHeap, drawHeap } from './draw-heap.js';
import { fixtureFile } from './fixture-files.js';

/** A graph as if it had been read from a file. */
export function asLoaded(graph: HeapGraph, info: Partial<SnapshotInfo> = {}): LoadedHeap {
  const made = { file: 'drawn', bytes: 1000, nodes: graph.nodeCount, edges: graph.edgeCount, producer: 'a drawing' };
  return Object.assign(graph, { snapshot: { ...made, ...info }, warnings: [] });
}

const heaps = new Map<string, Promise<LoadedHeap>>();

/** The heap of a snapshot under fixtures/snapshots/, read once per test process. */
export function loadFixture(name: string): Promise<LoadedHeap> {
  let heap = heaps.get(name);
  if (heap === undefined) {
    heap = loadHeap(fixtureFile(`snapshots/${name}.heapsnapshot.gz`));
    heaps.set(name, heap);
  }
  return heap;
}

export function drawLoadedHeap(text: string): DrawnHeap & { readonly graph: LoadedHeap } {
  const heap = drawHeap(text);
  return { ...heap, graph: asLoaded(heap.graph) };
}
