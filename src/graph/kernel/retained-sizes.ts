import type { Dominators } from '../dominators.js';
import type { Visited } from './dominators.js';
import type { BaseLayout } from './layout.js';
import { downwards, type GraphKernel, upwards } from './load.js';

/** See ../retained-sizes.ts. Shallow sizes lie in this memory. */
export function sumRetainedSizes(
  kernel: GraphKernel,
  buffer: ArrayBufferLike,
  { layout, visited: { visited }, dominators }: Dominated,
  shallowSize: Uint32Array | Float64Array,
): Float64Array {
  const { nodeCount, order, parent, root, links: address } = layout;
  const retained = new Float64Array(buffer, address, nodeCount);
  if (shallowSize instanceof Float64Array) retained.set(shallowSize);
  else upwards(0, nodeCount, (start, end) => kernel.beginRetained32(address, shallowSize.byteOffset, start, end));
  downwards(visited, 2, (last, end) => kernel.retain(address, order, parent, last, end));
  // What no search visited has nothing but itself, and the root dominates it.
  const { visitOrder } = dominators;
  let unreached = 0;
  for (let place = visited; place < nodeCount; place++) unreached += retained[visitOrder[place]!]!;
  retained[root]! += unreached;
  return retained;
}

interface Dominated {
  readonly layout: BaseLayout;
  readonly visited: Visited;
  readonly dominators: Dominators;
}
