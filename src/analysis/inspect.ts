import { type Completeness, jointCompleteness } from './completeness.js';
import { type CollectionEntries, viewEntries } from '../graph/collection-entries.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import {
  distanceOf,
  edgeNameOf,
  type EdgeName,
  type FieldView,
  type NodeSummary,
  type NodeView,
  type RetainerView,
  summarizeNode,
  viewFields,
  viewNode,
  viewRetainers,
} from '../graph/node-view.js';
import { scriptNames } from '../graph/scripts.js';
import type { LoadedHeap } from './load-heap.js';
import { sourcePlace, type SourcePlace } from './source-place.js';
import type { SnapshotInfo } from './summary.js';
import { describeTarget, findTarget, type TargetInfo } from './target.js';

export type { CollectionEntries, CollectionEntry } from '../graph/collection-entries.js';
export type { EdgeName, FieldView, NodeSummary, RetainerView } from '../graph/node-view.js';

/** An instance of a constructor, in a list of several. */
export interface Instance extends NodeSummary {
  /** Edges from the nearest root; null: no root leads there. */
  readonly distance: number | null;
}

/** A dominator, and by what it holds the next. */
export interface DominatorStep extends NodeSummary {
  /** Of the edge by which the dominator of this node holds it, where it does so directly. */
  readonly edge: EdgeName | null;
}

export interface InspectedNode extends Omit<NodeView, 'location'> {
  /** In the file lines and columns count from 0. */
  readonly location: SourcePlace | null;
  /** How many edges go out, and some of them: the first, unless asked for others. */
  readonly fieldCount: number;
  readonly fields: readonly FieldView[];
  /** Of a Map or Set, which has its entries in a table; null for all else, and where they are not asked for. */
  readonly entries: CollectionEntries | null;
  /** How many edges come in, and some of them: those from nearest to the roots, unless asked for others. */
  readonly retainerCount: number;
  readonly retainers: readonly RetainerView[];
  /** From the root down to the node itself; `skipped` steps are left out between the two parts. */
  readonly dominators: {
    readonly fromRoot: readonly DominatorStep[];
    readonly skipped: number;
    readonly toNode: readonly DominatorStep[];
  };
}

/** One object in full, or the largest instances of a constructor and the largest in full. */
export interface InspectResult extends Completeness {
  readonly type: 'inspect';
  readonly version: 1;
  readonly accounting: 'devtools';
  readonly snapshot: SnapshotInfo;
  /** The whole heap's bytes. */
  readonly totalSize: number;
  readonly target: TargetInfo;
  /** The instances, by retained size, the largest first. */
  readonly rows: readonly Instance[];
  /** The first of them. */
  readonly node: InspectedNode;
  readonly warnings: readonly string[];
}

export interface InspectOptions {
  /** At most so many instances, fields and retainers each; 0 or undefined: all. */
  readonly limit?: number | undefined;
  /** The table of a Map or Set as it is, not its entries. */
  readonly raw?: boolean | undefined;
}

/** Steps of a chain of dominators that are kept at either end. */
const CHAIN_END = 100;

/** @param target as findTarget reads it. @throws HeapstatError USAGE when it matches nothing */
export function inspectHeap(graph: LoadedHeap, target: string, options: InspectOptions = {}): InspectResult {
  const { limit = 0, raw = false } = options;
  const { snapshot, warnings } = graph;
  const found = findTarget(graph, target);
  const { retainedSize } = graph;
  const largest = found.nodes.toSorted((a, b) => retainedSize[b]! - retainedSize[a]! || a - b);
  const listed = limit > 0 ? largest.subarray(0, limit) : largest;
  return {
    type: 'inspect',
    version: 1,
    accounting: 'devtools',
    ...jointCompleteness([snapshot]),
    snapshot,
    totalSize: graph.totalSize,
    target: describeTarget(graph, found),
    rows: listInstances(graph, listed),
    node: inspectNode(graph, largest[0]!, { limit, raw }),
    warnings,
  };
}

/** @param nodes by nodeIndex */
export function listInstances(graph: HeapGraph, nodes: Uint32Array): Instance[] {
  return Array.from(nodes, (node) => ({ ...summarizeNode(graph, node), distance: distanceOf(graph, node) }));
}

/** Where the lists of fields, entries and retainers begin, and how many of each there are; 0: all. */
export interface InspectRange {
  readonly limit: number;
  /** Leaves out the entries of Maps and Sets: the table that holds them is among the fields. */
  readonly raw?: boolean | undefined;
  readonly fieldsFrom?: number | undefined;
  readonly entriesFrom?: number | undefined;
  readonly retainersFrom?: number | undefined;
}

/** One node in full. */
export function inspectNode(graph: HeapGraph, node: number, range: InspectRange): InspectedNode {
  const { limit, raw = false, fieldsFrom = 0, entriesFrom = 0, retainersFrom = 0 } = range;
  const { firstEdge } = graph.columns;
  const { firstRetainer } = graph.retainers;
  const { location, ...view } = viewNode(graph, node);
  return {
    ...view,
    location: location && sourcePlace(location, scriptNames(graph)),
    fieldCount: firstEdge[node + 1]! - firstEdge[node]!,
    fields: viewFields(graph, node, limit, fieldsFrom),
    entries: raw ? null : viewEntries(graph, node, limit, entriesFrom),
    retainerCount: firstRetainer[node + 1]! - firstRetainer[node]!,
    retainers: viewRetainers(graph, node, limit, retainersFrom),
    dominators: dominatorChain(graph, node),
  };
}

function dominatorChain(graph: HeapGraph, node: number): InspectedNode['dominators'] {
  const { immediateDominator, rootIndex } = graph;
  const chain = [node];
  for (let step = node; step !== rootIndex; step = immediateDominator[step]!) chain.push(immediateDominator[step]!);
  chain.reverse();
  const steps = (part: readonly number[]): DominatorStep[] =>
    part.map((step) => ({ ...summarizeNode(graph, step), edge: holdingEdge(graph, step) }));
  if (chain.length <= 2 * CHAIN_END) return { fromRoot: steps(chain), skipped: 0, toNode: [] };
  return {
    fromRoot: steps(chain.slice(0, CHAIN_END)),
    skipped: chain.length - 2 * CHAIN_END,
    toNode: steps(chain.slice(-CHAIN_END)),
  };
}

/** The first strong edge from the dominator of a node to it; null where others stand in between. */
function holdingEdge(graph: HeapGraph, node: number): EdgeName | null {
  const { firstEdge, edgeTarget, edgeType } = graph.columns;
  const dominator = graph.immediateDominator[node]!;
  if (dominator === node) return null;
  const end = firstEdge[dominator + 1]!;
  for (let edge = firstEdge[dominator]!; edge < end; edge++) {
    if (edgeTarget[edge] === node && edgeType[edge] !== graph.edgeKinds.weak) return edgeNameOf(graph, edge);
  }
  return null;
}
