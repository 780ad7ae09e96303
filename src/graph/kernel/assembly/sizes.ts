// Shallow and retained sizes; see ../../shallow-sizes.ts and ../../retained-sizes.ts. `S` is the type of the file's sizes, `T` that of the
// shallow ones.
import { at, edgeTarget, firstEdge, isWeak, root } from "./graph";

const NOBODY: u32 = 0xffffffff;
const SEVERAL: u32 = 0xfffffffe;

/** Bits by node: what may be owned. */
let ownable: usize = 0;
/**
 * By node, in steps of 1 << ownerShift bytes: for what may be owned, the node that owns it, NOBODY or SEVERAL. Lies in the column of the
 * shallow sizes, where a node that may be owned needs no place before it is known what becomes of its size.
 */
let owner: usize = 0;
let ownerShift: usize = 2;
/** Nodes whose owner has changed and whose edges have to be looked at. */
let stack: usize = 0;

export function startOwners(bits: usize, shallow: usize, isWide: bool, room: usize): void {
  ownable = bits;
  owner = shallow;
  ownerShift = isWide ? 3 : 2;
  stack = room;
}

@inline
function isOwnable(node: u32): bool {
  return ((load<u32>(ownable + ((<usize>node >> 5) << 2)) >> (node & 31)) & 1) != 0;
}

@inline
function ownerAt(node: u32): u32 {
  return load<u32>(owner + (<usize>node << ownerShift));
}

/** Notes that `holder` reaches the node; returns whether that changed anything. */
@inline
function setOwner(node: u32, holder: u32): bool {
  const known = ownerAt(node);
  if (known == holder || known == SEVERAL) return false;
  store<u32>(owner + (<usize>node << ownerShift), known == NOBODY ? holder : SEVERAL);
  return true;
}

/** What the nodes from `start` to `end` own. An owned node changes at most twice, so it ends. */
export function findOwners(start: u32, end: u32): void {
  let edge = at(firstEdge, start);
  for (let node = start; node < end; node++) {
    const stop = at(firstEdge, node + 1);
    if (isOwnable(node)) {
      edge = stop;
      continue;
    }
    for (; edge < stop; edge++) {
      const target = at(edgeTarget, edge);
      if (isOwnable(target) && !isWeak(edge) && setOwner(target, node)) spread(target);
    }
  }
}

function spread(store0: u32): void {
  let top = stack;
  store<u32>(top, store0);
  top += 4;
  while (top > stack) {
    top -= 4;
    const from = load<u32>(top);
    const holder = ownerAt(from);
    const stop = at(firstEdge, from + 1);
    for (let edge = at(firstEdge, from); edge < stop; edge++) {
      const target = at(edgeTarget, edge);
      if (!isOwnable(target) || isWeak(edge) || !setOwner(target, holder)) continue;
      store<u32>(top, target);
      top += 4;
    }
  }
}

/** Bytes of the nodes from `start` to `end`. */
export function sumSizes32(sizes: usize, start: u32, end: u32): f64 {
  let sum: u64 = 0;
  for (let node = start; node < end; node++) sum += <u64>at(sizes, node);
  return <f64>sum;
}

/** Sizes of what cannot be owned, and NOBODY for the rest. */
@inline
function begin<S, T>(sizes: usize, start: u32, end: u32): void {
  for (let node = start; node < end; node++) {
    const place = owner + <usize>node * sizeof<T>();
    if (isOwnable(node)) store<u32>(place, NOBODY);
    else store<T>(place, <T>load<S>(sizes + <usize>node * sizeof<S>()));
  }
}

/** Adds the sizes of owned nodes to their owners', unless these are synthetic. */
@inline
function give<S, T>(sizes: usize, nodeType: usize, synthetic: u32, start: u32, end: u32): void {
  for (let node = start; node < end; node++) {
    if (!isOwnable(node)) continue;
    const place = owner + <usize>node * sizeof<T>();
    const size = <T>load<S>(sizes + <usize>node * sizeof<S>());
    const holder = load<u32>(place);
    if (holder >= SEVERAL || holder == root || <u32>load<u8>(nodeType + <usize>holder) == synthetic) {
      store<T>(place, size);
    } else {
      store<T>(place, 0);
      const above = owner + <usize>holder * sizeof<T>();
      store<T>(above, load<T>(above) + size);
    }
  }
}

export function beginSizes32(sizes: usize, start: u32, end: u32): void {
  begin<u32, u32>(sizes, start, end);
}
export function beginSizes32To64(sizes: usize, start: u32, end: u32): void {
  begin<u32, f64>(sizes, start, end);
}
export function beginSizes64(sizes: usize, start: u32, end: u32): void {
  begin<f64, f64>(sizes, start, end);
}
export function giveSizes32(sizes: usize, nodeType: usize, synthetic: u32, start: u32, end: u32): void {
  give<u32, u32>(sizes, nodeType, synthetic, start, end);
}
export function giveSizes32To64(sizes: usize, nodeType: usize, synthetic: u32, start: u32, end: u32): void {
  give<u32, f64>(sizes, nodeType, synthetic, start, end);
}
export function giveSizes64(sizes: usize, nodeType: usize, synthetic: u32, start: u32, end: u32): void {
  give<f64, f64>(sizes, nodeType, synthetic, start, end);
}

/** Begins with each node's shallow size. */
export function beginRetained32(retained: usize, shallow: usize, start: u32, end: u32): void {
  for (let node = <usize>start; node < <usize>end; node++) store<f64>(retained + (node << 3), <f64>load<u32>(shallow + (node << 2)));
}

/** Retained sizes, f64 by node: adds those of the nodes with numbers from `last` down to `end` to their dominators'. `dominator`: by number. */
export function retain(retained: usize, order: usize, dominator: usize, last: u32, end: u32): void {
  for (let w = last; w >= end; w--) {
    const above = retained + ((<usize>at(order, at(dominator, w))) << 3);
    store<f64>(above, load<f64>(above) + load<f64>(retained + ((<usize>at(order, w)) << 3)));
  }
}
