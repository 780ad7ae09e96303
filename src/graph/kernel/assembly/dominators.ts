// Immediate dominators by semi-NCA, in the numbers of the search; see ../../dominators.ts.
import { at, put } from "./graph";
import { LAST_OF_NUMBER } from "./search";

// ---------------------------------------------------------------- kept edges by target

// Kept edges (see search.ts) are sorted by target for a range of targets at a time, which takes less memory and stays closer to the caches
// than all at once. The range: from `low` on, `span` numbers.
let low: u32 = 0;
let span: u32 = 0;
/** By number from `low` on, and one more: where its predecessors start in `source`. Behind that come elements for what is not in the range. */
let first: usize = 0;
/** Numbers larger than the target's; one word more is for what is not in the range. */
let source: usize = 0;
/** Whose kept numbers come next, backwards. */
let keeper: u32 = 0;

/** Begins with a range; the keepers are up to `last`. */
export function startRange(start: u32, length: u32, starts: usize, sources: usize, last: u32): void {
  useRange(start, length, starts, sources);
  keeper = last + 1;
  memory.fill(starts, 0, (<usize>length + 1 + <usize>OTHERS) << 2);
}

/** The range that semidominators() is to work in. */
export function useRange(start: u32, length: u32, starts: usize, sources: usize): void {
  low = start;
  span = length;
  first = starts;
  source = sources;
}

// Without branches on what is in the range: the rest counts in places of its own, several, as the next is not to wait for the last.
const OTHERS: u32 = 8;

@inline
function placeOf(word: u32, place: usize): u32 {
  const target = (word & ~LAST_OF_NUMBER) - low;
  return select<u32>(target, span + 1 + ((<u32>place >> 2) & (OTHERS - 1)), target < span);
}

/** Counts the edges into the range. */
export function countKept(start: usize, end: usize): void {
  for (let place = start; place < end; place += 4) {
    const target = placeOf(load<u32>(place), place);
    put(first, target, at(first, target) + 1);
  }
}

/** From counts to where runs end, for targets from `start` to `end` of the range; `sum`: of those before. Returns the sum. */
export function sumKept(start: u32, end: u32, sum: u32): u32 {
  for (let target = start; target < end; target++) {
    sum += at(first, target);
    put(first, target, sum);
  }
  return sum;
}

/** After sumKept. */
export function endRange(sum: u32): void {
  for (let other: u32 = 0; other <= OTHERS; other++) put(first, span + other, sum);
}

/** Puts the edges into the range in their places, backwards: each run is filled from its end down to its start. */
export function sortKept(start: usize, end: usize): void {
  let own = keeper;
  for (let place = end; place > start; ) {
    place -= 4;
    const word = load<u32>(place);
    own -= word >> 31;
    const target = placeOf(word, place);
    const slot = at(first, target) - <u32>(target < span);
    put(first, target, slot);
    put(source, slot, own);
  }
  keeper = own;
}

// ---------------------------------------------------------------- semidominators

let semi: usize = 0;
/** Two words a number: ancestor, at first the parent, and the smallest semi on the path from it up to below the ancestor. */
let links: usize = 0;

export function startSemidominators(semis: usize, pairs: usize): void {
  semi = semis;
  links = pairs;
}

/** At first the parent is the ancestor; for numbers from `start` to `end`. */
export function startLinks(pairs: usize, parents: usize, start: u32, end: u32): void {
  for (let w = start; w < end; w++) put(pairs, w << 1, at(parents, w));
}

/** Lowers semi[w] to the number of w's semidominator for w from `last` down to `end`, in the range that was sorted. */
export function semidominators(last: u32, end: u32): void {
  for (let w = last; w >= end; w--) {
    let best = at(semi, w);
    const stop = at(first, w - low + 1);
    for (let pred = at(first, w - low); pred < stop; pred++) best = min(best, lowest(at(source, pred), w));
    put(semi, w, best);
    store<u32>(links + ((<usize>w) << 3), best, 4);
  }
}

/**
 * The smallest semi on the path from `v` up to below the first ancestor that is not above `w`; shortens the path. On the way up the ancestors
 * turn round, so that they show the way back (H. Schorr and W. Waite, Comm. ACM 10, 1967): no stack is needed.
 */
@inline
function lowest(v: u32, w: u32): u32 {
  let node = links + ((<usize>v) << 3);
  let up = load<u32>(node);
  let below: usize = 0;
  while (up > w) {
    store<u32>(node, <u32>below);
    below = node;
    node = links + ((<usize>up) << 3);
    up = load<u32>(node);
  }
  let low = load<u32>(node, 4);
  while (below) {
    node = below;
    below = <usize>load<u32>(node);
    low = min(low, load<u32>(node, 4));
    store<u32>(node, up);
    store<u32>(node, low, 4);
  }
  return low;
}

// ---------------------------------------------------------------- immediate dominators

/** Two words a number: its depth in the dominator tree so far, and an ancestor to jump to. */
let jumps: usize = 0;
let parent: usize = 0;

export function startDominators(parents: usize, semis: usize, pairs: usize): void {
  parent = parents;
  semi = semis;
  jumps = pairs;
  put(jumps, 2, 0);
  put(jumps, 3, 1);
}

/** Turns parent[w] into the number of w's immediate dominator for w from `start` to `last`. The word behind parent's last is 0. */
export function dominators(start: u32, last: u32): void {
  let next = at(parent, start);
  for (let w = start; w <= last; w++) {
    const limit = at(semi, w);
    let up = next;
    next = at(parent, w + 1);
    while (up > limit) {
      const far = load<u32>(jumps + ((<usize>up) << 3), 4);
      up = far > limit ? far : at(parent, up);
    }
    put(parent, w, up);
    // Only what has a child in the search's tree is ever come by.
    if (next != w) continue;
    const own = jumps + ((<usize>w) << 3);
    const above = jumps + ((<usize>up) << 3);
    const near = load<u32>(above, 4);
    const nearby = jumps + ((<usize>near) << 3);
    const beyond = load<u32>(nearby, 4);
    const depth = load<u32>(above);
    const nearDepth = load<u32>(nearby);
    store<u32>(own, depth + 1);
    store<u32>(own, depth - nearDepth == nearDepth - load<u32>(jumps + ((<usize>beyond) << 3)) ? beyond : up, 4);
  }
}

/** By node: its immediate dominator, from the dominators by number. */
export function dominatorsByNode(result: usize, order: usize, start: u32, last: u32): void {
  for (let w = start; w <= last; w++) put(result, at(order, w), at(order, at(parent, w)));
}
