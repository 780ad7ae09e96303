import { SYSTEM_DISTANCE } from '../../util/system-distance.js';
import { UNREACHED } from '../distances.js';
import type { GraphLayout, SecondLayout } from './layout.js';
import { type GraphKernel, untilDone, upwards } from './load.js';

// What one thread can do while the other computes dominators.

/** Distances, then shallow sizes where the queue of the former was. */
export function computeDistancesAndSizes(
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: GraphLayout,
  second: SecondLayout,
): void {
  computeDistances(kernel, memory, layout, second);
  if (layout.hasOwners) computeShallowSizes(kernel, layout, second);
}

/** See ../distances.ts. */
function computeDistances(
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: GraphLayout,
  { distance, queue }: SecondLayout,
): void {
  const { nodeCount, userRootCount, pairEdge, pair, pairEdgeCount } = layout;
  new Int32Array(memory.buffer, distance, nodeCount).fill(UNREACHED);
  const { isPending, ruled, ruledCount, levelBits } = layout;
  kernel.startDistances(distance, queue, pairEdge, pair, pairEdgeCount, isPending, ruled, ruledCount, levelBits);
  for (const root of new Uint32Array(memory.buffer, layout.userRoots, userRootCount)) kernel.startAt(root, 1);
  untilDone((limit) => kernel.search(limit));
  kernel.startAt(layout.root, userRootCount > 0 ? SYSTEM_DISTANCE : 0);
  untilDone((limit) => kernel.search(limit));
  kernel.finishDistances();
}

/** See ../shallow-sizes.ts. */
function computeShallowSizes(kernel: GraphKernel, layout: GraphLayout, { queue, spread }: SecondLayout): void {
  const { nodeCount, nodeSelfSize: sizes, nodeType, wideShallowSize, hasWideSizes } = layout;
  const { synthetic } = layout.nodeKinds;
  const isWide = wideShallowSize !== 0;
  kernel.startOwners(layout.ownable, isWide ? wideShallowSize : queue, isWide, spread);
  upwards(0, nodeCount, (start, end) => {
    if (!isWide) kernel.beginSizes32(sizes, start, end);
    else if (hasWideSizes) kernel.beginSizes64(sizes, start, end);
    else kernel.beginSizes32To64(sizes, start, end);
  });
  upwards(0, nodeCount, (start, end) => kernel.findOwners(start, end));
  upwards(0, nodeCount, (start, end) => {
    if (!isWide) kernel.giveSizes32(sizes, nodeType, synthetic, start, end);
    else if (hasWideSizes) kernel.giveSizes64(sizes, nodeType, synthetic, start, end);
    else kernel.giveSizes32To64(sizes, nodeType, synthetic, start, end);
  });
}
