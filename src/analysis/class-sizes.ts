import type { HeapGraph } from '../graph/heap-graph.js';

/** A way to put the nodes of a heap into groups. */
export interface Grouping {
  readonly groupCount: number;
  /** Uint32, length n: index of each node's group. */
  readonly groupOf: Uint32Array;
}

/** Sums by group. */
export interface GroupSizes {
  /** Nodes with a shallow size: those that DevTools counts. */
  readonly count: Uint32Array;
  /** Nodes without: their size went to their owner, or they never had one. */
  readonly emptyCount: Uint32Array;
  /** Bytes as V8 wrote them, of all nodes. */
  readonly selfSize: Float64Array;
  /** Bytes with backing stores counted at their owners. */
  readonly shallowSize: Float64Array;
  /** Bytes that the group's nodes retain; what is below another node of the group (with a shallow size) counts once. */
  readonly retainedSize: Float64Array;
  /** The smallest distance of those counted. */
  readonly distance: Int32Array;
}

export function sumGroups(graph: HeapGraph, { groupCount, groupOf }: Grouping): GroupSizes {
  const { nodeCount, shallowSize, distance } = graph;
  const { nodeSelfSize } = graph.columns;
  const result: GroupSizes = {
    count: new Uint32Array(groupCount),
    emptyCount: new Uint32Array(groupCount),
    selfSize: new Float64Array(groupCount),
    shallowSize: new Float64Array(groupCount),
    retainedSize: sumRetained(graph, { groupCount, groupOf }),
    distance: new Int32Array(groupCount).fill(0x7fff_ffff),
  };
  for (let node = 0; node < nodeCount; node++) {
    const group = groupOf[node]!;
    const shallow = shallowSize[node]!;
    result.selfSize[group] = result.selfSize[group]! + nodeSelfSize[node]!;
    if (shallow === 0) {
      result.emptyCount[group]!++;
      continue;
    }
    result.count[group]!++;
    result.shallowSize[group] = result.shallowSize[group]! + shallow;
    if (distance[node]! < result.distance[group]!) result.distance[group] = distance[node]!;
  }
  return result;
}

/**
 * Walks the dominator tree in preorder, in which everything below a node follows it without a gap: one number per group,
 * the end of the last node counted, tells whether a node lies below it. No stack, however deep the tree. Works by the numbers of
 * dominatorNumber, as neighbours there are near each other in the tree.
 */
function sumRetained(graph: HeapGraph, { groupCount, groupOf }: Grouping): Float64Array {
  const { nodeCount, dominatorNumber, visitOrder, shallowSize, retainedSize } = graph;
  const root = 1;
  const numbered = dominatorNumber.length;
  /** By number: nodes below, itself among them. */
  const below = new Uint32Array(nodeCount + 1).fill(1);
  below[root] = nodeCount - numbered + 2;
  for (let own = numbered - 1; own > root; own--) {
    const dominator = dominatorNumber[own]!;
    below[dominator] = below[dominator]! + below[own]!;
  }
  /** First the place of each number in preorder, then, once it is taken, that of its next child. */
  const nextPlace = new Uint32Array(nodeCount + 1);
  const preorder = new Uint32Array(nodeCount);
  for (let own = root; own <= nodeCount; own++) {
    let place = 0;
    if (own > root) {
      const dominator = own < numbered ? dominatorNumber[own]! : root;
      place = nextPlace[dominator]!;
      nextPlace[dominator] = place + below[own]!;
    }
    preorder[place] = own;
    nextPlace[own] = place + 1;
  }

  const retained = new Float64Array(groupCount);
  const end = new Uint32Array(groupCount);
  for (let place = 0; place < nodeCount; place++) {
    const own = preorder[place]!;
    const node = visitOrder[own - 1]!;
    const group = groupOf[node]!;
    if (place < end[group]! || shallowSize[node] === 0) continue;
    retained[group] = retained[group]! + retainedSize[node]!;
    end[group] = place + below[own]!;
  }
  return retained;
}
