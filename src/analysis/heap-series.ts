import { IdMap } from '../util/id-map.js';
import type { VisibleHeap } from './visible-heap.js';

/** What two neighbours of a series have in common. */
export interface Overlap {
  /** How many ids. */
  readonly kept: number;
  /** Of the ids whose names are known: how many the earlier one has, how many of these the later one has too, and how many of the same name. */
  readonly known: number;
  readonly shared: number;
  readonly agreeing: number;
}

/** What becomes of a heap in the next. */
export interface Connection extends Overlap {
  /** Int32, by place in the later heap: the place of the same id in the earlier one, or -1. */
  readonly previous: Int32Array;
}

/** Heaps of one process in the order in which they were taken, and where each object was in the heap before. */
export interface HeapSeries {
  readonly heaps: readonly VisibleHeap[];
  /** By heap; the first has nothing in common with what was before. */
  readonly connections: readonly Connection[];
  /** findFixed() of the last heap and the one before, where that has been computed. */
  readonly fixedSincePrevious?: Uint8Array;
}

/** Connects neighbours of a series, in any order; from the last to the first it takes half as many tables of ids. */
export class Connector {
  /** The last table that was made. */
  #places: { readonly heap: VisibleHeap; readonly byId: IdMap } | null = null;

  connect(before: VisibleHeap | undefined, after: VisibleHeap): Connection {
    if (before === undefined)
      return { previous: new Int32Array(after.count).fill(-1), kept: 0, known: 0, shared: 0, agreeing: 0 };
    const previous = this.#previous(before, after);
    return { previous, ...overlap(before, after, previous) };
  }

  #previous(before: VisibleHeap, after: VisibleHeap): Int32Array {
    if (this.#places?.heap !== after) {
      const byId = new IdMap();
      for (let place = 0; place < before.count; place++) byId.set(before.id[place]!, place);
      this.#places = { heap: before, byId };
      return placesOf(after.id, before.id, byId);
    }
    const next = placesOf(before.id, after.id, this.#places.byId);
    this.#places = null;
    const previous = new Int32Array(after.count).fill(-1);
    for (let place = 0; place < next.length; place++) if (next[place]! >= 0) previous[next[place]!] = place;
    return previous;
  }
}

type Ids = Uint32Array | Float64Array;

/** Int32: the place of each of the ids in `others`, or -1. @param placeOf of these */
function placesOf(ids: Ids, others: Ids, placeOf: IdMap): Int32Array {
  const places = new Int32Array(ids.length);
  let next = 0;
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    // What follows in one heap mostly follows in the other.
    const place = others[next] === id ? next : placeOf.get(id);
    places[i] = place;
    if (place >= 0) next = place + 1;
  }
  return places;
}

function overlap(before: VisibleHeap, after: VisibleHeap, previous: Int32Array): Overlap {
  const hashBefore = before.nameHash;
  const hashAfter = after.nameHash;
  let kept = 0;
  let shared = 0;
  let agreeing = 0;
  for (let place = 0; place < previous.length; place++) {
    const was = previous[place]!;
    if (was < 0) continue;
    kept++;
    const hash = hashAfter[place]!;
    if (hash === 0) continue;
    shared++;
    if (hashBefore[was] === hash) agreeing++;
  }
  let known = 0;
  for (let place = 0; place < hashBefore.length; place++) if (hashBefore[place] !== 0) known++;
  return { kept, known, shared, agreeing };
}

export function connectHeaps(heaps: readonly VisibleHeap[]): HeapSeries {
  const connector = new Connector();
  return { heaps, connections: heaps.map((heap, k) => connector.connect(heaps[k - 1], heap)) };
}

/** How many objects came between two neighbouring heaps, and how many of the earlier one went. */
export function turnover({ heaps, connections }: HeapSeries, k: number): { born: number; gone: number } {
  const { kept } = connections[k]!;
  return { born: heaps[k]!.count - kept, gone: heaps[k - 1]!.count - kept };
}

/** Of what came in window k - 1, how many went in window k. */
export function goneAgain(series: HeapSeries, k: number): number {
  const wasNew = series.connections[k - 1]!.previous;
  let kept = 0;
  for (const place of series.connections[k]!.previous) if (place >= 0 && wasNew[place]! < 0) kept++;
  return turnover(series, k - 1).born - kept;
}
