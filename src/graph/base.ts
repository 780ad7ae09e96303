import { HeapstatError } from '../errors.js';
import type { SnapshotColumns } from '../snapshot/columns.js';
import { edgeKinds, type EdgeKinds } from './edge-kinds.js';
import { nodeKinds, type NodeKinds } from './node-kinds.js';
import { findWeakMapPairs, type FindEdges, type WeakMapPairs } from './weak-map-pairs.js';

/** What every computation on the graph starts from: the file's columns and what their codes mean. */
export interface GraphBase {
  readonly columns: SnapshotColumns;
  /** nodeIndex of the root. */
  readonly rootIndex: number;
  readonly nodeKinds: NodeKinds;
  readonly edgeKinds: EdgeKinds;
  /** Found when first asked for. */
  readonly weakMapPairs: WeakMapPairs;
}

/** The graph counts in int32, and in places two by two. */
const MAX_NODES = 2 ** 30 - 2;
const MAX_EDGES = 2 ** 31 - 1;

/** @throws HeapstatError UNREADABLE for more nodes or edges than the graph can count. */
export function graphBase(columns: SnapshotColumns, findEdges: FindEdges | null = null): GraphBase {
  const { schema, nodeCount, edgeCount } = columns;
  if (nodeCount > MAX_NODES || edgeCount > MAX_EDGES) {
    const limits = `${MAX_NODES} nodes and ${MAX_EDGES} edges`;
    throw new HeapstatError(
      'UNREADABLE',
      `${nodeCount} nodes and ${edgeCount} edges are too many: ${limits} are the limit`,
    );
  }
  const kinds = edgeKinds(schema);
  let pairs: WeakMapPairs | undefined;
  return {
    columns,
    rootIndex: Math.floor(schema.rootOffset / schema.nodeStride),
    nodeKinds: nodeKinds(schema),
    edgeKinds: kinds,
    get weakMapPairs() {
      return (pairs ??= findWeakMapPairs(columns, kinds.internal, findEdges));
    },
  };
}

/** The name of the synthetic node under which Chrome hangs its documents: it counts as a user root. */
const DOCUMENTS = '(Document DOM trees)';

export function isDocumentsRoot(base: GraphBase, node: number): boolean {
  const { nodeType, nodeName, strings } = base.columns;
  return nodeType[node] === base.nodeKinds.synthetic && strings.get(nodeName[node]!) === DOCUMENTS;
}

/**
 * The user's roots: targets of the root's edges, in edge order and with repeats, that are not synthetic, and Chrome's
 * documents. None in snapshots that expose internals and in those of newer Chrome.
 */
export function userRoots(base: GraphBase): number[] {
  const { firstEdge, edgeTarget, nodeType } = base.columns;
  const roots: number[] = [];
  const end = firstEdge[base.rootIndex + 1]!;
  for (let edge = firstEdge[base.rootIndex]!; edge < end; edge++) {
    const target = edgeTarget[edge]!;
    if (nodeType[target] !== base.nodeKinds.synthetic || isDocumentsRoot(base, target)) roots.push(target);
  }
  return roots;
}
