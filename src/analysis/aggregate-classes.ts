import type { SourceLocation } from '../graph/class-keys.js';
import type { Grouping } from '../graph/group-sizes.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { groupByShape } from './object-shapes.js';

/**
 * What makes a row: the constructor's name; name and source location (DevTools' rows); V8's node type; the constructor's
 * name and the objects' own properties.
 */
export type GroupBy = 'constructor' | 'location' | 'type' | 'shape';

export interface ClassRow {
  readonly constructor: string;
  /** Of the constructor; null where the file has none, and unless rows are by location. */
  readonly location: SourceLocation | null;
  /** Own properties in order; null for what is no object, and unless rows are by shape. */
  readonly properties: readonly string[] | null;
  /** Nodes with a shallow size. */
  readonly count: number;
  /** Nodes without a shallow size, which DevTools does not count. */
  readonly emptyCount: number;
  /** Bytes as V8 wrote them. */
  readonly selfSize: number;
  /** Bytes, backing stores counted with their owners. */
  readonly shallowSize: number;
  /** Bytes that go when all of them go. */
  readonly retainedSize: number;
  /** The smallest distance; see HeapGraph.distance. Null where count is 0. */
  readonly distance: number | null;
}

export interface ClassAggregates {
  readonly type: 'class-aggregates';
  readonly by: GroupBy;
  /** Bytes in all; see HeapGraph.totalSize. */
  readonly totalSize: number;
  /** By retained size, the largest first. */
  readonly rows: readonly ClassRow[];
}

/**
 * Sizes by class under DevTools' accounting. Equal names are one row by constructor, and equal names at equal places by
 * location; DevTools drops all but one of its rows when names of its own making meet equal ones of the file.
 */
export function aggregateClasses(graph: HeapGraph, by: GroupBy = 'constructor'): ClassAggregates {
  const { grouping, sizes } = graph.sumGroups(() => groupNodes(graph, by));
  const rows: ClassRow[] = [];
  grouping.labels.forEach(({ name, location = null, properties = null }, group) => {
    const count = sizes.count[group]!;
    const emptyCount = sizes.emptyCount[group]!;
    if (count + emptyCount === 0) return;
    rows.push({
      constructor: name,
      location,
      properties,
      count,
      emptyCount,
      selfSize: sizes.selfSize[group]!,
      shallowSize: sizes.shallowSize[group]!,
      retainedSize: sizes.retainedSize[group]!,
      distance: count === 0 ? null : sizes.distance[group]!,
    });
  });
  rows.sort((a, b) => b.retainedSize - a.retainedSize || b.shallowSize - a.shallowSize);
  return { type: 'class-aggregates', by, totalSize: graph.totalSize, rows };
}

interface Label {
  readonly name: string;
  readonly location?: SourceLocation | null;
  readonly properties?: readonly string[] | null;
}

function groupNodes(graph: HeapGraph, by: GroupBy): Grouping & { readonly labels: readonly Label[] } {
  if (by === 'location') {
    const { keys, keyIndex } = graph.classKeys;
    return { labels: keys, groupCount: keys.length, groupOf: keyIndex };
  }
  if (by === 'shape') {
    const { labels, groupOf } = groupByShape(graph);
    return { labels, groupCount: labels.length, groupOf };
  }
  const names = by === 'type' ? graph.columns.schema.nodeTypes : graph.classes.names;
  const groupOf = by === 'type' ? graph.columns.nodeType : graph.classes.classIndex;
  return { labels: names.map((name) => ({ name })), groupCount: names.length, groupOf };
}
