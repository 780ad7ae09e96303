import type { SnapshotColumns } from '../snapshot/columns.js';

/** Every edge seen from its target. */
export interface Retainers {
  /** Uint32, length n + 1: node i's retainers are firstRetainer[i] .. firstRetainer[i + 1] - 1. */
  readonly firstRetainer: Uint32Array;
  /** Uint32, length m: nodeIndex of the edge's owner; the owners of one target ascend. */
  readonly retainerNode: Uint32Array;
  /** Uint32, length m: the edge itself, an index into the edge columns. */
  readonly retainerEdge: Uint32Array;
}

export function buildRetainers(columns: SnapshotColumns): Retainers {
  const { nodeCount, edgeCount, firstEdge, edgeTarget } = columns;
  const firstRetainer = new Uint32Array(nodeCount + 1);
  for (let edge = 0; edge < edgeCount; edge++) firstRetainer[edgeTarget[edge]!]!++;
  let sum = 0;
  for (let node = 0; node <= nodeCount; node++) {
    sum += firstRetainer[node]!;
    firstRetainer[node] = sum;
  }
  // From the back: each place counts down from the end of its run to the start, and the order of edges is kept.
  const retainerNode = new Uint32Array(edgeCount);
  const retainerEdge = new Uint32Array(edgeCount);
  for (let node = nodeCount - 1; node >= 0; node--) {
    const start = firstEdge[node]!;
    for (let edge = firstEdge[node + 1]! - 1; edge >= start; edge--) {
      const place = --firstRetainer[edgeTarget[edge]!]!;
      retainerNode[place] = node;
      retainerEdge[place] = edge;
    }
  }
  return { firstRetainer, retainerNode, retainerEdge };
}
