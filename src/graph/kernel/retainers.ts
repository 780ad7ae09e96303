import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { Retainers } from '../retainers.js';
import type { BaseLayout } from './layout.js';
import { downwards, type GraphKernel, upwards } from './load.js';
import type { Room } from './room.js';

/** See ../retainers.ts. Null where there is not enough memory. @param room in use before, where it is free by now */
export function sortRetainers(
  kernel: GraphKernel,
  memory: ColumnsMemory,
  { nodeCount, edgeCount }: BaseLayout,
  room: Room | null,
): Retainers | null {
  const bytes = 4 * (nodeCount + 1 + edgeCount);
  const start = room?.take(bytes) ?? memory.reserve(bytes);
  const edgesAt = memory.reserve(4 * edgeCount);
  if (start === null || edgesAt === null) return null;
  const nodesAt = start + 4 * (nodeCount + 1);
  const { buffer } = memory.memory;
  const firstRetainer = new Uint32Array(buffer, start, nodeCount + 1).fill(0);
  upwards(0, edgeCount, (from, to) => kernel.countRetainers(start, from, to));
  kernel.sumRetainers(start);
  downwards(nodeCount - 1, 0, (last, end) => kernel.sortRetainers(start, nodesAt, edgesAt, last, end));
  return {
    firstRetainer,
    retainerNode: new Uint32Array(buffer, nodesAt, edgeCount),
    retainerEdge: new Uint32Array(buffer, edgesAt, edgeCount),
  };
}
