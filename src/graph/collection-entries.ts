import type { StringTable } from '../snapshot/columns.js';
import { argsort } from '../util/argsort.js';
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
  /** The first of them, unless asked for others, in the order in which they were added. */
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
const WHOLE_NUMBER = /^\d{1,15}$/;

/** What a Map or Set holds, at most `limit` of it (0: all), after the first `from`; null for any other node. */
export function viewEntries(graph: HeapGraph, node: number, limit: number, from = 0): CollectionEntries | null {
  const { nodeType, nodeSelfSize } = graph.columns;
  const { object, array, hidden } = graph.nodeKinds;
  const table = nodeType[node] === object ? internalTarget(graph, node, 'table') : null;
  if (table === null || (nodeType[table] !== array && nodeType[table] !== hidden)) return null;
  const layout = entryLayout(nodeSelfSize[table]!);
  if (layout === null) return null;
  const { stride } = layout;
  const { slots, targets } = slotsOf(graph, table, layout);
  const to = limit > 0 ? from + limit : Infinity;
  const shown: (number | undefined)[][] = [];
  let count = 0;
  let last = -1;
  for (let i = 0; i < slots.length; i++) {
    const entry = Math.floor(slots[i]! / stride);
    if (entry !== last) {
      last = entry;
      if (count >= from && count < to) shown.push([]);
      count++;
    }
    if (count > from && count <= to) shown.at(-1)![slots[i]! % stride] = targets[i]!;
  }
  const summary = (field: number | undefined): NodeSummary | null =>
    field === undefined ? null : summarizeNode(graph, field);
  return {
    count,
    first: shown.map(([key, value]) =>
      stride === 2 ? { key: summary(key) } : { key: summary(key), value: summary(value) },
    ),
  };
}

interface Slots {
  /** Places of keys and values, counted from the first entry on, ascending. */
  readonly slots: Float64Array;
  /** By place in `slots`: nodeIndex. */
  readonly targets: Uint32Array;
}

/** By graph: the last table that was read. Its pages are asked for one after the other. */
const lastRead = new WeakMap<HeapGraph, { readonly table: number; readonly found: Slots }>();

function slotsOf(graph: HeapGraph, table: number, layout: EntryLayout): Slots {
  const last = lastRead.get(graph);
  if (last?.table === table) return last.found;
  const found = readSlots(graph, table, layout);
  lastRead.set(graph, { table, found });
  return found;
}

/** A table may have millions of them: nothing is made for each. */
function readSlots(graph: HeapGraph, table: number, { start, stride }: EntryLayout): Slots {
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeName, nodeType, strings } = graph.columns;
  const { internal } = graph.edgeKinds;
  const { hidden } = graph.nodeKinds;
  const begin = firstEdge[table]!;
  const end = firstEdge[table + 1]!;
  const slots = new Float64Array(end - begin);
  const targets = new Uint32Array(end - begin);
  /** Indices of names that are that of a hole, or not. */
  const holes = new Map<number, boolean>();
  let length = 0;
  let isAscending = true;
  for (let edge = begin; edge < end; edge++) {
    if (edgeType[edge] !== internal) continue;
    const slot = wholeNumberAt(strings, edgeName[edge]!) - start;
    if (slot < 0 || slot % stride === stride - 1) continue;
    const target = edgeTarget[edge]!;
    if (nodeType[target] === hidden) {
      const name = nodeName[target]!;
      let isHole = holes.get(name);
      if (isHole === undefined) holes.set(name, (isHole = strings.get(name) === HOLE));
      if (isHole) continue;
    }
    if (length > 0 && slots[length - 1]! > slot) isAscending = false;
    slots[length] = slot;
    targets[length++] = target;
  }
  const found = { slots: slots.subarray(0, length), targets: targets.subarray(0, length) };
  if (isAscending) return found;
  const order = argsort(found.slots);
  return {
    slots: Float64Array.from(order, (i) => found.slots[i]!),
    targets: Uint32Array.from(order, (i) => found.targets[i]!),
  };
}

/** As StringTable.wholeNumber() says, of any table. */
function wholeNumberAt(strings: StringTable, index: number): number {
  if (strings.wholeNumber) return strings.wholeNumber(index);
  const text = strings.get(index);
  return WHOLE_NUMBER.test(text) ? Number(text) : -1;
}
