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
 * Walks the dominator tree depth first. A node counts where none of its group (with a shallow size) is open above it. No stack, however deep
 * the tree: siblings are linked. By the numbers of dominatorNumber, as neighbours there are near each other in the tree.
 */
function sumRetained(graph: HeapGraph, { groupCount, groupOf }: Grouping): Float64Array {
  const { nodeCount, dominatorNumber, visitOrder, shallowSize, retainedSize } = graph;
  const root = 1;
  const numbered = dominatorNumber.length;
  const [firstChild, nextSibling] = graph.scratchWords(2, nodeCount + 1) as [Uint32Array, Uint32Array];
  firstChild.fill(0);
  for (let own = nodeCount; own > root; own--) {
    const above = own < numbered ? dominatorNumber[own]! : root;
    nextSibling[own] = firstChild[above]!;
    firstChild[above] = own;
  }
  nextSibling[root] = 0;

  const retained = new Float64Array(groupCount);
  const open = new Uint32Array(groupCount);
  for (let own = root; own !== 0;) {
    const node = visitOrder[own - 1]!;
    const group = groupOf[node]!;
    if (open[group] === 0 && shallowSize[node] !== 0) retained[group] = retained[group]! + retainedSize[node]!;
    const child = firstChild[own]!;
    if (child !== 0) {
      if (shallowSize[node] !== 0) open[group]!++;
      own = child;
      continue;
    }
    let next = nextSibling[own]!;
    while (next === 0 && own !== root) {
      own = own < numbered ? dominatorNumber[own]! : root;
      const above = visitOrder[own - 1]!;
      if (shallowSize[above] !== 0) open[groupOf[above]!]!--;
      next = nextSibling[own]!;
    }
    own = next;
  }
  return retained;
}
