import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { compileModule, type Kernel, loadKernel } from '../../dist/snapshot/kernel/load.js';

/** One for all: each memory takes 4 GiB of address space. */
const shared = loadKernel()!;
const module = compileModule('graph/kernel/graph.wasm')!;

/** The same columns, in the memory of a kernel. */
export function inKernelMemory(columns: SnapshotColumns, kernel: Kernel = shared): SnapshotColumns {
  const moved = Object.entries(columns).map(([name, value]) => [
    name,
    ArrayBuffer.isView(value) && name !== 'locations' ? move(kernel, value as Column) : value,
  ]);
  return { ...(Object.fromEntries(moved) as SnapshotColumns), memory: kernel };
}

type Column = Uint8Array | Uint32Array | Float64Array;

function move(kernel: Kernel, column: Column): Column {
  const address = kernel.reserve(column.byteLength)!;
  const Constructor = column.constructor as new (
    buffer: ArrayBuffer | SharedArrayBuffer,
    at: number,
    length: number,
  ) => Column;
  const moved = new Constructor(kernel.memory.buffer, address, column.length);
  moved.set(column);
  return moved;
}

/** The graph of these columns, computed by WebAssembly. */
export function kernelGraph(columns: SnapshotColumns, threads: 1 | 2 = 1): HeapGraph {
  return buildHeapGraph(inKernelMemory(columns), { module, threads, smallGraphs: true });
}

/** Every derived column, as plain arrays that can be compared. */
export function results(graph: HeapGraph): Record<string, readonly number[] | readonly string[] | number> {
  const { retainers } = graph;
  return {
    detachedness: Array.from(graph.detachedness),
    distance: Array.from(graph.distance),
    pageObject: Array.from(graph.pageObject),
    shallowSize: Array.from(graph.shallowSize),
    immediateDominator: Array.from(graph.immediateDominator),
    reachableCount: graph.reachableCount,
    retainedSize: Array.from(graph.retainedSize),
    firstRetainer: Array.from(retainers.firstRetainer),
    retainerNode: Array.from(retainers.retainerNode),
    retainerEdge: Array.from(retainers.retainerEdge),
    classNames: graph.classes.names,
    classIndex: Array.from(graph.classes.classIndex),
    edgeType: Array.from(graph.columns.edgeType),
  };
}
