import type { ColumnsMemory } from '../../snapshot/columns.js';
import { type GraphBase, userRoots } from '../base.js';
import type { WeakMapPairs } from '../weak-map-pairs.js';
import type { BaseLayout, GraphLayout } from './layout.js';
import { type GraphKernel, upwards } from './load.js';
import { answerNames } from './names.js';

/** Finds out what the computations have to know besides, and puts it into memory; null where that has no room. */
export function completeLayout(
  base: GraphBase,
  memory: ColumnsMemory,
  kernel: GraphKernel,
  layout: BaseLayout,
): GraphLayout | null {
  /** The address of a copy of the values; null where there is no memory for it. */
  const copy = (values: ArrayLike<number>): number | null => {
    const address = memory.reserve(4 * values.length);
    if (address !== null) new Uint32Array(memory.memory.buffer, address, values.length).set(values);
    return address;
  };
  const pairs = base.weakMapPairs;
  const roots = userRoots(base);
  const flags = new Uint8Array(memory.memory.buffer, layout.stringFlags, base.columns.strings.length);
  // The links are used later only: two words a node.
  const { links, nodeCount } = layout;
  const list = new Uint32Array(memory.memory.buffer, links + 4 * nodeCount, nodeCount);
  const ruledCount = answerNames(base, kernel, flags, layout.ownable, links, list);
  const isWide = layout.hasWideSizes || sumOfSizes(kernel, layout) > 0xffff_ffff;
  const addresses = {
    pairEdge: copy(pairs.edge),
    pair: copy(pairs.pair),
    isPending: memory.reserve(pairs.pairCount),
    ruled: copy(new Uint32Array(memory.memory.buffer, layout.links, ruledCount)),
    userRoots: copy(roots),
    wideShallowSize: isWide && roots.length > 0 ? memory.reserve(8 * layout.nodeCount) : 0,
  };
  if (!areReserved(addresses)) return null;
  return {
    ...layout,
    ...addresses,
    hasOwners: roots.length > 0,
    pairEdgeCount: pairs.edge.length,
    levelBits: haveOneValueEach(pairs, base.columns.edgeTarget) ? layout.nodeBits : 0,
    ruledCount,
    userRootCount: roots.length,
  };
}

function sumOfSizes(kernel: GraphKernel, { nodeCount, nodeSelfSize }: BaseLayout): number {
  let sum = 0;
  upwards(0, nodeCount, (start, end) => (sum += kernel.sumSizes32(nodeSelfSize, start, end)));
  return sum;
}

/** Whether the edges of each pair lead to the same node, as they do in V8's snapshots. */
function haveOneValueEach({ edge, pair, pairCount }: WeakMapPairs, edgeTarget: Uint32Array): boolean {
  const valueOf = new Int32Array(pairCount).fill(-1);
  return edge.every((half, i) => {
    const value = edgeTarget[half]!;
    const known = valueOf[pair[i]!]!;
    valueOf[pair[i]!] = value;
    return known < 0 || known === value;
  });
}

function areReserved<Name extends string>(addresses: Record<Name, number | null>): addresses is Record<Name, number> {
  return Object.values(addresses).every((address) => address !== null);
}
