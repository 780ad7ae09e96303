// One way to each node, breadth first, in rounds: ../../holder-search.ts. The names are the host's: where a kernel comes upon one that it knows
// nothing of, it stops, and the host calls again.
import { at, edgeTarget, edgeType, firstEdge, put, root } from "./graph";

/** Uint8, by node: the host's label. */
let label: usize = 0;
/** Uint8, by node: the region where it was reached, 0 to 3, and the flags below. */
let region: usize = 0;
const REGION: u32 = 3;
/** Entered only on demand. */
const CLOSED: u32 = 4;
/** Value of a WeakMap. */
const VALUE: u32 = 8;
/** In the list of what was passed by. */
const PASSED: u32 = 16;
/** By place: the node. */
let order: usize = 0;
/** By node: the node from which it was reached, and the edge. Where edges are not wanted the two are the same. */
let parent: usize = 0;
let parentEdge: usize = 0;
/** Two words each: an edge that was passed by, and the node where it starts. */
let passed: usize = 0;
let passedCount: u32 = 0;
let edgeName: usize = 0;
/** Uint8, by string: 2 where edges of this name are passed by, 1 where not, 0 where it is not known. */
let byName: usize = 0;
/** Edges that do not count, ascending. */
let voids: usize = 0;
let voidCount: u32 = 0;
let weak: u32 = 0;
let shortcut: u32 = 0;
let property: u32 = 0;

/** How many places of the order are taken. */
let tail: u32 = 0;
/** The place that is gone on from, and the next of its edges. */
let head: u32 = 0;
let nextEdge: u32 = 0;
let isWithin: bool = false;

/** Before the search: all regions are 0, all parents -1. Closes nodes with this label. */
export function startHolders(
  labels: usize,
  regions: usize,
  orders: usize,
  parents: usize,
  parentEdges: usize,
  passedBy: usize,
  edgeNames: usize,
  names: usize,
  voidEdges: usize,
  voidEdgeCount: u32,
): void {
  label = labels;
  region = regions;
  order = orders;
  parent = parents;
  parentEdge = parentEdges;
  passed = passedBy;
  passedCount = 0;
  edgeName = edgeNames;
  byName = names;
  voids = voidEdges;
  voidCount = voidEdgeCount;
  tail = 0;
  head = 0;
  isWithin = false;
  for (let i: u32 = 0; i < voidEdgeCount; i++) {
    const target = region + <usize>at(edgeTarget, at(voidEdges, i));
    store<u8>(target, <u8>(<u32>load<u8>(target) | VALUE));
  }
}

export function setHolderEdges(weakType: u32, shortcutType: u32, propertyType: u32): void {
  weak = weakType;
  shortcut = shortcutType;
  property = propertyType;
}

/** Closes the nodes with this label, from `start` to `end`. */
export function closeNodes(closed: u32, start: u32, end: u32): void {
  for (let node = <usize>start; node < <usize>end; node++) {
    if (<u32>load<u8>(label + node) == closed) store<u8>(region + node, <u8>(<u32>load<u8>(region + node) | CLOSED));
  }
}

/** Takes the flags away, from `start` to `end`. */
export function keepRegions(start: u32, end: u32): void {
  for (let node = <usize>start; node < <usize>end; node++) store<u8>(region + node, load<u8>(region + node) & <u8>REGION);
}

@inline
function reach(node: u32, mark: u32, value: u32): void {
  store<u8>(region + <usize>node, <u8>(mark | value));
  put(order, tail++, node);
}

/** A node to go on from. */
export function beginAt(node: u32, value: u32): void {
  const mark = <u32>load<u8>(region + <usize>node);
  if ((mark & REGION) == 0) reach(node, mark, value);
}

/** Goes on from what was passed by, each by the edge that was met first. */
export function takePassedBy(value: u32): void {
  for (let i: u32 = 0; i < passedCount; i++) {
    const edge = at(passed, 2 * i);
    const target = at(edgeTarget, edge);
    const mark = <u32>load<u8>(region + <usize>target);
    if (mark & REGION) continue;
    reach(target, mark, value);
    put(parentEdge, target, edge);
    put(parent, target, at(passed, 2 * i + 1));
  }
  passedCount = 0;
}

/** What the search is to go through again: all that was reached. */
export function searchAgain(): void {
  head = 0;
}

export function reachedCount(): u32 {
  return tail;
}

function isVoid(edge: u32): bool {
  let low: u32 = 0;
  let high = voidCount;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(voids, middle) < edge) low = middle + 1;
    else high = middle;
  }
  return low < voidCount && at(voids, low) == edge;
}

/** What searchHolders() says. */
const DONE: u32 = 0;
const MORE: u32 = 1;
/** Of the name of the edge at nextEdge, nothing is known. */
const ASKS: u32 = 2;

/**
 * Goes on from `limit` nodes at most. `passesBy`: properties with certain names are passed by; `intoClosed`: closed nodes are entered too.
 */
export function searchHolders(limit: u32, value: u32, passesBy: bool, intoClosed: bool): u32 {
  const blocked = intoClosed ? REGION : REGION | CLOSED;
  for (; limit > 0; limit--, head++) {
    if (head == tail) return DONE;
    const node = at(order, head);
    const end = at(firstEdge, node + 1);
    let edge = isWithin ? nextEdge : at(firstEdge, node);
    isWithin = false;
    for (; edge < end; edge++) {
      const target = at(edgeTarget, edge);
      const mark = <u32>load<u8>(region + <usize>target);
      if (mark & blocked) continue;
      const kind = <u32>load<u8>(edgeType + <usize>edge);
      if (kind == weak || (kind == shortcut && node != root)) continue;
      if (mark & VALUE && isVoid(edge)) continue;
      if (passesBy && kind == property) {
        const known = <u32>load<u8>(byName + <usize>at(edgeName, edge));
        if (known == 0) {
          isWithin = true;
          nextEdge = edge;
          return ASKS;
        }
        if (known == 2) {
          if (!(mark & PASSED)) {
            store<u8>(region + <usize>target, <u8>(mark | PASSED));
            put(passed, 2 * passedCount, edge);
            put(passed, 2 * passedCount + 1, node);
            passedCount++;
          }
          continue;
        }
      }
      reach(target, mark, value);
      put(parentEdge, target, edge);
      put(parent, target, node);
    }
  }
  return MORE;
}

export function askedEdge(): u32 {
  return nextEdge;
}
