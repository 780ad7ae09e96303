import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { GraphBase } from '../base.js';
import type { EdgeKinds } from '../edge-kinds.js';
import type { NodeKinds } from '../node-kinds.js';

/**
 * Where things are in the memory of the columns, and what the kernels have to know: plain data, so that another thread can be told. n nodes, m
 * edges. Numbers of nodes in the search start at 1, so what is there by number has room for one element more, and a reader may look at another.
 */
export interface BaseLayout {
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** nodeIndex of the root. */
  readonly root: number;
  readonly nodeKinds: NodeKinds;
  readonly edgeKinds: EdgeKinds;

  // Addresses of the file's columns.
  readonly nodeType: number;
  readonly nodeName: number;
  readonly nodeSelfSize: number;
  readonly hasWideSizes: boolean;
  readonly firstEdge: number;
  readonly edgeType: number;
  readonly edgeName: number;
  readonly edgeTarget: number;

  // Addresses of what is derived.
  /** Uint8, 256: how edges of a type count; assembly/graph.ts. */
  readonly edgeClasses: number;
  /** Uint8, by string: names.ts. */
  readonly stringFlags: number;
  /** A bit for each node: may be owned. */
  readonly ownable: number;
  /** A bit for each node: assembly/distances.ts. */
  readonly nodeBits: number;
  /** Result: uint8, n. */
  readonly pageObject: number;
  /**
   * Two uint32 each, n + 2: by node first edge and number in the search; then by number either where predecessors start, or links and jumps of
   * the dominators. In the end the result retainedSize: float64, n.
   */
  readonly links: number;
  /** Uint32: by number the node. From the second on the result visitOrder. */
  readonly order: number;
  /** Uint32: by number the parent's number, in the end the dominator's. */
  readonly parent: number;
  /** Uint32: by number the semidominator's number. In the end the result immediateDominator, by node. */
  readonly semi: number;
  /** Two uint32, by block of numbers: assembly/search.ts. */
  readonly blocks: number;
  /** What the dominators need. Afterwards, where there is no second thread, for what this would compute. */
  readonly room: number;
  readonly roomEnd: number;
  /** What one thread has to itself while the other uses the room. */
  readonly second: SecondLayout | null;
}

/** Addresses of what the second thread computes. */
export interface SecondLayout {
  /** Result: int32, n. */
  readonly distance: number;
  /** Uint32, n, and as many as the root has edges. Afterwards the result shallowSize, uint32, n. */
  readonly queue: number;
  /** Uint32, 2n: stack of the search for owners. */
  readonly spread: number;
}

/** What the computations of tasks.ts are told besides. */
export interface GraphLayout extends BaseLayout {
  /** Float64, n: the result shallowSize, where that is wide; else 0. */
  readonly wideShallowSize: number;
  /** Whether the result shallowSize is the file's column nodeSelfSize. */
  readonly hasOwners: boolean;
  /** Uint32, k each: the edges of WeakMap pairs, ascending, and the number of each one's pair. */
  readonly pairEdge: number;
  readonly pair: number;
  readonly pairEdgeCount: number;
  /** Uint8, by pair: assembly/distances.ts. */
  readonly isPending: number;
  /** nodeBits; 0 where the order in which nodes at one distance are met makes a difference. */
  readonly levelBits: number;
  /** Uint32: nodes with rules for their edges. */
  readonly ruled: number;
  readonly ruledCount: number;
  /** Uint32: the user's roots. */
  readonly userRoots: number;
  readonly userRootCount: number;
}

/** No edge of a file has this type, but halves of WeakMap pairs while dominators are computed. */
export const TABLE_HALF_TYPE = 255;

/** Log2 of the numbers in a block; as in assembly/search.ts. */
export const BLOCK_SHIFT = 12;

/** What is placed does not share a line of the processor's cache. */
const BORDER = 64;

/** Places one behind the other. */
export class Places {
  readonly #start: number;
  end: number;

  constructor(start: number) {
    this.#start = start;
    this.end = start;
  }

  /** The address of so many bytes. */
  take(bytes: number): number {
    const address = this.end;
    this.end += Math.ceil(bytes / BORDER) * BORDER;
    return address;
  }

  get size(): number {
    return this.end - this.#start;
  }
}

/** What the second thread computes, or this one afterwards. */
export function placeSecond(places: Places, nodeCount: number, rootEdges: number): SecondLayout {
  return {
    distance: places.take(4 * nodeCount),
    queue: places.take(4 * (nodeCount + rootEdges + 1)),
    spread: places.take(8 * nodeCount),
  };
}

function placeOwn(places: Places, nodeCount: number, strings: number) {
  return {
    edgeClasses: places.take(256),
    stringFlags: places.take(strings),
    ownable: places.take(nodeCount / 8 + 4),
    nodeBits: places.take(nodeCount / 8 + 4),
    pageObject: places.take(nodeCount),
    links: places.take(8 * (nodeCount + 2)),
    order: places.take(4 * (nodeCount + 2)),
    parent: places.take(4 * (nodeCount + 2)),
    semi: places.take(4 * (nodeCount + 2)),
    blocks: places.take(8 * ((nodeCount >>> BLOCK_SHIFT) + 2)),
  };
}

/**
 * Reserves memory for what is derived from the columns of a graph; null where there is not enough. What is never touched takes address space
 * only.
 * @param threads 2: distances and dominators are computed at the same time.
 */
export function layOut(base: GraphBase, memory: ColumnsMemory, threads: 1 | 2): BaseLayout | null {
  const { columns, nodeKinds, edgeKinds, rootIndex: root } = base;
  const { nodeCount, edgeCount, firstEdge, strings } = columns;
  const rootEdges = rootEdgeCount(base);
  const measure = new Places(0);
  placeOwn(measure, nodeCount, strings.length);
  if (threads === 2) placeSecond(measure, nodeCount, rootEdges);
  const start = memory.reserve(measure.size);
  if (start === null) return null;
  const places = new Places(start);
  const own = placeOwn(places, nodeCount, strings.length);
  const second = threads === 2 ? placeSecond(places, nodeCount, rootEdges) : null;

  const results = new Places(0);
  if (second === null) placeSecond(results, nodeCount, rootEdges);
  // Each edge may be on the stack or kept. They rarely are, so what memory is left will do; but the results must fit.
  let bytes = 8 * (edgeCount + rootEdges) + 4 * edgeCount + 4 * nodeCount + results.size;
  let room = memory.reserve(bytes);
  while (room === null && (bytes *= 0.9) > results.size) {
    bytes = Math.ceil(bytes / BORDER) * BORDER;
    room = memory.reserve(bytes);
  }
  if (room === null) return null;
  return {
    nodeCount,
    edgeCount,
    root,
    nodeKinds,
    edgeKinds,
    nodeType: columns.nodeType.byteOffset,
    nodeName: columns.nodeName.byteOffset,
    nodeSelfSize: columns.nodeSelfSize.byteOffset,
    hasWideSizes: columns.nodeSelfSize instanceof Float64Array,
    firstEdge: firstEdge.byteOffset,
    edgeType: columns.edgeType.byteOffset,
    edgeName: columns.edgeName.byteOffset,
    edgeTarget: columns.edgeTarget.byteOffset,
    ...own,
    room,
    roomEnd: room + Math.floor(bytes / 8) * 8,
    second,
  };
}

export function rootEdgeCount({ columns: { firstEdge }, rootIndex }: GraphBase): number {
  return firstEdge[rootIndex + 1]! - firstEdge[rootIndex]!;
}
