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
  return buildHeapGraph(inKernelMemory(columns), { module, threads, leaveToSecond: true });
}

/** The same, where the memory has no more than so many bytes left. */
export function kernelGraphWithin(columns: SnapshotColumns, bytes: number, threads: 1 | 2 = 1): HeapGraph {
  const moved = inKernelMemory(columns);
  let left = bytes;
  const memory = {
    memory: shared.memory,
    reserve: (size: number): number | null => {
      if (size > left) return null;
      left -= size;
      return shared.reserve(size);
    },
  };
  return buildHeapGraph({ ...moved, memory }, { module, threads, leaveToSecond: true });
}
