import { userRoots, type GraphBase } from './base.js';

const NOBODY = 0xffff_ffff;
const SEVERAL = 0xffff_fffe;

/** Native nodes of this name hold the text of one string and count with it. */
const EXTERNAL_STRING_DATA = 'system / ExternalStringData';

/**
 * Length n: bytes per node, where the backing stores (nodes of type hidden and array, and external string data) that
 * only one object reaches are counted with that object, and have 0 themselves. Float64 instead of Uint32 only where the
 * sizes of the file all together pass 2^32-1, so that nothing wraps. Without a user root (a snapshot that exposes
 * internals) these are the file's own self sizes, and the very column.
 */
export function computeShallowSizes(base: GraphBase): Uint32Array | Float64Array {
  const { nodeCount, nodeSelfSize, nodeType } = base.columns;
  if (userRoots(base).length === 0) return nodeSelfSize;
  const owner = findOwners(base);

  let total = 0;
  for (let node = 0; node < nodeCount; node++) total += nodeSelfSize[node]!;
  const shallow =
    nodeSelfSize instanceof Float64Array || total <= 0xffff_ffff
      ? nodeSelfSize.slice()
      : Float64Array.from(nodeSelfSize);
  const { synthetic } = base.nodeKinds;
  for (let node = 0; node < nodeCount; node++) {
    const holder = owner[node]!;
    if (holder === node || holder >= SEVERAL) continue;
    if (nodeType[holder] === synthetic || holder === base.rootIndex) continue;
    shallow[holder] = shallow[holder]! + nodeSelfSize[node]!;
    shallow[node] = 0;
  }
  return shallow;
}

/**
 * Uint32, length n: the owner of each node: the one node that reaches it through owned nodes over non-weak edges, or
 * NOBODY, or SEVERAL. Nodes that cannot be owned own themselves. A node changes at most twice, so it ends.
 */
function findOwners(base: GraphBase): Uint32Array {
  const { nodeCount, firstEdge, edgeTarget, edgeType } = base.columns;
  const { weak } = base.edgeKinds;
  const canBeOwned = markOwnable(base);
  const owner = new Uint32Array(nodeCount);
  for (let node = 0; node < nodeCount; node++) owner[node] = canBeOwned[node] === 1 ? NOBODY : node;

  const stack: number[] = [];
  for (let start = 0; start < nodeCount; start++) {
    if (canBeOwned[start] === 1) continue;
    stack.push(start);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      const holder = owner[node]!;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        if (canBeOwned[target] === 0 || edgeType[edge] === weak) continue;
        const known = owner[target]!;
        if (known === holder || known === SEVERAL) continue;
        owner[target] = known === NOBODY ? holder : SEVERAL;
        stack.push(target);
      }
    }
  }
  return owner;
}

function markOwnable(base: GraphBase): Uint8Array {
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const { hidden, array, native } = base.nodeKinds;
  const ownable = new Uint8Array(nodeCount);
  const isExternalData = new Map<number, boolean>();
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    if (type === hidden || type === array) {
      ownable[node] = 1;
    } else if (type === native) {
      const name = nodeName[node]!;
      let external = isExternalData.get(name);
      if (external === undefined) {
        external = strings.get(name) === EXTERNAL_STRING_DATA;
        isExternalData.set(name, external);
      }
      if (external) ownable[node] = 1;
    }
  }
  return ownable;
}
