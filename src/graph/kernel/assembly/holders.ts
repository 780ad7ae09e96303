// One way to each node, breadth first, and what is left of the heap when parts are added to the objects that they are part of. The rules
// and the names are the host's: ../holders.ts. A kernel that comes upon a name that it knows nothing of stops, and the host calls again.
import { at, edgeTarget, edgeType, firstEdge, put, root } from "./graph";

/** Uint8, by node: the host's label. */
let label: usize = 0;

/**
 * Labels the nodes from `start` to `end`; returns the first whose name is not known, or `end`. By node type there is a word in `tables`: the
 * address of a table, uint8 by string, 1 + label, 0 where it is not known; or 0 where names do not matter: then the label is in `ofType`.
 */
export function labelNodes(
  labels: usize,
  nodeType: usize,
  nodeName: usize,
  tables: usize,
  ofType: usize,
  start: u32,
  end: u32,
): u32 {
  for (let node = start; node < end; node++) {
    const type = <u32>load<u8>(nodeType + <usize>node);
    const table = <usize>at(tables, type);
    let own: u32;
    if (table == 0) own = <u32>load<u8>(ofType + <usize>type);
    else {
      own = <u32>load<u8>(table + <usize>at(nodeName, node));
      if (own == 0) return node;
      own--;
    }
    store<u8>(labels + <usize>node, <u8>own);
  }
  return end;
}

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

// The reduced heap: nodes whose label has the bit 1, each with what is below it up to the next of them.
let nodeType: usize = 0;
let nodeName: usize = 0;
let nodeId: usize = 0;
let nodeSize: usize = 0;
let hasWideIds: bool = false;
let hasWideSizes: bool = false;
/** By node: 1 + place of the node itself, or of what it is part of. */
let owner: usize = 0;
/** By type, a word: the address of a table, uint32 by string, 1 + class, 0 where it is not known. Of types without, the table has one word. */
let tables: usize = 0;
/** By type, uint8: 1 where names matter, 2 where each node that is detached has a class of its own. */
let kinds: usize = 0;
let detachedness: usize = 0;
/** By class: the hash; and by string, that of a function, or 0. */
let classHash: usize = 0;
let functionHash: usize = 0;
let functionType: u32 = 0;
let ownParent: usize = 0;
let ownOrder: usize = 0;
/** Results by place. */
let idOf: usize = 0;
let classOf: usize = 0;
let parentPlace: usize = 0;
let bytesOf: usize = 0;
let nodeIndex: usize = 0;
let nameHash: usize = 0;

let place: u32 = 0;
let given: u32 = 0;
/** Bytes of what stays and of its parts. */
let staying: f64 = 0;

/** How the file's columns lie. */
export function startReduced(
  nodeTypes: usize,
  nodeNames: usize,
  nodeIds: usize,
  nodeSizes: usize,
  wideIds: bool,
  wideSizes: bool,
  owners: usize,
  labels: usize,
  orders: usize,
  parents: usize,
): void {
  nodeType = nodeTypes;
  nodeName = nodeNames;
  nodeId = nodeIds;
  nodeSize = nodeSizes;
  hasWideIds = wideIds;
  hasWideSizes = wideSizes;
  owner = owners;
  label = labels;
  ownOrder = orders;
  ownParent = parents;
  place = 0;
  given = 0;
  staying = 0;
}

export function stayingBytes(): f64 {
  return staying;
}

/** Where classes are looked up. */
export function setClassTables(
  tableAddresses: usize,
  kindOfType: usize,
  detachednessOrZero: usize,
  hashOfClass: usize,
  hashOfFunction: usize,
  closure: u32,
): void {
  tables = tableAddresses;
  kinds = kindOfType;
  detachedness = detachednessOrZero;
  classHash = hashOfClass;
  functionHash = hashOfFunction;
  functionType = closure;
}

/** Where the results go. */
export function setReduced(
  ids: usize,
  classes: usize,
  parents: usize,
  bytes: usize,
  nodes: usize,
  hashes: usize,
): void {
  idOf = ids;
  classOf = classes;
  parentPlace = parents;
  bytesOf = bytes;
  nodeIndex = nodes;
  nameHash = hashes;
}

/** How many of the order's places from `start` to `end` are of nodes whose label has the bit 1. */
export function countStaying(labels: usize, orders: usize, start: u32, end: u32): u32 {
  let count: u32 = 0;
  for (let i = start; i < end; i++) count += <u32>load<u8>(labels + <usize>at(orders, i)) & 1;
  return count;
}

/** The class, counted from 1, of the next node, which the tables do not tell. */
export function giveClass(class1: u32): void {
  given = class1;
}

@inline
function isSampled(node: u32): bool {
  if (!hasWideIds) return ((at(nodeId, node) >>> 1) & 15) == 0;
  const half = Math.floor(load<f64>(nodeId + ((<usize>node) << 3)) / 2);
  return half - Math.floor(half / 16) * 16 == 0;
}

@inline
function addBytes(place1: u32, size: f64): void {
  const sum = bytesOf + ((<usize>(place1 - 1)) << 3);
  store<f64>(sum, load<f64>(sum) + size);
  staying += size;
}

/** Reduces the nodes at these places of the order; returns the first whose class or hash is not known, or `end`. */
export function reduceNodes(start: u32, end: u32): u32 {
  for (let i = start; i < end; i++) {
    const node = at(ownOrder, i);
    const up = at(ownParent, node);
    const above = up == <u32>-1 ? 0 : at(owner, up);
    const size = hasWideSizes ? load<f64>(nodeSize + ((<usize>node) << 3)) : <f64>at(nodeSize, node);
    if ((<u32>load<u8>(label + <usize>node) & 1) == 0) {
      put(owner, node, above);
      if (above == 0) continue;
      addBytes(above, size);
      continue;
    }
    const type = <u32>load<u8>(nodeType + <usize>node);
    const kind = <u32>load<u8>(kinds + <usize>type);
    const name = at(nodeName, node);
    let class1 = given;
    if (class1 == 0) {
      if (kind == 2 && detachedness != 0 && <u32>load<u8>(detachedness + <usize>node) == 2) return i;
      class1 = at(<usize>at(tables, type), kind == 0 ? 0 : name);
      if (class1 == 0) return i;
    }
    if (isSampled(node)) {
      const hash = type == functionType ? at(functionHash, name) : at(classHash, class1 - 1);
      if (hash == 0) return i;
      put(nameHash, place, hash);
    }
    given = 0;
    put(classOf, place, class1 - 1);
    put(parentPlace, place, above - 1);
    put(nodeIndex, place, node);
    if (hasWideIds) store<f64>(idOf + ((<usize>place) << 3), load<f64>(nodeId + ((<usize>node) << 3)));
    else put(idOf, place, at(nodeId, node));
    place++;
    put(owner, node, place);
    addBytes(place, size);
  }
  return end;
}
