import { trimmed, withRoom } from '../util/columns.js';
import type { GraphBase } from './base.js';

/** Of nodes of type object that are plain objects. */
export const PLAIN_NAME = 'Object';

/** The plain objects (type object, name `Object`), grouped by the names of their property edges in edge order. */
export interface PlainObjects {
  /** Uint32, one per plain object: nodeIndex, ascending. */
  readonly nodes: Uint32Array;
  /** Uint32, one per plain object: index into the shapes. */
  readonly shape: Uint32Array;
  /** By shape, in the order first met: nodeIndex of the first object that has it. */
  readonly example: readonly number[];
  /** By shape: how many objects have it. */
  readonly count: readonly number[];
}

export function groupPlainObjects(base: GraphBase): PlainObjects {
  const nodes = findPlainObjects(base);
  const shape = new Uint32Array(nodes.length);
  const table = new ShapeTable(base);
  for (let i = 0; i < nodes.length; i++) shape[i] = table.intern(nodes[i]!);
  return { nodes, shape, example: table.example, count: table.count };
}

function findPlainObjects(base: GraphBase): Uint32Array {
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const { object } = base.nodeKinds;
  /** By string: 0 unread, 1 another name, 2 `Object`. */
  const known = new Uint8Array(strings.length);
  let nodes = new Uint32Array(1 << 12);
  let count = 0;
  for (let node = 0; node < nodeCount; node++) {
    if (nodeType[node] !== object) continue;
    const name = nodeName[node]!;
    if (known[name] === 0) known[name] = strings.get(name) === PLAIN_NAME ? 2 : 1;
    if (known[name] === 1) continue;
    if (count === nodes.length) nodes = withRoom(nodes, count + 1);
    nodes[count++] = node;
  }
  return trimmed(nodes, count);
}

/** Numbers sequences of property names; compares with the first object of each shape instead of storing names. */
class ShapeTable {
  readonly example: number[] = [];
  readonly count: number[] = [];
  readonly #hashes: number[] = [];
  readonly #base: GraphBase;
  /** Open addressing, a power of two: 1 + the shape's index, or 0. */
  #slots = new Uint32Array(256);

  constructor(base: GraphBase) {
    this.#base = base;
  }

  intern(node: number): number {
    const hash = this.#hash(node);
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = this.#slots[slot]!;
      if (found === 0) return this.#add(slot, hash, node);
      if (this.#hashes[found - 1] === hash && this.#isSame(this.example[found - 1]!, node)) {
        this.count[found - 1] = this.count[found - 1]! + 1;
        return found - 1;
      }
    }
  }

  #add(slot: number, hash: number, node: number): number {
    const index = this.example.length;
    this.#slots[slot] = index + 1;
    this.example.push(node);
    this.count.push(1);
    this.#hashes.push(hash);
    if (2 * (index + 1) >= this.#slots.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#hashes.length; index++) {
      let slot = this.#hashes[index]! & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }

  #hash(node: number): number {
    const { firstEdge, edgeType, edgeName } = this.#base.columns;
    const { property } = this.#base.edgeKinds;
    const end = firstEdge[node + 1]!;
    let hash = 0x811c_9dc5;
    for (let edge = firstEdge[node]!; edge < end; edge++) {
      if (edgeType[edge] === property) hash = Math.imul((hash ^ (hash >>> 15)) + edgeName[edge]!, 0x85eb_ca6b);
    }
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  #isSame(a: number, b: number): boolean {
    const { firstEdge, edgeType, edgeName } = this.#base.columns;
    const { property } = this.#base.edgeKinds;
    const endA = firstEdge[a + 1]!;
    const endB = firstEdge[b + 1]!;
    let edgeA = firstEdge[a]!;
    let edgeB = firstEdge[b]!;
    for (;;) {
      while (edgeA < endA && edgeType[edgeA] !== property) edgeA++;
      while (edgeB < endB && edgeType[edgeB] !== property) edgeB++;
      if (edgeA === endA || edgeB === endB) return edgeA === endA && edgeB === endB;
      if (edgeName[edgeA++] !== edgeName[edgeB++]) return false;
    }
  }
}

/** Calls `visit` with the string index of each property of `node`, in edge order. */
export function eachProperty(base: GraphBase, node: number, visit: (name: number) => void): void {
  const { firstEdge, edgeType, edgeName } = base.columns;
  const { property } = base.edgeKinds;
  const end = firstEdge[node + 1]!;
  for (let edge = firstEdge[node]!; edge < end; edge++) if (edgeType[edge] === property) visit(edgeName[edge]!);
}
