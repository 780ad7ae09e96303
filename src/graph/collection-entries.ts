import type { HeapGraph } from './heap-graph.js';
import { internalTarget } from './node-text.js';
import { type NodeSummary, summarizeNode } from './node-view.js';

/** An entry of a Map, or a member of a Set. Small numbers, booleans, null and undefined stand for nothing in the file: null. */
export interface CollectionEntry {
  readonly key: NodeSummary | null;
  /** Left out for the members of a Set. */
  readonly value?: NodeSummary | null;
}

export interface CollectionEntries {
  /** Those with a key or a value that is an object of its own; V8 tells nothing of the others. */
  readonly count: number;
  /** The first of them, in the order in which they were added. */
  readonly first: readonly CollectionEntry[];
}

export interface EntryLayout {
  /** Index of the first entry in the table. */
  readonly start: number;
  /** Fields of an entry, its link included: 3 in a Map, 2 in a Set. */
  readonly stride: 2 | 3;
}

/**
 * Where the entries of a Map's or Set's table are, by its self size; null for other sizes. (V8: OrderedHashTable, a
 * FixedArray of two words: 3 numbers, the buckets, whose number is a power of two, and for twice as many entries key,
 * value and link.)
 */
export function entryLayout(selfSize: number): EntryLayout | null {
  for (const pointer of [8, 4])
    for (const stride of [3, 2] as const) {
      const buckets = (selfSize / pointer - 2 - 3) / (1 + 2 * stride);
      if (Number.isInteger(buckets) && buckets > 1 && (buckets & (buckets - 1)) === 0)
        return { start: 3 + buckets, stride };
    }
  return null;
}

/** What V8 from Node 22 on writes for a deleted entry; before, nothing. */
const HOLE = 'system / Hole';

/** What a Map or Set holds, at most `limit` of it (0: all); null for any other node. */
export function viewEntries(graph: HeapGraph, node: number, limit: number): CollectionEntries | null {
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeName, nodeType, nodeSelfSize, strings } = graph.columns;
  const { object, array, hidden } = graph.nodeKinds;
  const table = nodeType[node] === object ? internalTarget(graph, node, 'table') : null;
  if (table === null || (nodeType[table] !== array && nodeType[table] !== hidden)) return null;
  const layout = entryLayout(nodeSelfSize[table]!);
  if (layout === null) return null;
  const { start, stride } = layout;
  /** By entry: nodeIndex of its fields. */
  const found = new Map<number, number[]>();
  const end = firstEdge[table + 1]!;
  for (let edge = firstEdge[table]!; edge < end; edge++) {
    if (edgeType[edge] !== graph.edgeKinds.internal) continue;
    const target = edgeTarget[edge]!;
    if (nodeType[target] === hidden && strings.get(nodeName[target]!) === HOLE) continue;
    const name = strings.get(edgeName[edge]!);
    const index = /^\d+$/.test(name) ? Number(name) - start : -1;
    if (index < 0 || index % stride === stride - 1) continue;
    const entry = Math.floor(index / stride);
    const fields = found.get(entry) ?? [];
    fields[index % stride] = target;
    found.set(entry, fields);
  }
  const entries = [...found].toSorted(([a], [b]) => a - b);
  const summary = (field: number | undefined): NodeSummary | null =>
    field === undefined ? null : summarizeNode(graph, field);
  return {
    count: entries.length,
    first: (limit > 0 ? entries.slice(0, limit) : entries).map(([, [key, value]]) =>
      stride === 2 ? { key: summary(key) } : { key: summary(key), value: summary(value) },
    ),
  };
}
