import { containersApart } from './containers-apart.js';
import { fixedFromTheFirst } from './fixed-objects.js';
import { GroupTable } from './group-table.js';
import type { HeapSeries } from './heap-series.js';
import { NONE } from './holder-tree.js';
import type { VisibleHeap } from './visible-heap.js';

/**
 * Objects that are held in the same way: by the same long-lived object, over the same classes. Their number in each of
 * the snapshots, and when they came.
 */
export interface GrowthGroup {
  /** Index into GrowthGroups.classNames. */
  readonly class: number;
  /** The group that holds it; -1 where a fixed object or a root does. */
  readonly parent: number;
  /** V8's id of the fixed object at the top of the classes; NaN where roots hold it. */
  readonly fixedId: number;
  /** By snapshot: how many there are. */
  readonly count: readonly number[];
  /** By snapshot: bytes of them and of the folded nodes below them. */
  readonly bytes: readonly number[];
  /** By snapshot and by arrival (the first snapshot from which on it was in the group): how many there are. */
  readonly ages: readonly (readonly number[])[];
}

export interface GrowthGroups {
  readonly classNames: readonly string[];
  /** In which each group comes after its parent. */
  readonly groups: readonly GrowthGroup[];
  /** Uint32, by place in the last heap: its group. */
  readonly groupOf: Uint32Array;
  /** Uint8, by place in the last heap: the first snapshot from which on it was in its group. */
  readonly arrival: Uint8Array;
  /** Uint8, by place in the last heap: 1 for fixed objects, by whose ids groups are told apart. */
  readonly isFixed: Uint8Array;
  /** Bytes of fixed objects by snapshot, by place in the last heap. */
  readonly fixedBytes: (place: number) => readonly number[] | null;
}

/** The groups of heaps of one process, in the order in which they were taken. */
export function groupGrowth(series: HeapSeries): GrowthGroups {
  const classes = unifyClasses(series.heaps);
  const isFixed = fixedFromTheFirst(series);
  const grown = groupBelow(series, classes, isFixed);
  const apart = containersApart(series, grown);
  if (apart.length === 0) return grown;
  for (const place of apart) isFixed[place] = 1;
  return groupBelow(series, classes, isFixed);
}

function groupBelow(series: HeapSeries, { classNames, classMaps }: UnifiedClasses, isFixed: Uint8Array): GrowthGroups {
  const { heaps, connections } = series;
  const { fixedIds, ordinals } = numberFixed(series, isFixed);
  const table = new GroupTable(classNames);
  const members: Members[] = [];
  heaps.forEach((heap, k) => {
    const groupOf = assignGroups(heap, classMaps[k]!, ordinals[k]!, table);
    const arrival = arrivalsOf(k, groupOf, connections[k]!.previous, members.at(-1));
    members.push({ groupOf, arrival });
  });
  const groups = countGroups(heaps, members, table, fixedIds);
  const fixedBytes = heaps.map((heap, k) => bytesOfFixed(heap, ordinals[k]!, fixedIds.length));
  const ordinalOf = ordinals.at(-1)!;
  const { groupOf, arrival } = members.at(-1)!;
  return {
    classNames,
    groups,
    groupOf,
    arrival,
    isFixed,
    fixedBytes: (place) => (isFixed[place] === 0 ? null : fixedBytes.map((bytes) => bytes[ordinalOf[place]! - 1]!)),
  };
}

/** By place in one heap: see GrowthGroups. */
interface Members {
  readonly groupOf: Uint32Array;
  readonly arrival: Uint8Array;
}

/** V8's ids of the fixed objects, and for each heap, Uint32 by place: 1 + index into these, or 0. */
function numberFixed(
  { heaps, connections }: HeapSeries,
  isFixed: Uint8Array,
): { fixedIds: number[]; ordinals: Uint32Array[] } {
  const last = heaps.at(-1)!;
  const fixedIds: number[] = [];
  const ordinals = heaps.map((heap) => new Uint32Array(heap.count));
  for (let place = isFixed.indexOf(1); place >= 0; place = isFixed.indexOf(1, place + 1)) {
    const ordinal = fixedIds.push(last.id[place]!);
    let at = place;
    for (let k = heaps.length - 1; k >= 0; k--) {
      ordinals[k]![at] = ordinal;
      at = connections[k]!.previous[at]!;
    }
  }
  return { fixedIds, ordinals };
}

/** Float64, by index into fixedIds. */
function bytesOfFixed({ bytes }: VisibleHeap, ordinals: Uint32Array, count: number): Float64Array {
  const sizes = new Float64Array(count);
  for (let place = 0; place < ordinals.length; place++)
    if (ordinals[place]! > 0) sizes[ordinals[place]! - 1] = bytes[place]!;
  return sizes;
}

interface UnifiedClasses {
  readonly classNames: readonly string[];
  /** By heap: Uint32 by its own index of a class. */
  readonly classMaps: readonly Uint32Array[];
}

function unifyClasses(heaps: readonly VisibleHeap[]): UnifiedClasses {
  const classNames: string[] = [];
  const index = new Map<string, number>();
  const classMaps = heaps.map((heap) =>
    Uint32Array.from(heap.classNames, (name) => {
      let found = index.get(name);
      if (found === undefined) {
        found = classNames.length;
        index.set(name, found);
        classNames.push(name);
      }
      return found;
    }),
  );
  return { classNames, classMaps };
}

/** Uint8, by place in heap k: from which heap on the object was in the group where it is now. */
function arrivalsOf(k: number, groupOf: Uint32Array, previous: Int32Array, before: Members | undefined): Uint8Array {
  const arrival = new Uint8Array(groupOf.length).fill(k);
  if (before === undefined) return arrival;
  const groupBefore = before.groupOf;
  const arrivalBefore = before.arrival;
  for (let place = 0; place < groupOf.length; place++) {
    const was = previous[place]!;
    if (was >= 0 && groupBefore[was] === groupOf[place]) arrival[place] = arrivalBefore[was]!;
  }
  return arrival;
}

/** Groups that a class and a holder had, by a hash of the two: nearly all objects have one of few. A power of two. */
const RECENT = 4096;

/** What is known while the objects of a heap are put into groups. */
interface Assignment {
  readonly parent: Int32Array;
  readonly classOf: Uint32Array;
  readonly classMap: Uint32Array;
  /** See numberFixed(). */
  readonly ordinals: Uint32Array;
  readonly root: number;
  readonly groupOf: Uint32Array;
  /** Uint32, by place: the group that what it holds looks up to. */
  readonly asHolder: Uint32Array;
  /** By hash: 1 + holder, the class, and the group. */
  readonly holders: Uint32Array;
  readonly classes: Uint32Array;
  readonly groups: Uint32Array;
}

/** Uint32, by place: the group of each object. Fixed objects are members too, and stand for themselves to those below. */
function assignGroups(
  { count, parent, classOf }: VisibleHeap,
  classMap: Uint32Array,
  ordinals: Uint32Array,
  table: GroupTable,
): Uint32Array {
  const groupOf = new Uint32Array(count);
  const asHolder = new Uint32Array(count);
  const root = table.root();
  const [holders, classes, groups] = [new Uint32Array(RECENT), new Uint32Array(RECENT), new Uint32Array(RECENT)];
  const known = { parent, classOf, classMap, ordinals, root, groupOf, asHolder, holders, classes, groups };
  for (let place = 0; (place = assignKnown(known, place)) < count; place++) {
    const above = parent[place]!;
    const holder = above === NONE ? root : asHolder[above]!;
    const own = classMap[classOf[place]!]!;
    const group = table.member(holder, own);
    const at = recentPlace(holder, own);
    holders[at] = holder + 1;
    classes[at] = own;
    groups[at] = group;
    groupOf[place] = group;
    const ordinal = ordinals[place]!;
    asHolder[place] = ordinal === 0 ? group : table.fixed(ordinal - 1);
  }
  return groupOf;
}

/**
 * Goes on from `place` as long as it is known to which group an object belongs; returns the first of which it is not. A function of its own,
 * and small: it takes longer to compile than to run.
 */
function assignKnown(known: Assignment, start: number): number {
  const { parent, classOf, classMap, ordinals, root, groupOf, asHolder, holders, classes, groups } = known;
  const count = groupOf.length;
  for (let place = start; place < count; place++) {
    const above = parent[place]!;
    const holder = above === NONE ? root : asHolder[above]!;
    const own = classMap[classOf[place]!]!;
    const at = recentPlace(holder, own);
    if (holders[at] !== holder + 1 || classes[at] !== own || ordinals[place] !== 0) return place;
    asHolder[place] = groupOf[place] = groups[at]!;
  }
  return count;
}

function recentPlace(holder: number, own: number): number {
  return (holder ^ Math.imul(own, 0x9e3779b1)) & (RECENT - 1);
}

function countGroups(
  heaps: readonly VisibleHeap[],
  members: readonly Members[],
  table: GroupTable,
  fixedIds: readonly number[],
): GrowthGroup[] {
  const size = table.size;
  const sums = heaps.map((heap, k) => sumGroups(heap, members[k]!, size, k + 1));
  return Array.from({ length: size }, (_, group) => {
    const isMember = table.classOf(group) >= 0;
    const above = table.above(group);
    const hasGroupAbove = isMember && table.classOf(above) >= 0;
    const ages = sums.map(({ counts }, k) => [...counts.subarray(group * (k + 1), (group + 1) * (k + 1))]);
    return {
      class: table.classOf(group),
      parent: hasGroupAbove ? above : -1,
      fixedId: isMember && table.isFixed(above) ? fixedIds[table.above(above)]! : Number.NaN,
      count: ages.map((byArrival) => byArrival.reduce((sum, count) => sum + count, 0)),
      bytes: sums.map(({ bytes }) => bytes[group]!),
      ages,
    };
  });
}

/** By group the bytes in it, and by group x arrivals + arrival how many objects. */
function sumGroups(
  heap: VisibleHeap,
  { groupOf, arrival }: Members,
  groups: number,
  arrivals: number,
): { bytes: Float64Array; counts: Uint32Array } {
  const bytes = new Float64Array(groups);
  const counts = new Uint32Array(groups * arrivals);
  const sizes = heap.bytes;
  for (let place = 0; place < groupOf.length; place++) {
    const group = groupOf[place]!;
    bytes[group]! += sizes[place]!;
    counts[group * arrivals + arrival[place]!]!++;
  }
  return { bytes, counts };
}
