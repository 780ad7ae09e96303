// Sums by group of nodes; see ../../group-sizes.ts.
import { at, put } from "./graph";

/** The number of the root. */
const ROOT: u32 = 1;

// By number, uint32: the dominator's number, for numbers below `numbered`. Others have the root.
let dominator: usize = 0;
let numbered: u32 = 0;
/** By number, uint32: first how many it dominates, itself included; then the place for the next of these, in the end behind the last. */
let ends: usize = 0;
/** Uint32: numbers in preorder. */
let preorder: usize = 0;

/** Ends are 1 from the root's on; the root's stays what it is when it is alone. */
export function startPreorder(dominators: usize, count: u32, places: usize, numbers: usize): void {
  dominator = dominators;
  numbered = count;
  ends = places;
  preorder = numbers;
}

@inline
function above(number: u32): u32 {
  return number < numbered ? at(dominator, number) : ROOT;
}

export function startEnds(start: u32, end: u32): void {
  for (let number = start; number < end; number++) put(ends, number, 1);
}

/** Numbers from `last` down to `end`, which is more than the root's. */
export function countDominated(last: u32, end: u32): void {
  for (let number = last; number >= end; number--) {
    const own = above(number);
    put(ends, own, at(ends, own) + at(ends, number));
  }
}

/** After all are counted: the root's place, then from the next number on. */
export function placeRoot(): void {
  put(preorder, 0, ROOT);
  put(ends, ROOT, 1);
}

export function placeInPreorder(start: u32, end: u32): void {
  for (let number = start; number < end; number++) {
    const own = above(number);
    const place = at(ends, own);
    put(ends, own, place + at(ends, number));
    put(ends, number, place + 1);
    put(preorder, place, number);
  }
}

// What is summed up: columns by node, and a record for each group.
let group: usize = 0;
let hasSmallGroups: bool = false;
let records: usize = 0;
let selfSize: usize = 0;
let hasWideSelfSizes: bool = false;
let shallow: usize = 0;
let hasWideShallow: bool = false;
let distance: usize = 0;

// A record: offsets in bytes, and how many it has. As in ../groups.ts.
const SELF_SIZE: usize = 0; // f64
const SHALLOW_SIZE: usize = 8; // f64
const RETAINED_SIZE: usize = 16; // f64
const COUNT: usize = 24; // u32
const EMPTY_COUNT: usize = 28; // u32
const DISTANCE: usize = 32; // i32
const OPEN_UNTIL: usize = 36; // u32
const RECORD: usize = 40;

/** Groups are uint8 or uint32; records 0, but for the distances. */
export function startGroups(
  groups: usize,
  smallGroups: bool,
  record: usize,
  selfSizes: usize,
  wideSelfSizes: bool,
  shallowSizes: usize,
  wideShallow: bool,
  distances: usize,
): void {
  group = groups;
  hasSmallGroups = smallGroups;
  records = record;
  selfSize = selfSizes;
  hasWideSelfSizes = wideSelfSizes;
  shallow = shallowSizes;
  hasWideShallow = wideShallow;
  distance = distances;
}

@inline
function recordOf(node: u32): usize {
  const index = hasSmallGroups ? <usize>load<u8>(group + <usize>node) : <usize>at(group, node);
  return records + index * RECORD;
}

@inline
function sizeAt(column: usize, isWide: bool, node: u32): f64 {
  return isWide ? load<f64>(column + ((<usize>node) << 3)) : <f64>at(column, node);
}

@inline
function add(place: usize, size: f64): void {
  store<f64>(place, load<f64>(place) + size);
}

@inline
function increment(place: usize): void {
  store<u32>(place, load<u32>(place) + 1);
}

/** All but the retained sizes, of nodes from `start` to `end`. */
export function sumGroups(start: u32, end: u32): void {
  for (let node = start; node < end; node++) {
    const record = recordOf(node);
    add(record + SELF_SIZE, sizeAt(selfSize, hasWideSelfSizes, node));
    const size = sizeAt(shallow, hasWideShallow, node);
    if (size == 0) {
      increment(record + EMPTY_COUNT);
      continue;
    }
    increment(record + COUNT);
    add(record + SHALLOW_SIZE, size);
    const far = load<i32>(distance + ((<usize>node) << 2));
    if (far < load<i32>(record + DISTANCE)) store<i32>(record + DISTANCE, far);
  }
}

/** What is at the places from `start` to `end` of the preorder. `order`: by number the node. `retained`: float64 by node. */
export function sumRetained(order: usize, retained: usize, start: u32, end: u32): void {
  for (let place = start; place < end; place++) {
    const number = at(preorder, place);
    const node = at(order, number);
    if (sizeAt(shallow, hasWideShallow, node) == 0) continue;
    const record = recordOf(node);
    if (place < load<u32>(record + OPEN_UNTIL)) continue;
    store<u32>(record + OPEN_UNTIL, at(ends, number));
    add(record + RETAINED_SIZE, load<f64>(retained + ((<usize>node) << 3)));
  }
}
