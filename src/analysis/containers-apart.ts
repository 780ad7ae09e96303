import type { GrowthGroup, GrowthGroups } from './growth-groups.js';
import { leakAfterRelease, leakPerWindow, LEAST_GROWTH, LEAST_PILE, windowsOf } from './growth-test.js';
import type { HeapSeries } from './heap-series.js';
import { NONE } from './holder-tree.js';

/** More containers of one group than this are a population: one leak in many places. */
const MOST_CONTAINERS = 16;
/** They must have so much of what came into the group: else it is the others that make it grow. */
const LEAST_PART = 0.8;

/**
 * Places of survivors that share a group with others, and in which things pile up in every window of the group's growth.
 * Each is to have groups of its own: two lists that two of a page's functions hold are two leaks, and their numbers too.
 */
export function containersApart(series: HeapSeries, grown: GrowthGroups): number[] {
  const { groups, groupOf, isFixed } = grown;
  const isSingle = series.heaps.length === 1;
  const first = isSingle ? 0 : 1;
  const least = isSingle ? LEAST_PILE : LEAST_GROWTH;
  /** Uint8, by group: 1 for those that leak as they are, and what is below them: what they hold is no question. */
  const isTold = new Uint8Array(groups.length);
  const mayBeShared = new Uint8Array(groups.length);
  groups.forEach((group, index) => {
    if (group.parent >= 0 && isTold[group.parent] === 1) isTold[index] = 1;
    else if (keepsGrowing(group, first, least)) {
      if (group.parent >= 0) mayBeShared[index] = 1;
      if (leaks(group)) isTold[index] = 1;
    }
  });
  if (!mayBeShared.includes(1)) return [];
  const outside = holdersOutside(series, grown, mayBeShared);
  const apart = new Set<number>();
  /** Int32, by group: what holds all that came, but maybe not what was there before. */
  const holder = new Int32Array(groups.length).fill(NONE);
  for (const [group, piles] of pilesOf(grown, mayBeShared, outside, first)) {
    const came = groups[group]!.ages.at(-1)!;
    const growing = [...piles].filter(([, pile]) =>
      pile.every((own, k) => k < first || own >= Math.min(least, came[k]!)),
    );
    const part = total(growing.map(([, pile]) => total(pile))) / total(came.slice(first));
    if (growing.length > MOST_CONTAINERS || part < LEAST_PART) continue;
    const places = growing.map(([place]) => place).filter((place) => isFixed[place] === 0);
    if (piles.size > 1) for (const place of places) apart.add(place);
    else holder[group] = places[0] ?? NONE;
  }
  if (holder.some((place) => place !== NONE))
    for (let place = 0; place < groupOf.length; place++) {
      const own = holder[groupOf[place]!]!;
      if (own !== NONE && outside[place] !== own) apart.add(own);
    }
  return [...apart];
}

/** Whether as many as count came in each window, and stayed; the last of two or more may have let go only. */
function keepsGrowing({ class: own, ages }: GrowthGroup, first: number, least: number): boolean {
  const came = ages.at(-1)!;
  if (own < 0 || came[first]! < least) return false;
  for (let k = first + 1; k < came.length - 1; k++) if (came[k]! < least) return false;
  return true;
}

/** Whether it does, be it that the last window only let go. */
function leaks(group: GrowthGroup): boolean {
  const windows = windowsOf(group);
  if (windows.length === 0) return false;
  return leakPerWindow(windows) > 0 || (windows.length > 1 && leakAfterRelease(windows) > 0);
}

/** Uint8, by place in the last heap: 1 for what was there in the first. */
function survivorsOf({ heaps, connections }: HeapSeries): Uint8Array {
  const survives = new Uint8Array(heaps.at(-1)!.count);
  for (let place = 0; place < survives.length; place++) {
    let at = place;
    for (let k = heaps.length - 1; k > 0 && at >= 0; k--) at = connections[k]!.previous[at]!;
    if (at >= 0) survives[place] = 1;
  }
  return survives;
}

/** Int32, by place: for members of the groups asked for, the nearest survivor that holds them and is none, or NONE. */
function holdersOutside(series: HeapSeries, { groupOf }: GrowthGroups, isAsked: Uint8Array): Int32Array {
  const { count, parent } = series.heaps.at(-1)!;
  const survives = survivorsOf(series);
  /** Int32, by place: the place itself where it survives, else the nearest survivor that holds it. */
  const survivor = new Int32Array(count);
  const outside = new Int32Array(count);
  for (let place = 0; place < count; place++) {
    const above = parent[place]!;
    let holder = above === NONE ? NONE : survivor[above]!;
    survivor[place] = survives[place] === 1 ? place : holder;
    const group = groupOf[place]!;
    if (isAsked[group] === 0) continue;
    while (holder !== NONE && groupOf[holder] === group) holder = outside[holder]!;
    outside[place] = holder;
  }
  return outside;
}

/** By group asked for and by holder outside of it: by arrival, how many came there since the first snapshot. */
function pilesOf(
  { groupOf, arrival, groups }: GrowthGroups,
  isAsked: Uint8Array,
  outside: Int32Array,
  first: number,
): Map<number, Map<number, number[]>> {
  const piles = new Map<number, Map<number, number[]>>();
  for (let place = 0; place < groupOf.length; place++) {
    const group = groupOf[place]!;
    if (isAsked[group] === 0 || arrival[place]! < first || outside[place] === NONE) continue;
    let byHolder = piles.get(group);
    if (byHolder === undefined) piles.set(group, (byHolder = new Map()));
    let pile = byHolder.get(outside[place]!);
    if (pile === undefined) byHolder.set(outside[place]!, (pile = groups[group]!.ages.at(-1)!.map(() => 0)));
    pile[arrival[place]!]!++;
  }
  return piles;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
