import { IdMap } from '../util/id-map.js';
import { PairIndex } from '../util/pair-index.js';
import { CHAIN_REACH, GENERIC, GroupTable } from './group-table.js';
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

/** More objects of one class than this below one object are a population and not parts of it. */
const MOST_PARTS = 16;
/** The groups of heaps of one process, in the order in which they were taken. */
export function groupGrowth(series: HeapSeries): GrowthGroups {
  const { heaps } = series;
  const { classNames, classMaps } = unifyClasses(heaps);
  const last = heaps.at(-1)!;
  const isFixed = findFixed(last, wasInFirst(series), classMaps.at(-1)!, classNames);
  const fixedIds: number[] = [];
  const fixedOf = new IdMap();
  for (let place = 0; place < last.count; place++) {
    if (isFixed[place] === 1) fixedOf.set(last.id[place]!, fixedIds.push(last.id[place]!) - 1);
  }
  const table = new GroupTable(classNames);
  const fixedBytes = heaps.map(() => new Float64Array(fixedIds.length));
  const groupsOf = heaps.map((heap, k) => assignGroups(heap, classMaps[k]!, fixedOf, table, fixedBytes[k]!));
  const arrivals = arrivalsOf(series, groupsOf);
  const groups = countGroups(heaps, groupsOf, arrivals, table, fixedIds);
  return {
    classNames,
    groups,
    groupOf: groupsOf.at(-1)!,
    arrival: arrivals.at(-1)!,
    isFixed,
    fixedBytes: (place) => {
      const fixed = fixedOf.get(last.id[place]!);
      return fixed < 0 ? null : fixedBytes.map((bytes) => bytes[fixed]!);
    },
  };
}

function unifyClasses(heaps: readonly VisibleHeap[]): { classNames: string[]; classMaps: Uint32Array[] } {
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

/** By heap, Uint8 by place: from which heap on the object was in the group where it is now. */
function arrivalsOf({ heaps, previous }: HeapSeries, groupsOf: readonly Uint32Array[]): Uint8Array[] {
  const arrivals = heaps.map((heap, k) => new Uint8Array(heap.count).fill(k));
  for (let k = 1; k < heaps.length; k++) {
    const places = previous[k]!;
    const own = groupsOf[k]!;
    const before = groupsOf[k - 1]!;
    for (let place = 0; place < places.length; place++) {
      const was = places[place]!;
      if (was >= 0 && before[was] === own[place]) arrivals[k]![place] = arrivals[k - 1]![was]!;
    }
  }
  return arrivals;
}

/** Uint8, by place in the last heap: 1 where the first one has the object too. */
function wasInFirst({ heaps, previous }: HeapSeries): Uint8Array {
  const was = new Uint8Array(heaps.at(-1)!.count);
  for (let place = 0; place < was.length; place++) {
    let at = place;
    for (let k = heaps.length - 1; k > 0 && at >= 0; k--) at = previous[k]![at]!;
    was[place] = at < 0 ? 0 : 1;
  }
  return was;
}

/**
 * Objects that were there from the first snapshot on, that fixed objects hold, and of which their holder has few: what
 * a program is built of. Links of a chain are not.
 */
function findFixed(
  heap: VisibleHeap,
  wasThere: Uint8Array,
  classMap: Uint32Array,
  classNames: readonly string[],
): Uint8Array {
  const { count, parent, classOf } = heap;
  const isGeneric = Uint8Array.from(classNames, (name) => (GENERIC.has(name) ? 1 : 0));
  const children = new Uint32Array(count);
  for (let place = 0; place < count; place++) if (parent[place]! >= 0) children[parent[place]!]!++;
  // Only below objects that hold many is it asked how many of them are of one class.
  const siblings = new PairIndex();
  const siblingRow = new Uint32Array(count);
  const numbers: number[] = [];
  for (let place = 0; place < count; place++) {
    const above = parent[place]!;
    if (above < 0 || children[above]! <= MOST_PARTS) continue;
    const row = siblings.row(classMap[classOf[place]!]!, above);
    siblingRow[place] = row;
    numbers[row] = (numbers[row] ?? 0) + 1;
  }
  const isFixed = new Uint8Array(count);
  for (let place = 0; place < count; place++) {
    if (wasThere[place] === 0) continue;
    const above = parent[place]!;
    if (above === NONE) {
      isFixed[place] = 1;
      continue;
    }
    if (isFixed[above] === 0) continue;
    if (children[above]! > MOST_PARTS && numbers[siblingRow[place]!]! > MOST_PARTS) continue;
    const own = classOf[place]!;
    const most = isGeneric[classMap[own]!] === 1 ? 5 : 2;
    let same = 0;
    let up = above;
    for (let step = 0; step < CHAIN_REACH && up !== NONE && same < most; step++) {
      if (classOf[up] === own) same++;
      up = parent[up]!;
    }
    if (same < most) isFixed[place] = 1;
  }
  return isFixed;
}

/** Uint32, by place: the group of each object. Fixed objects are members too, and stand for themselves to those below. */
function assignGroups(
  heap: VisibleHeap,
  classMap: Uint32Array,
  fixedOf: IdMap,
  table: GroupTable,
  fixedBytes: Float64Array,
): Uint32Array {
  const { count, parent, classOf, id, bytes } = heap;
  const groupOf = new Uint32Array(count);
  /** By place: the group that what it holds looks up to. */
  const asHolder = new Uint32Array(count);
  const root = table.root();
  let lastHolder = -1;
  let lastClass = -1;
  let lastGroup = -1;
  for (let place = 0; place < count; place++) {
    const above = parent[place]!;
    const holder = above === NONE ? root : asHolder[above]!;
    const own = classMap[classOf[place]!]!;
    // Neighbours are often alike.
    const group = holder === lastHolder && own === lastClass ? lastGroup : table.member(holder, own);
    lastHolder = holder;
    lastClass = own;
    lastGroup = group;
    groupOf[place] = group;
    const fixed = fixedOf.get(id[place]!);
    asHolder[place] = fixed < 0 ? group : table.fixed(fixed);
    if (fixed >= 0) fixedBytes[fixed] = bytes[place]!;
  }
  return groupOf;
}

function countGroups(
  heaps: readonly VisibleHeap[],
  groupsOf: readonly Uint32Array[],
  arrivals: readonly Uint8Array[],
  table: GroupTable,
  fixedIds: readonly number[],
): GrowthGroup[] {
  const size = table.size;
  const ages = heaps.map((_, k) => Array.from({ length: k + 1 }, () => new Uint32Array(size)));
  const bytes = heaps.map(() => new Float64Array(size));
  heaps.forEach((heap, k) => {
    const groupOf = groupsOf[k]!;
    const arrival = arrivals[k]!;
    const sums = bytes[k]!;
    const counts = ages[k]!;
    for (let place = 0; place < heap.count; place++) {
      const group = groupOf[place]!;
      sums[group]! += heap.bytes[place]!;
      counts[arrival[place]!]![group]!++;
    }
  });
  return Array.from({ length: size }, (_, group) => {
    const isMember = table.classOf(group) >= 0;
    const above = table.above(group);
    const hasGroupAbove = isMember && table.classOf(above) >= 0;
    return {
      class: table.classOf(group),
      parent: hasGroupAbove ? above : -1,
      fixedId: isMember && table.isFixed(above) ? fixedIds[table.above(above)]! : Number.NaN,
      count: ages.map((byArrival) => byArrival.reduce((sum, counts) => sum + counts[group]!, 0)),
      bytes: bytes.map((sums) => sums[group]!),
      ages: ages.map((byArrival) => byArrival.map((counts) => counts[group]!)),
    };
  });
}
