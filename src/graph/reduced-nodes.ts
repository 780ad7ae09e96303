import { signed } from '../util/signed.js';
import type { GraphBase } from './base.js';
import { DETACHED } from './detachedness.js';
import { NONE } from './holder-search.js';

/** Nodes whose label has this bit stay; the others are part of the one that holds them. */
export const STAYS = 1;

/** Which nodes are left, and what they are parts of. */
export interface Reduction {
  /** Uint8, length n. */
  readonly label: Uint8Array;
  /** Int32: nodeIndex, each after its parent. */
  readonly order: Int32Array;
  /** Int32, length n: nodeIndex, or NONE. */
  readonly parent: Int32Array;
}

/** Numbers the classes of nodes. */
export interface ClassNumbers {
  /** By type: whether its nodes are told apart by their names. */
  readonly isNamed: readonly boolean[];
  /** Asked once for each type, with any of its names, or for each name in a type where they matter. @param name index into strings */
  readonly of: (type: number, name: number) => number;
  /** Asked for each native node that the file says is detached. */
  readonly ofDetached: (node: number) => number;
  /** Not 0; of functions, hashOfFunction() is asked by their names instead. */
  readonly hashOf: (classNumber: number) => number;
  readonly hashOfFunction: (name: number) => number;
}

/** The nodes that are left, v of them in the order given. */
export interface ReducedNodes {
  /** Length v: V8's ids. */
  readonly id: Uint32Array | Float64Array;
  /** Uint32, length v. */
  readonly classOf: Uint32Array;
  /** Int32, length v: place of the one that holds it, or NONE. */
  readonly parent: Int32Array;
  /** Float64, length v: bytes of the node and of its parts. */
  readonly bytes: Float64Array;
  /** Uint32, length v. */
  readonly nodeIndex: Uint32Array;
  /** Uint32, length v: the hash of those whose id is sampled, else 0. */
  readonly nameHash: Uint32Array;
  /** Bytes of nodes that are not among them nor part of one. */
  readonly bytesLeftOut: number;
  /** Bytes of all nodes. */
  readonly totalBytes: number;
}

/** Ids that are odd are 2k + 1: of those with k divisible by this, names are compared. As in kernel/assembly/reduced.ts. */
const SAMPLE = 16;

/** In plain script. */
export function reduceNodes(
  { columns, nodeKinds }: GraphBase,
  { label, order, parent }: Reduction,
  classes: ClassNumbers,
): ReducedNodes {
  const { nodeCount, nodeId, nodeSelfSize, nodeType, nodeDetachedness, strings } = columns;
  const nodeName = signed(columns.nodeName);
  const { native, closure } = nodeKinds;
  let count = 0;
  for (const node of order) count += label[node]! & STAYS;
  /** By nodeIndex: 1 + place of the node itself, or of the one that it is part of. */
  const owner = new Int32Array(nodeCount);
  const id = nodeId instanceof Float64Array ? new Float64Array(count) : new Uint32Array(count);
  const classOf = new Uint32Array(count);
  const parentPlace = new Int32Array(count);
  const bytes = new Float64Array(count);
  const nodeIndex = new Uint32Array(count);
  const nameHash = new Uint32Array(count);
  /** By type, then by name or at 0: 1 + class, 0 unread. */
  const known = classes.isNamed.map((named) => new Uint32Array(named ? strings.length : 1));
  const nameMatters = Uint8Array.from(classes.isNamed, Number);
  let totalBytes = 0;
  for (let node = 0; node < nodeCount; node++) totalBytes += nodeSelfSize[node]!;
  let bytesLeftOut = totalBytes;
  let place = 0;
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!;
    const up = parent[node]!;
    const above = up === NONE ? 0 : owner[up]!;
    if ((label[node]! & STAYS) === 0) {
      owner[node] = above;
      if (above === 0) continue;
      bytes[above - 1]! += nodeSelfSize[node]!;
      bytesLeftOut -= nodeSelfSize[node]!;
      continue;
    }
    const type = nodeType[node]!;
    const name = nodeName[node]!;
    let classNumber: number;
    if (type === native && nodeDetachedness?.[node] === DETACHED) classNumber = classes.ofDetached(node);
    else {
      const table = known[type]!;
      const at = nameMatters[type] === 1 ? name : 0;
      if (table[at] === 0) table[at] = 1 + classes.of(type, name);
      classNumber = table[at]! - 1;
    }
    if (Math.floor(nodeId[node]! / 2) % SAMPLE === 0)
      nameHash[place] = type === closure ? classes.hashOfFunction(name) : classes.hashOf(classNumber);
    id[place] = nodeId[node]!;
    classOf[place] = classNumber;
    parentPlace[place] = above - 1;
    nodeIndex[place] = node;
    bytes[place]! += nodeSelfSize[node]!;
    bytesLeftOut -= nodeSelfSize[node]!;
    owner[node] = ++place;
  }
  return { id, classOf, parent: parentPlace, bytes, nodeIndex, nameHash, bytesLeftOut, totalBytes };
}
