// Labels of nodes, and what is left of the heap when those that no label keeps are added to what they are part of: ../../reduced-nodes.ts. The
// names are the host's: where a kernel comes upon one that it knows nothing of, it stops, and the host calls again.
import { at, put } from "./graph";

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

// The reduced heap: nodes whose label has the bit 1, each with what is below it up to the next of them.
/** Uint8, by node: the host's label. */
let label: usize = 0;
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
