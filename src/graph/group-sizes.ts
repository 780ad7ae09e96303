import type { SnapshotColumns } from '../snapshot/columns.js';

/** A way to put the nodes of a heap into groups. */
export interface Grouping {
  readonly groupCount: number;
  /** Length n: index of each node's group. */
  readonly groupOf: Uint32Array | Uint8Array;
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

/** The sums, and what they are of. */
export interface SummedGroups<Groups extends Grouping> {
  readonly grouping: Groups;
  readonly sizes: GroupSizes;
}

/** Of a group that has no node with a shallow size. */
export const NO_DISTANCE = 0x7fff_ffff;

/** What the sums are made of; see HeapGraph. */
export interface SizedGraph {
  readonly columns: SnapshotColumns;
  readonly distance: Int32Array;
  readonly shallowSize: Uint32Array | Float64Array;
  readonly retainedSize: Float64Array;
  readonly visitOrder: Uint32Array;
  /** By number: the dominator's number; see numberDominators(). */
  readonly dominatorNumber: Uint32Array;
}

export function noSizes(groupCount: number): GroupSizes {
  return {
    count: new Uint32Array(groupCount),
    emptyCount: new Uint32Array(groupCount),
    selfSize: new Float64Array(groupCount),
    shallowSize: new Float64Array(groupCount),
    retainedSize: new Float64Array(groupCount),
    distance: new Int32Array(groupCount).fill(NO_DISTANCE),
  };
}

export function sumGroups(graph: SizedGraph, grouping: Grouping): GroupSizes {
  const { shallowSize, distance } = graph;
  const { nodeCount, nodeSelfSize } = graph.columns;
  const { groupCount, groupOf } = grouping;
  const result = noSizes(groupCount);
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
  sumRetained(graph, grouping, result.retainedSize);
  return result;
}

/**
 * A node counts where none of its group (with a shallow size) dominates it. With the dominator tree laid out in preorder, what a node dominates
 * is a run behind it: so one goes through in order, and of each group keeps in mind where the latest run ends that none of the group encloses.
 */
function sumRetained(graph: SizedGraph, { groupCount, groupOf }: Grouping, retained: Float64Array): void {
  const { visitOrder, shallowSize, retainedSize } = graph;
  const { ends, inPreorder } = layInPreorder(graph.columns.nodeCount, graph.dominatorNumber);
  const openUntil = new Uint32Array(groupCount);
  for (let place = 0; place < inPreorder.length; place++) {
    const number = inPreorder[place]!;
    const node = visitOrder[number - 1]!;
    if (shallowSize[node] === 0) continue;
    const group = groupOf[node]!;
    if (place < openUntil[group]!) continue;
    openUntil[group] = ends[number]!;
    retained[group] = retained[group]! + retainedSize[node]!;
  }
}

/**
 * The numbers of the dominator tree in preorder, which start at 1 for the root, and by number the place where the run ends that starts with it.
 * No stack, however deep the tree, as a dominator's number is smaller than those it dominates.
 */
function layInPreorder(
  nodeCount: number,
  dominatorNumber: Uint32Array,
): { readonly ends: Uint32Array; readonly inPreorder: Uint32Array } {
  const root = 1;
  const aboveOf = (number: number): number => (number < dominatorNumber.length ? dominatorNumber[number]! : root);
  /** First how many a number dominates, itself included; then the place for the next of these, in the end behind the last. */
  const ends = new Uint32Array(nodeCount + 1).fill(1);
  for (let number = nodeCount; number > root; number--) {
    const above = aboveOf(number);
    ends[above] = ends[above]! + ends[number]!;
  }
  const inPreorder = new Uint32Array(nodeCount);
  inPreorder[0] = root;
  ends[root] = 1;
  for (let number = root + 1; number <= nodeCount; number++) {
    const above = aboveOf(number);
    const place = ends[above]!;
    ends[above] = place + ends[number]!;
    ends[number] = place + 1;
    inPreorder[place] = number;
  }
  return { ends, inPreorder };
}
