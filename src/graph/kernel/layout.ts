import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { GraphBase } from '../base.js';
import type { EdgeKinds } from '../edge-kinds.js';
import type { NodeKinds } from '../node-kinds.js';

/** Where things are in the memory of the columns, and what the kernels have to know: plain data, so that another thread can be told. */
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

  // Addresses of what is derived. n nodes, m edges.
  /** Uint8, 256: how edges of a type count; assembly/graph.ts. */
  readonly edgeClasses: number;
  /** Uint8, by string: names.ts. */
  readonly stringFlags: number;
  /** A bit for each node: may be owned. */
  readonly ownable: number;
  /** Result, uint8, length n. */
  readonly pageObject: number;
  /** Result, int32, length n. */
  readonly distance: number;
  /** Uint32, n + 2: by node its number in the search; then by number where its predecessors start; then the result immediateDominator. */
  readonly number: number;
  /** Uint32, n + 2: by number the node. From the second on the result visitOrder. */
  readonly order: number;
  /** Uint32, n + 2: by number the parent's number, then the dominator's. */
  readonly parent: number;
  /** Uint32, n + 2: by number the semidominator's number. Together with the queue behind it float64, n: the result retainedSize. */
  readonly semi: number;
  /** Uint32, n + 2 and as many as the root has edges: the search for distances. */
  readonly queue: number;
  /** Two uint32, n + 2: links and jumps of the dominators; float64, n + 2: sums of retained sizes. */
  readonly links: number;
  /** Uint32, 2n: stack of the search for owners. */
  readonly spread: number;
  /** Uint32: assembly/search.ts; then predecessors and paths. */
  readonly room: number;
  readonly roomEnd: number;
}

/** The same, complete. */
export interface GraphLayout extends BaseLayout {
  /** Result, length n, where it is not the file's column (then 0): float64 or uint32. */
  readonly shallowSize: number;
  readonly hasWideShallowSizes: boolean;
  /** Uint32, k each: the edges of WeakMap pairs, ascending, and the number of each one's pair. */
  readonly pairEdge: number;
  readonly pair: number;
  readonly pairEdgeCount: number;
  /** Uint8, by pair: for the search. */
  readonly isPending: number;
  /** Uint32: the user's roots. */
  readonly userRoots: number;
  readonly userRootCount: number;
}

/** No edge of a file has this type, but halves of WeakMap pairs while dominators are computed. */
export const TABLE_HALF_TYPE = 255;

/** Columns do not share a line of the processor's cache. */
const BORDER = 64;

/** Places in one area that is yet to be reserved. */
class Area {
  size = 0;

  place(bytes: number): number {
    const at = this.size;
    this.size += Math.ceil(bytes / BORDER) * BORDER;
    return at;
  }
}

/**
 * Reserves memory for what is derived from the columns of a graph; null where there is not enough. What is never touched takes address space
 * only.
 * @param threads 2: owners and dominators are computed at the same time.
 */
export function layOut(base: GraphBase, memory: ColumnsMemory, threads: 1 | 2): BaseLayout | null {
  const { columns, nodeKinds, edgeKinds, rootIndex: root } = base;
  const { nodeCount: n, edgeCount: m, firstEdge, strings } = columns;
  const rootEdges = firstEdge[root + 1]! - firstEdge[root]!;
  const area = new Area();
  const places = {
    edgeClasses: area.place(256),
    stringFlags: area.place(strings.length),
    ownable: area.place(n / 8 + 4),
    pageObject: area.place(n),
    distance: area.place(4 * n),
    number: area.place(4 * (n + 2)),
    order: area.place(4 * (n + 2)),
    parent: area.place(4 * (n + 2)),
    semi: area.place(4 * (2 * n + 4 + rootEdges)),
    links: area.place(8 * (n + 2)),
  };
  const spread = threads === 2 ? area.place(8 * n) : places.links;
  const start = memory.reserve(area.size);
  if (start === null) return null;
  // As large as the lists in it can get, else as memory is left: they rarely are half as large.
  let bytes = 4 * (m + 2 * n + rootEdges + 64);
  const enough = bytes / 4;
  let room = memory.reserve(bytes);
  while (room === null && (bytes *= 0.8) > enough) {
    bytes = Math.floor(bytes / BORDER) * BORDER;
    room = memory.reserve(bytes);
  }
  if (room === null) return null;
  const moved = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, start + place]));
  return {
    nodeCount: n,
    edgeCount: m,
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
    ...(moved as typeof places),
    queue: start + places.semi + 4 * (n + 2),
    spread: start + spread,
    room,
    roomEnd: room + Math.floor(bytes / 4) * 4,
  };
}
