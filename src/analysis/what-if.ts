import { usageError } from '../errors.js';
import { buildHolderTree, UNREACHED } from './holder-tree.js';
import { edgesMeant } from './ignored-edges.js';
import type { Naming } from './naming.js';
import { plainClassName } from './visibility.js';

export interface WhatIfResult {
  /** As given. */
  readonly edge: string;
  /** Constructors at both ends. */
  readonly from: string;
  readonly to: string;
  /** Objects that go, and their bytes. */
  readonly count: number;
  readonly size: number;
  /** By class, the largest first. */
  readonly classes: readonly { readonly constructor: string; readonly count: number; readonly size: number }[];
}

const EDGE = /^@(\d+)\.(.+)$/s;

/**
 * What nothing would hold any more if the edge were cut: by a search without it.
 * @param text `@id.edge` @throws HeapstatError USAGE where there is no such edge
 */
export function whatIfCut({ graph }: Naming, text: string): WhatIfResult {
  const match = EDGE.exec(text);
  if (match === null) throw usageError(`${text} names no edge: give it as @id.edge, such as @1234.cache or @1234.0`);
  const node = graph.columns.nodeId.indexOf(Number(match[1]));
  if (node < 0) throw usageError(`the snapshot has no node @${match[1]}`);
  const edges = new Set(edgesMeant(graph, node, match[2]!));
  const [first] = edges;
  if (first === undefined) throw usageError(`${plainClassName(graph, node)} @${match[1]} has no edge ${match[2]}`);
  const before = buildHolderTree(graph).region;
  const after = buildHolderTree(graph, { ignored: { isNode: () => false, isEdge: (edge) => edges.has(edge) } }).region;
  const classes = new Map<string, { count: number; size: number }>();
  let count = 0;
  let size = 0;
  const { names, classIndex } = graph.classes;
  for (let at = 0; at < graph.nodeCount; at++) {
    if (before[at] === UNREACHED || after[at] !== UNREACHED) continue;
    const own = graph.shallowSize[at]!;
    const sum = classes.get(names[classIndex[at]!]!) ?? { count: 0, size: 0 };
    classes.set(names[classIndex[at]!]!, sum);
    sum.count++;
    sum.size += own;
    count++;
    size += own;
  }
  return {
    edge: text,
    from: plainClassName(graph, node),
    to: plainClassName(graph, graph.columns.edgeTarget[first]!),
    count,
    size,
    classes: [...classes]
      .map(([constructor, sum]) => ({ constructor, ...sum }))
      .toSorted((a, b) => b.size - a.size || b.count - a.count),
  };
}
