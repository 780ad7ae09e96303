import type { LoadedHeap } from '../../dist/analysis/load-heap.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { type DrawnHeap, drawHeap } from './draw-heap.js';

/** A graph as if it had been read from a file. */
export function asLoaded(graph: HeapGraph, file = 'drawn'): LoadedHeap {
  const snapshot = { file, bytes: 1000, nodes: graph.nodeCount, edges: graph.edgeCount, producer: 'a drawing' };
  return Object.assign(graph, { snapshot, warnings: [] });
}

export function drawLoadedHeap(text: string): DrawnHeap & { readonly graph: LoadedHeap } {
  const heap = drawHeap(text);
  return { ...heap, graph: asLoaded(heap.graph) };
}
