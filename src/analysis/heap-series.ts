import { IdMap } from '../util/id-map.js';
import type { VisibleHeap } from './visible-heap.js';

/** Heaps of one process in the order in which they were taken, and where each object was in the heap before. */
export interface HeapSeries {
  readonly heaps: readonly VisibleHeap[];
  /** By heap, Int32 by place: the place of the same id in the heap before, or -1; of the first heap all -1. */
  readonly previous: readonly Int32Array[];
}

/** Int32, by place in `after`: the place of the same id in `before`, or -1. */
export function connectTwo(before: VisibleHeap, after: VisibleHeap): Int32Array {
  const placeOf = new IdMap();
  for (let place = 0; place < before.count; place++) placeOf.set(before.id[place]!, place);
  const places = new Int32Array(after.count);
  for (let place = 0; place < after.count; place++) places[place] = placeOf.get(after.id[place]!);
  return places;
}

export function connectHeaps(heaps: readonly VisibleHeap[]): HeapSeries {
  const previous = heaps.map((heap, k) =>
    k === 0 ? new Int32Array(heap.count).fill(-1) : connectTwo(heaps[k - 1]!, heap),
  );
  return { heaps, previous };
}

/** Of the ids whose names are known: how many the heap before has, how many of these heap k has too, and how many of the same name. */
export function agreement(
  { heaps, previous }: HeapSeries,
  k: number,
): { known: number; shared: number; agreeing: number } {
  const before = heaps[k - 1]!;
  const after = heaps[k]!;
  const places = previous[k]!;
  let shared = 0;
  let agreeing = 0;
  for (let place = 0; place < after.count; place++) {
    if (after.nameHash[place] === 0 || places[place]! < 0) continue;
    shared++;
    if (before.nameHash[places[place]!] === after.nameHash[place]) agreeing++;
  }
  return { known: before.nameHash.reduce((sum, hash) => sum + (hash === 0 ? 0 : 1), 0), shared, agreeing };
}

/** How many objects came between two neighbouring heaps, and how many of the earlier one went. */
export function turnover({ heaps, previous }: HeapSeries, k: number): { born: number; gone: number } {
  const places = previous[k]!;
  let kept = 0;
  for (let place = 0; place < places.length; place++) if (places[place]! >= 0) kept++;
  return { born: places.length - kept, gone: heaps[k - 1]!.count - kept };
}

/** Of what came in window k - 1, how many went in window k. */
export function goneAgain({ heaps, previous }: HeapSeries, k: number): number {
  const wasNew = previous[k - 1]!;
  let kept = 0;
  for (const place of previous[k]!) if (place >= 0 && wasNew[place]! < 0) kept++;
  const { born } = turnover({ heaps, previous }, k - 1);
  return born - kept;
}
