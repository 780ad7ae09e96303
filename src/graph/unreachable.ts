import type { ReachColumns } from '../snapshot/health-sink.js';

/** Nodes that no strong edge leads to, not even by way of others, and their self sizes in bytes. */
export function countUnreachable({ nodeCount, rootIndex, firstEdge, selfSize, edgeTarget }: ReachColumns): {
  readonly count: number;
  readonly selfSize: number;
} {
  const isReached = new Uint8Array(nodeCount);
  // A node is pushed once: when it is first met.
  const stack = new Uint32Array(nodeCount);
  let depth = 0;
  if (rootIndex < nodeCount) {
    isReached[rootIndex] = 1;
    stack[depth++] = rootIndex;
  }
  while (depth > 0) {
    const node = stack[--depth]!;
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      const target = edgeTarget[edge]!;
      if (isReached[target] === 1) continue;
      isReached[target] = 1;
      stack[depth++] = target;
    }
  }
  let [count, size] = [0, 0];
  for (let node = 0; node < nodeCount; node++) {
    if (isReached[node] === 1) continue;
    count++;
    size += selfSize[node]!;
  }
  return { count, selfSize: size };
}
