// Immediate dominators by semi-NCA, in the numbers of the search; see ../../dominators.ts.
import { at, nodeCount, put, root } from "./graph";

let first: usize = 0;
let source: usize = 0;

// ---------------------------------------------------------------- kept edges by target

/** Counts for each number how often it was kept: first[w], zero before. Returns where to go on. */
export function countKept(starts: usize, from: usize, to: usize): void {
  for (let place = from; place < to; place += 4) {
    const value = load<i32>(place);
    if (value > 0) put(starts, value, at(starts, value) + 1);
  }
}

/** first[w]: from how often w was kept to where its run ends; `visited` + 2 words. Returns how many were kept in all. */
export function sumKept(starts: usize, visited: u32): u32 {
  let sum: u32 = 0;
  for (let w: u32 = 0; w <= visited + 1; w++) {
    sum += at(starts, w);
    put(starts, w, sum);
  }
  return sum;
}

let keeper: u32 = 0;

/** From the end of the list: each run is filled from its end down to its start. */
export function sortKept(starts: usize, sources: usize, from: usize, to: usize): void {
  for (let place = to; place > from; ) {
    place -= 4;
    const value = load<i32>(place);
    if (value < 0) keeper = <u32>-value;
    else {
      const slot = at(starts, value) - 1;
      put(starts, value, slot);
      put(sources, slot, keeper);
    }
  }
}

// ---------------------------------------------------------------- semidominators

let semi: usize = 0;
/** Two words a number: ancestor, at first the parent, and the smallest semi on the path from it up to below the ancestor. */
let links: usize = 0;
let path: usize = 0;

export function startSemidominators(starts: usize, sources: usize, parents: usize, semis: usize, pairs: usize, stack: usize, visited: u32): void {
  first = starts;
  source = sources;
  semi = semis;
  links = pairs;
  path = stack;
  for (let w: u32 = 1; w <= visited; w++) put(links, w << 1, at(parents, w));
}

/** Lowers semi[w] to the number of w's semidominator for w from `last` down to `end`. */
export function semidominators(last: u32, end: u32): void {
  for (let w = last; w >= end; w--) {
    let best = at(semi, w);
    const stop = at(first, w + 1);
    for (let pred = at(first, w); pred < stop; pred++) best = min(best, lowest(at(source, pred), w));
    put(semi, w, best);
    store<u32>(links + ((<usize>w) << 3), best, 4);
  }
}

/** The smallest semi on the path from `v` up to below the first ancestor that is not above `w`; shortens the path. */
@inline
function lowest(v: u32, w: u32): u32 {
  let node = links + ((<usize>v) << 3);
  let up = load<u32>(node);
  let top = path;
  while (up > w) {
    store<u32>(top, <u32>node);
    top += 4;
    node = links + ((<usize>up) << 3);
    up = load<u32>(node);
  }
  let low = load<u32>(node, 4);
  while (top > path) {
    top -= 4;
    const below = <usize>load<u32>(top);
    low = min(low, load<u32>(below, 4));
    store<u32>(below, up);
    store<u32>(below, low, 4);
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

/** By node: its immediate dominator, from the dominators by number; before, all have the root. */
export function dominatorsByNode(result: usize, order: usize, start: u32, last: u32): void {
  for (let w = start; w <= last; w++) put(result, at(order, w), at(order, at(parent, w)));
}

export function fillWithRoot(result: usize): void {
  for (let node: u32 = 0; node < nodeCount; node++) put(result, node, root);
}
