import { computeClassKeys, classKeyText, type ClassKey, type SourceLocation } from '../graph/class-keys.js';
import type { Classes } from '../graph/class-names.js';
import type { Grouping, GroupSizes } from '../graph/group-sizes.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import type { InterfaceDefinition } from '../graph/interfaces.js';
import { argsort } from '../util/argsort.js';
import { hashTexts, isSampled, sampleMask } from '../util/id-sample.js';

export interface DiffOptions {
  /** Rows by name, or by name and location of the constructor (DevTools' rows). */
  readonly by?: DiffBy;
  /** List the ids of new and deleted objects. */
  readonly ids?: boolean;
  /** Also the classes in which nothing changed. */
  readonly all?: boolean;
}

export type DiffBy = 'constructor' | 'location';

export interface Change {
  readonly count: number;
  /** Bytes as V8 wrote them. */
  readonly selfSize: number;
  /** Bytes, backing stores counted with their owners. */
  readonly shallowSize: number;
}

export interface Side extends Change {
  /** Bytes that go when all of them go. */
  readonly retainedSize: number;
}

export interface ClassDiffRow {
  readonly constructor: string;
  /** null where the file has none, and unless rows are by location. */
  readonly location: SourceLocation | null;
  readonly before: Side;
  readonly after: Side;
  readonly new: Change;
  readonly deleted: Change;
  /** After minus before. The size delta counts objects that grew, which DevTools' comparison does not show. */
  readonly delta: Side;
  /** Ascending; only with the option ids. */
  readonly newIds?: readonly number[];
  /** Ascending; only with the option ids. */
  readonly deletedIds?: readonly number[];
}

export interface ClassDiff {
  readonly type: 'class-diff';
  readonly by: DiffBy;
  /** Classes in which anything changed (or all), by growth in shallow size, the largest first. */
  readonly rows: readonly ClassDiffRow[];
}

/**
 * Compares two snapshots of one process by node id. An object is the same when id and class are: one whose class
 * changed is deleted in one row and new in another. Plain objects of both get the names that `after` suggests. Nodes
 * without a shallow size do not count.
 */
export function diffClasses(before: HeapGraph, after: HeapGraph, options: DiffOptions = {}): ClassDiff {
  const by = options.by ?? 'constructor';
  return diffReduced(reduceHeap(before, after.interfaces, by), reduceHeap(after, after.interfaces, by), options);
}

/** What a comparison needs of a heap: about a quarter of a heap graph. */
export interface ReducedHeap {
  readonly by: DiffBy;
  readonly keys: readonly ClassKey[];
  /** By key. */
  readonly sums: GroupSizes;
  /** V8's ids of the nodes with a shallow size, ascending; the columns below are in this order. */
  readonly ids: Uint32Array | Float64Array;
  /** Indexes into keys. */
  readonly group: Uint32Array;
  readonly selfSize: Uint32Array | Float64Array;
  readonly shallowSize: Uint32Array | Float64Array;
  /** Of a sample of all nodes, by id: what tells type and name, see util/id-sample.ts. */
  readonly sample: ReadonlyMap<number, number>;
}

/** @param interfaces of the later heap, for both */
export function reduceHeap(
  graph: HeapGraph,
  interfaces: readonly InterfaceDefinition[],
  by: DiffBy = 'constructor',
): ReducedHeap {
  const { grouping, sizes } = graph.sumGroups(() => {
    const classes = interfaces === graph.interfaces ? graph.classes : graph.classesWith(interfaces);
    return groupsOf(graph, classes, by);
  });
  const { keys, groupOf } = grouping;
  const { nodeId, nodeSelfSize } = graph.columns;
  const { shallowSize } = graph;
  const order = argsort(nodeId).filter((node) => shallowSize[node]! > 0);
  return {
    by,
    keys,
    sums: sizes,
    ids: pick(nodeId, order),
    group: pick(groupOf, order),
    selfSize: pick(nodeSelfSize, order),
    shallowSize: pick(shallowSize, order),
    sample: sampleNodes(graph),
  };
}

function sampleNodes({ columns, nodeCount }: HeapGraph): Map<number, number> {
  const { schema, nodeId, nodeType, nodeName, strings } = columns;
  const mask = sampleMask(nodeCount);
  const sample = new Map<number, number>();
  for (let node = 0; node < nodeCount; node++) {
    if (isSampled(nodeId[node]!, mask))
      sample.set(nodeId[node]!, hashTexts(schema.nodeTypes[nodeType[node]!]!, strings.get(nodeName[node]!)));
  }
  return sample;
}

/** How many ids two ascending lists share. */
export function countSharedIds({ ids: a }: ReducedHeap, { ids: b }: ReducedHeap): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x, y] = [a[i]!, b[j]!];
    if (x === y) shared++;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return shared;
}

/** The comparison of diffClasses, of heaps that need not be in memory at one time. */
export function diffReduced(before: ReducedHeap, after: ReducedHeap, options: DiffOptions = {}): ClassDiff {
  const classes = unifyClasses(before, after);
  const tally = new Tally(classes.keys.length, options.ids === true);
  matchById({ ...before, group: classes.before }, after, tally);

  const rows: ClassDiffRow[] = [];
  classes.keys.forEach((key, group) => {
    const earlier = sideOf(before.sums, classes.groupBefore[group]!);
    const row = describeRow(key, earlier, sideOf(after.sums, group), tally, group);
    const isThere = row.before.count + row.after.count > 0;
    if (options.all === true ? isThere : hasChanged(row)) rows.push(row);
  });
  rows.sort((a, b) => b.delta.shallowSize - a.delta.shallowSize);
  return { type: 'class-diff', by: after.by, rows };
}

interface Changes {
  readonly new: Change | null;
  readonly deleted: Change | null;
  readonly delta: Side;
}

/** Whether objects came or went, or sizes changed. */
export function hasChanged({ new: added, deleted, delta }: Changes): boolean {
  const came = added?.count ?? 0;
  const went = deleted?.count ?? 0;
  return came + went > 0 || delta.count !== 0 || delta.shallowSize !== 0 || delta.retainedSize !== 0;
}

interface KeyedNodes extends Grouping {
  readonly keys: readonly ClassKey[];
  readonly groupOf: Uint32Array;
}

function groupsOf(graph: HeapGraph, classes: Classes, by: DiffBy): KeyedNodes {
  if (by === 'location') {
    const { keys, keyIndex } = classes === graph.classes ? graph.classKeys : computeClassKeys(graph, classes);
    return { keys, groupCount: keys.length, groupOf: keyIndex };
  }
  const keys = classes.names.map((name) => ({ name, location: null }));
  return { keys, groupCount: keys.length, groupOf: classes.classIndex };
}

function pick<Column extends Uint32Array | Float64Array>(column: Column, order: Uint32Array): Column {
  const picked = new (column.constructor as new (length: number) => Column)(order.length);
  for (let i = 0; i < order.length; i++) picked[i] = column[order[i]!]!;
  return picked;
}

/** Gives equal classes of both sides one number: that of after, or a new one. */
function unifyClasses(
  before: ReducedHeap,
  after: ReducedHeap,
): { keys: readonly ClassKey[]; before: Uint32Array; groupBefore: readonly number[] } {
  const keys = [...after.keys];
  const index = new Map(after.keys.map((key, i) => [classKeyText(key), i]));
  const renumbered = Uint32Array.from(before.keys, (key) => index.get(classKeyText(key)) ?? keys.push(key) - 1);
  /** By unified number: the one that it had before, or -1. */
  const groupBefore = keys.map(() => -1);
  renumbered.forEach((group, earlier) => (groupBefore[group] = earlier));
  return { keys, before: before.group.map((group) => renumbered[group]!), groupBefore };
}

/** New and deleted objects by class. */
class Tally {
  readonly newCount: Uint32Array;
  readonly newSelf: Float64Array;
  readonly newShallow: Float64Array;
  readonly deletedCount: Uint32Array;
  readonly deletedSelf: Float64Array;
  readonly deletedShallow: Float64Array;
  readonly newIds: number[][] | null;
  readonly deletedIds: number[][] | null;

  constructor(groups: number, ids: boolean) {
    this.newCount = new Uint32Array(groups);
    this.newSelf = new Float64Array(groups);
    this.newShallow = new Float64Array(groups);
    this.deletedCount = new Uint32Array(groups);
    this.deletedSelf = new Float64Array(groups);
    this.deletedShallow = new Float64Array(groups);
    this.newIds = ids ? Array.from({ length: groups }, () => []) : null;
    this.deletedIds = ids ? Array.from({ length: groups }, () => []) : null;
  }

  addNew({ ids, group, selfSize, shallowSize }: ReducedHeap, i: number): void {
    const row = group[i]!;
    this.newCount[row]!++;
    this.newSelf[row] = this.newSelf[row]! + selfSize[i]!;
    this.newShallow[row] = this.newShallow[row]! + shallowSize[i]!;
    if (this.newIds !== null) this.newIds[row]!.push(ids[i]!);
  }

  addDeleted({ ids, group, selfSize, shallowSize }: ReducedHeap, i: number): void {
    const row = group[i]!;
    this.deletedCount[row]!++;
    this.deletedSelf[row] = this.deletedSelf[row]! + selfSize[i]!;
    this.deletedShallow[row] = this.deletedShallow[row]! + shallowSize[i]!;
    if (this.deletedIds !== null) this.deletedIds[row]!.push(ids[i]!);
  }
}

/** Goes through both heaps in ascending order of ids at once. */
function matchById(before: ReducedHeap, after: ReducedHeap, tally: Tally): void {
  let i = 0;
  let j = 0;
  while (i < before.ids.length || j < after.ids.length) {
    const idBefore = i < before.ids.length ? before.ids[i]! : Infinity;
    const idAfter = j < after.ids.length ? after.ids[j]! : Infinity;
    const isSame = idBefore === idAfter && before.group[i] === after.group[j];
    if (idBefore <= idAfter) {
      if (!isSame) tally.addDeleted(before, i);
      i++;
    }
    if (idAfter <= idBefore) {
      if (!isSame) tally.addNew(after, j);
      j++;
    }
  }
}

/** @param group -1, or past the last: a class that this side does not have */
function sideOf(sums: GroupSizes, group: number): Side {
  return {
    count: sums.count[group] ?? 0,
    selfSize: sums.selfSize[group] ?? 0,
    shallowSize: sums.shallowSize[group] ?? 0,
    retainedSize: sums.retainedSize[group] ?? 0,
  };
}

function describeRow(key: ClassKey, before: Side, after: Side, tally: Tally, group: number): ClassDiffRow {
  const delta = {
    count: after.count - before.count,
    selfSize: after.selfSize - before.selfSize,
    shallowSize: after.shallowSize - before.shallowSize,
    retainedSize: after.retainedSize - before.retainedSize,
  };
  const added = {
    count: tally.newCount[group]!,
    selfSize: tally.newSelf[group]!,
    shallowSize: tally.newShallow[group]!,
  };
  const deleted = {
    count: tally.deletedCount[group]!,
    selfSize: tally.deletedSelf[group]!,
    shallowSize: tally.deletedShallow[group]!,
  };
  const row = { constructor: key.name, location: key.location, before, after, new: added, deleted, delta };
  if (tally.newIds === null || tally.deletedIds === null) return row;
  return { ...row, newIds: tally.newIds[group]!, deletedIds: tally.deletedIds[group]! };
}
