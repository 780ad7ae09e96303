import type { GrowthGroup, GrowthGroups } from './growth-groups.js';
import { leakAfterRelease, leakPerWindow, LEAST_PILE, windowsOf } from './growth-test.js';
import type { VisibleHeap } from './visible-heap.js';

/** How a series of snapshots is to be read. */
export type SeriesKind =
  /** One: what there is much of; nothing is known of growth. */
  | 'single'
  /** Two: growth, but nobody knows whether it goes on. */
  | 'pair'
  /** Three and more, the program at work in every window. */
  | 'series'
  /** Three and more, and the last window only let go of things. */
  | 'released';

/** In a single snapshot: the least share of the heap that objects in one place hold. */
const LARGE_SHARE = 0.05;

export const STRING = '(string)';

/** By group: how many leak, 0 where none do. @param heap the last */
export function countLeaking(heap: VisibleHeap, grown: GrowthGroups, kind: SeriesKind): Float64Array {
  const leak = new Float64Array(grown.groups.length);
  if (kind === 'single') {
    markLarge(leak, grown, heap);
    return leak;
  }
  grown.groups.forEach((group, index) => {
    if (group.class < 0) return;
    const windows = windowsOf(group);
    leak[index] = kind === 'released' ? leakAfterRelease(windows) : leakPerWindow(windows);
  });
  if (kind !== 'released') passOverStrings(leak, grown);
  return leak;
}

/** V8 turns strings of one kind into another: they leak only where there are more strings of all kinds in the same place. */
function passOverStrings(leak: Float64Array, { groups, classNames }: GrowthGroups): void {
  const isString = classNames.map((name) => name.endsWith(' string)') || name === STRING);
  const inPlace = new Map<number, GrowthGroup[]>();
  for (const group of groups) {
    if (!isString[group.class]) continue;
    const others = inPlace.get(placeOfGroup(group));
    if (others === undefined) inPlace.set(placeOfGroup(group), [group]);
    else others.push(group);
  }
  groups.forEach((group, index) => {
    if (leak[index] === 0 || !isString[group.class]) return;
    const all = inPlace.get(placeOfGroup(group))!;
    const grewBy = (k: number): number => all.reduce((sum, { count }) => sum + count[k]! - count[k - 1]!, 0);
    for (let k = 1; k < group.count.length; k++) if (grewBy(k) < leak[index]! / 2) leak[index] = 0;
  });
}

/** Of a single snapshot: groups of many that, with all below them, take a fair share of the heap. */
function markLarge(leak: Float64Array, { groups }: GrowthGroups, heap: VisibleHeap): void {
  const below = Float64Array.from(groups, ({ bytes }) => bytes[0]!);
  for (let index = groups.length - 1; index >= 0; index--) {
    const { parent } = groups[index]!;
    if (parent >= 0) below[parent]! += below[index]!;
  }
  groups.forEach((group, index) => {
    if (group.class >= 0 && group.count[0]! >= LEAST_PILE && below[index]! >= LARGE_SHARE * heap.totalBytes)
      leak[index] = group.count[0]!;
  });
}

/** The same for groups that the same holder has. */
function placeOfGroup({ parent, fixedId }: GrowthGroup): number {
  return parent >= 0 ? -1 - parent : fixedId;
}
