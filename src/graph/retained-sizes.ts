import type { Scratch } from '../util/scratch.js';
import type { Dominators } from './dominators.js';

/** Float64, length n: a node's shallow size and that of everything it dominates, in bytes. */
export function sumRetainedSizes(
  shallowSize: Uint32Array | Float64Array,
  dominators: Dominators,
  scratch: Scratch,
): Float64Array {
  const { immediateDominator, visitOrder } = dominators;
  const nodeCount = shallowSize.length;
  const memory = scratch.take(2 * nodeCount);
  const retained = new Float64Array(memory.buffer, memory.byteOffset, nodeCount);
  retained.set(shallowSize);
  for (let i = visitOrder.length - 1; i > 0; i--) {
    const node = visitOrder[i]!;
    const dominator = immediateDominator[node]!;
    retained[dominator] = retained[dominator]! + retained[node]!;
  }
  return retained;
}
