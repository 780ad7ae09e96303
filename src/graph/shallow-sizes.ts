import type { Scratch } from '../util/scratch.js';
import { signed, unsigned } from '../util/signed.js';
import { userRoots, type GraphBase } from './base.js';

const NOBODY = 0xffff_ffff;
const SEVERAL = 0xffff_fffe;

/** Native nodes of this name hold the text of one string and count with it. */
export const EXTERNAL_STRING_DATA = 'system / ExternalStringData';

/**
 * Length n: bytes per node, where the backing stores (nodes of type hidden and array, and external string data) that
 * only one object reaches are counted with that object, and have 0 themselves. Float64 instead of Uint32 only where the
 * sizes of the file all together pass 2^32-1, so that nothing wraps. Without a user root (a snapshot that exposes
 * internals) these are the file's own self sizes, and the very column.
 */
export function computeShallowSizes(base: GraphBase, scratch: Scratch): Uint32Array | Float64Array {
  const { nodeCount, nodeSelfSize, nodeType } = base.columns;
  if (userRoots(base).length === 0) return nodeSelfSize;
  const ownerMemory = scratch.take(nodeCount);
  const owner = findOwners(base, unsigned(ownerMemory, nodeCount));

  let total = 0;
  for (let node = 0; node < nodeCount; node++) total += nodeSelfSize[node]!;
  const isWide = nodeSelfSize instanceof Float64Array || total > 0xffff_ffff;
  const shallow = isWide ? new Float64Array(nodeCount) : unsigned(scratch.take(nodeCount), nodeCount);
  shallow.set(nodeSelfSize);
  const { synthetic } = base.nodeKinds;
  for (let node = 0; node < nodeCount; node++) {
    const holder = owner[node]!;
    if (holder === node || holder >= SEVERAL) continue;
    if (nodeType[holder] === synthetic || holder === base.rootIndex) continue;
    shallow[holder] = shallow[holder]! + nodeSelfSize[node]!;
    shallow[node] = 0;
  }
  scratch.give(ownerMemory);
  return shallow;
}

/**
 * Uint32, length n, written to `owner`: the owner of each node, which is the one node that reaches it through owned nodes over non-weak edges, or
 * NOBODY, or SEVERAL. Nodes that cannot be owned own themselves. A node changes at most twice, so it ends.
 */
function findOwners(base: GraphBase, owner: Uint32Array): Uint32Array {
  const { nodeCount, edgeType } = base.columns;
  const firstEdge = signed(base.columns.firstEdge);
  const edgeTarget = signed(base.columns.edgeTarget);
  const { weak } = base.edgeKinds;
  const canBeOwned = markOwnable(base);
  for (let node = 0; node < nodeCount; node++) owner[node] = canBeOwned[node] === 1 ? NOBODY : node;

  /** Nodes whose owner changed and whose edges have to be looked at. */
  const changed: number[] = [];
  let edge = 0;
  for (let node = 0; node < nodeCount; node++) {
    const end = firstEdge[node + 1]!;
    if (canBeOwned[node] === 1) {
      edge = end;
      continue;
    }
    for (; edge < end; edge++) {
      const target = edgeTarget[edge]!;
      if (canBeOwned[target] === 0 || edgeType[edge] === weak) continue;
      if (setOwner(owner, target, node) && firstEdge[target] !== firstEdge[target + 1]) changed.push(target);
    }
    while (changed.length > 0) {
      const store = changed.pop()!;
      const storeEnd = firstEdge[store + 1]!;
      for (let inner = firstEdge[store]!; inner < storeEnd; inner++) {
        const target = edgeTarget[inner]!;
        if (canBeOwned[target] === 0 || edgeType[inner] === weak) continue;
        if (setOwner(owner, target, owner[store]!)) changed.push(target);
      }
    }
  }
  return owner;
}

/** Notes that `holder` reaches the node; returns whether that changed anything. */
function setOwner(owner: Uint32Array, node: number, holder: number): boolean {
  const known = owner[node]!;
  if (known === holder || known === SEVERAL) return false;
  owner[node] = known === NOBODY ? holder : SEVERAL;
  return true;
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
