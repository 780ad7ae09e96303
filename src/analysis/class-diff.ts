import { computeClassKeys, classKeyText, type ClassKey, type SourceLocation } from '../graph/class-keys.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { argsort } from '../util/argsort.js';
import { sumGroups, type GroupSizes } from './class-sizes.js';

export interface DiffOptions {
  /** Rows by name, or by name and location of the constructor (DevTools' rows). */
  readonly by?: 'constructor' | 'location';
  /** List the ids of new and deleted objects. */
  readonly ids?: boolean;
}

export interface Side {
  readonly count: number;
  /** Bytes, backing stores counted with their owners. */
  readonly shallowSize: number;
  /** Bytes that go when all of them go. */
  readonly retainedSize: number;
}

export interface Change {
  readonly count: number;
  readonly shallowSize: number;
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
  readonly by: 'constructor' | 'location';
  /** Classes in which anything changed, by growth in shallow size, the largest first. */
  readonly rows: readonly ClassDiffRow[];
}

/**
 * Compares two snapshots of one process by node id. An object is the same when id and class are: one whose class
 * changed is deleted in one row and new in another. Plain objects of both get the names that `after` suggests. Nodes
 * without a shallow size do not count.
 */
export function diffClasses(before: HeapGraph, after: HeapGraph, options: DiffOptions = {}): ClassDiff {
  const by = options.by ?? 'constructor';
  const classes = unifyClasses(groupsOf(before, after, by), groupsOf(after, after, by));
  const tally = new Tally(classes.keys.length, options.ids === true);
  matchById(before, after, classes.before, classes.after, tally);
  const groupCount = classes.keys.length;
  const sumsBefore = sumGroups(before, { groupCount, groupOf: classes.before });
  const sumsAfter = sumGroups(after, { groupCount, groupOf: classes.after });

  const rows: ClassDiffRow[] = [];
  classes.keys.forEach((key, group) => {
    const row = describeRow(key, sideOf(sumsBefore, group), sideOf(sumsAfter, group), tally, group);
    if (row !== null) rows.push(row);
  });
  return { type: 'class-diff', by, rows: rows.toSorted((a, b) => b.delta.shallowSize - a.delta.shallowSize) };
}

interface Groups {
  readonly keys: readonly ClassKey[];
  readonly groupOf: Uint32Array;
}

function groupsOf(graph: HeapGraph, after: HeapGraph, by: 'constructor' | 'location'): Groups {
  const classes = graph === after ? after.classes : graph.classesWith(after.interfaces);
  if (by === 'location') {
    const { keys, keyIndex } = graph === after ? after.classKeys : computeClassKeys(graph, classes);
    return { keys, groupOf: keyIndex };
  }
  return { keys: classes.names.map((name) => ({ name, location: null })), groupOf: classes.classIndex };
}

/** Gives equal classes of both sides one number. */
function unifyClasses(
  before: Groups,
  after: Groups,
): { keys: readonly ClassKey[]; before: Uint32Array; after: Uint32Array } {
  const keys = [...after.keys];
  const index = new Map(after.keys.map((key, i) => [classKeyText(key), i]));
  const renumbered = Uint32Array.from(before.keys, (key) => {
    const known = index.get(classKeyText(key));
    return known ?? keys.push(key) - 1;
  });
  return { keys, before: before.groupOf.map((group) => renumbered[group]!), after: after.groupOf };
}

/** New and deleted objects by class. */
class Tally {
  readonly newCount: Uint32Array;
  readonly newSize: Float64Array;
  readonly deletedCount: Uint32Array;
  readonly deletedSize: Float64Array;
  readonly newIds: number[][] | null;
  readonly deletedIds: number[][] | null;

  constructor(groups: number, ids: boolean) {
    this.newCount = new Uint32Array(groups);
    this.newSize = new Float64Array(groups);
    this.deletedCount = new Uint32Array(groups);
    this.deletedSize = new Float64Array(groups);
    this.newIds = ids ? Array.from({ length: groups }, () => []) : null;
    this.deletedIds = ids ? Array.from({ length: groups }, () => []) : null;
  }

  addNew(group: number, size: number, id: number): void {
    this.newCount[group]!++;
    this.newSize[group] = this.newSize[group]! + size;
    if (this.newIds !== null) this.newIds[group]!.push(id);
  }

  addDeleted(group: number, size: number, id: number): void {
    this.deletedCount[group]!++;
    this.deletedSize[group] = this.deletedSize[group]! + size;
    if (this.deletedIds !== null) this.deletedIds[group]!.push(id);
  }
}

/** Goes through both heaps in ascending order of ids at once. */
function matchById(
  before: HeapGraph,
  after: HeapGraph,
  groupBefore: Uint32Array,
  groupAfter: Uint32Array,
  tally: Tally,
): void {
  const idBefore = before.columns.nodeId;
  const idAfter = after.columns.nodeId;
  const sizeBefore = before.shallowSize;
  const sizeAfter = after.shallowSize;
  const orderBefore = argsort(idBefore).filter((node) => sizeBefore[node]! > 0);
  const orderAfter = argsort(idAfter).filter((node) => sizeAfter[node]! > 0);
  let i = 0;
  let j = 0;
  while (i < orderBefore.length || j < orderAfter.length) {
    const a = i < orderBefore.length ? orderBefore[i]! : -1;
    const b = j < orderAfter.length ? orderAfter[j]! : -1;
    const idA = a < 0 ? Infinity : idBefore[a]!;
    const idB = b < 0 ? Infinity : idAfter[b]!;
    if (idA <= idB) i++;
    if (idB <= idA) j++;
    if (idA === idB && groupBefore[a] === groupAfter[b]) continue;
    if (idA <= idB) tally.addDeleted(groupBefore[a]!, sizeBefore[a]!, idA);
    if (idB <= idA) tally.addNew(groupAfter[b]!, sizeAfter[b]!, idB);
  }
}

function sideOf(sums: GroupSizes, group: number): Side {
  return {
    count: sums.count[group]!,
    shallowSize: sums.shallowSize[group]!,
    retainedSize: sums.retainedSize[group]!,
  };
}

function describeRow(key: ClassKey, before: Side, after: Side, tally: Tally, group: number): ClassDiffRow | null {
  const delta = {
    count: after.count - before.count,
    shallowSize: after.shallowSize - before.shallowSize,
    retainedSize: after.retainedSize - before.retainedSize,
  };
  const added = { count: tally.newCount[group]!, shallowSize: tally.newSize[group]! };
  const deleted = { count: tally.deletedCount[group]!, shallowSize: tally.deletedSize[group]! };
  if (added.count + deleted.count === 0 && delta.shallowSize === 0 && delta.retainedSize === 0) return null;
  const row = { constructor: key.name, location: key.location, before, after, new: added, deleted, delta };
  if (tally.newIds === null || tally.deletedIds === null) return row;
  return { ...row, newIds: tally.newIds[group]!, deletedIds: tally.deletedIds[group]! };
}
