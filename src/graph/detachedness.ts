import type { GraphBase } from './base.js';

/** Values of the column detachedness. */
export const UNKNOWN = 0;
export const ATTACHED = 1;
export const DETACHED = 2;

/** What a native node's displayed name starts with when it ended up detached. */
export const DETACHED_PREFIX = 'Detached ';

/**
 * Uint8, length n: UNKNOWN, ATTACHED or DETACHED. The file knows the state of the embedder's entry points; from those
 * of type native it spreads, attached before detached, over native nodes by every edge that is not hidden, weak or
 * invisible. Nodes of other types keep what the file says. A file without the field tells by the names only. Where nothing spreads it is the
 * file's own column.
 * @param copy a copy of a column
 */
export function computeDetachedness(base: GraphBase, copy: (column: Uint8Array) => Uint8Array): Uint8Array {
  const { nodeDetachedness } = base.columns;
  if (nodeDetachedness === null) return detachedByName(base);
  const { nodeType } = base.columns;
  const { native } = base.nodeKinds;
  const attached: number[] = [];
  const detached: number[] = [];
  forKnown(nodeDetachedness, (node) => {
    if (nodeType[node] !== native) return;
    if (nodeDetachedness[node] === ATTACHED) attached.push(node);
    else if (nodeDetachedness[node] === DETACHED) detached.push(node);
  });
  if (attached.length + detached.length === 0) return nodeDetachedness;
  const state = copy(nodeDetachedness);
  spread(base, state, attached, ATTACHED);
  spread(base, state, detached, DETACHED);
  return state;
}

/** Whether a node is DETACHED. */
export function hasDetached(detachedness: Uint8Array): boolean {
  const { buffer, byteOffset, length } = detachedness;
  return Buffer.from(buffer, byteOffset, length).includes(DETACHED);
}

/** Calls with each node that is not UNKNOWN. Hardly any is known but in snapshots of Chrome: four at a time. */
function forKnown(detachedness: Uint8Array, visit: (node: number) => void): void {
  const column = detachedness.byteOffset % 4 === 0 ? detachedness : detachedness.slice();
  const words = new Uint32Array(column.buffer, column.byteOffset, column.length >>> 2);
  for (let node = 0; node < column.length; node++) {
    if ((node & 3) === 0 && words[node >>> 2] === 0) node += 3;
    else if (column[node] !== UNKNOWN) visit(node);
  }
}

function spread(base: GraphBase, state: Uint8Array, stack: number[], value: number): void {
  const { firstEdge, edgeTarget, edgeType, nodeType } = base.columns;
  const { hidden, weak, invisible } = base.edgeKinds;
  const { native } = base.nodeKinds;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const end = firstEdge[node + 1]!;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      const target = edgeTarget[edge]!;
      if (nodeType[target] !== native || state[target] !== UNKNOWN) continue;
      const kind = edgeType[edge]!;
      if (kind === hidden || kind === weak || kind === invisible) continue;
      state[target] = value;
      stack.push(target);
    }
  }
}

function detachedByName(base: GraphBase): Uint8Array {
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const { native } = base.nodeKinds;
  const state = new Uint8Array(nodeCount);
  const known = new Map<number, number>();
  for (let node = 0; node < nodeCount; node++) {
    if (nodeType[node] !== native) continue;
    const name = nodeName[node]!;
    let value = known.get(name);
    if (value === undefined) {
      value = strings.get(name).startsWith(DETACHED_PREFIX) ? DETACHED : UNKNOWN;
      known.set(name, value);
    }
    state[node] = value;
  }
  return state;
}
