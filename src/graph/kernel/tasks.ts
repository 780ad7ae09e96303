import { SYSTEM_DISTANCE } from '../distances.js';
import type { GraphLayout } from './layout.js';
import { type GraphKernel, untilDone, upwards } from './load.js';

// What either of two threads can do while the other computes dominators. Its results are where the layout says.

/** See shallow-sizes.ts. */
export function computeShallowSizes(kernel: GraphKernel, layout: GraphLayout): void {
  const { nodeCount, nodeSelfSize: sizes, nodeType, shallowSize, hasWideShallowSizes } = layout;
  const { synthetic } = layout.nodeKinds;
  kernel.startOwners(layout.ownable, shallowSize, hasWideShallowSizes, layout.spread);
  upwards(0, nodeCount, (start, end) => {
    if (!hasWideShallowSizes) kernel.beginSizes32(sizes, start, end);
    else if (layout.hasWideSizes) kernel.beginSizes64(sizes, start, end);
    else kernel.beginSizes32To64(sizes, start, end);
  });
  upwards(0, nodeCount, (start, end) => kernel.findOwners(start, end));
  upwards(0, nodeCount, (start, end) => {
    if (!hasWideShallowSizes) kernel.giveSizes32(sizes, nodeType, synthetic, start, end);
    else if (layout.hasWideSizes) kernel.giveSizes64(sizes, nodeType, synthetic, start, end);
    else kernel.giveSizes32To64(sizes, nodeType, synthetic, start, end);
  });
}

/** See distances.ts. */
export function computeDistances(kernel: GraphKernel, memory: WebAssembly.Memory, layout: GraphLayout): void {
  const { nodeCount, distance, userRootCount, pairEdge, pair, pairEdgeCount } = layout;
  upwards(0, nodeCount, (start, end) => kernel.forget(distance, start, end));
  kernel.startDistances(distance, layout.queue, pairEdge, pair, pairEdgeCount, layout.isPending);
  for (const root of new Uint32Array(memory.buffer, layout.userRoots, userRootCount)) kernel.startAt(root, 1);
  untilDone((limit) => kernel.search(limit));
  kernel.startAt(layout.root, userRootCount > 0 ? SYSTEM_DISTANCE : 0);
  untilDone((limit) => kernel.search(limit));
  kernel.finishDistances();
}
