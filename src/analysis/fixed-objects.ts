import { PairIndex } from '../util/pair-index.js';
import { CHAIN_REACH, GENERIC } from './group-table.js';
import type { HeapSeries } from './heap-series.js';
import { NONE } from './holder-tree.js';
import type { VisibleHeap } from './visible-heap.js';

/** More objects of one class than this below one object are a population and not parts of it. */
const MOST_PARTS = 16;

/**
 * Uint8, by place: 1 for objects that were there before, that such ones hold in turn up to a root, and of which their holder has
 * few: what a program is built of. Links of a chain are not.
 * @param previous by place: -1 for those that were not there
 */
export function findFixed(heap: VisibleHeap, previous: Int32Array): Uint8Array {
  const { count, parent, classOf, classNames } = heap;
  const isGeneric = Uint8Array.from(classNames, (name) => (GENERIC.has(name) ? 1 : 0));
  const children = new Uint32Array(count);
  for (let place = 0; place < count; place++) if (parent[place]! >= 0) children[parent[place]!]!++;
  const isMany = partsOfMany(heap, children);
  const isFixed = new Uint8Array(count);
  for (let place = 0; place < count; place++) {
    if (previous[place]! < 0) continue;
    const above = parent[place]!;
    if (above === NONE) {
      isFixed[place] = 1;
      continue;
    }
    if (isFixed[above] === 0 || (children[above]! > MOST_PARTS && isMany(place))) continue;
    const own = classOf[place]!;
    const most = isGeneric[own] === 1 ? 5 : 2;
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

/** Tells of objects below one that holds many whether there are many of their class. */
function partsOfMany({ count, parent, classOf }: VisibleHeap, children: Uint32Array): (place: number) => boolean {
  const siblings = new PairIndex();
  const numbers: number[] = [];
  for (let place = 0; place < count; place++) {
    const above = parent[place]!;
    if (above < 0 || children[above]! <= MOST_PARTS) continue;
    const row = siblings.row(classOf[place]!, above);
    numbers[row] = (numbers[row] ?? 0) + 1;
  }
  return (place) => numbers[siblings.row(classOf[place]!, parent[place]!)]! > MOST_PARTS;
}

/** Of the last heap, those that have been there from the first on: of these, which were so at the last but one may be known. */
export function fixedFromTheFirst({ heaps, connections, fixedSincePrevious }: HeapSeries): Uint8Array {
  const last = heaps.at(-1)!;
  const steps = connections.slice(1).toReversed();
  const isFixed = (fixedSincePrevious ?? findFixed(last, steps[0]?.previous ?? new Int32Array(last.count))).slice();
  for (let place = 0; place < last.count; place++) {
    if (isFixed[place] === 0) continue;
    const above = last.parent[place]!;
    let at = place;
    for (let k = 0; k < steps.length && at >= 0; k++) at = steps[k]!.previous[at]!;
    if (at < 0 || (above !== NONE && isFixed[above] === 0)) isFixed[place] = 0;
  }
  return isFixed;
}
