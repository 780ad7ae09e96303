// What classes are named after, and plain objects by their properties; see ../../named-nodes.ts and ../../plain-objects.ts.
import { at, edgeType, firstEdge, put } from "./graph";
import { edgeName, isPlainName, native, nodeName, nodeType } from "./names";

const DETACHED: u32 = 2;
const DETACHED_BIT: u32 = 0x80000000;
const NONE: u32 = 0xffffffff;

let object: u32 = 0;
/** By type, and by node. */
let codeOfType: usize = 0;
let codes: usize = 0;
/** By string: 1 + the code, 0 where it was not met; of names of detached nodes as well. */
let codeOfName: usize = 0;
let codeOfDetached: usize = 0;
/** By node, u8; 0: no node counts as detached. */
let detachedness: usize = 0;
/** The names in the order first met, and the nodes that are plain objects; where they end. */
let names: usize = 0;
let namesEnd: usize = 0;
let firstCode: u32 = 0;
let plainEnd: usize = 0;

/** Codes by name are 0. */
export function startNaming(
  objectType: u32,
  typeCodes: usize,
  first: u32,
  states: usize,
  nodeCodes: usize,
  nameCodes: usize,
  detachedCodes: usize,
  nameList: usize,
  plainList: usize,
): void {
  object = objectType;
  codeOfType = typeCodes;
  firstCode = first;
  detachedness = states;
  codes = nodeCodes;
  codeOfName = nameCodes;
  codeOfDetached = detachedCodes;
  names = namesEnd = nameList;
  plainEnd = plainList;
}

/** Nodes from `start` to `end`, in order. */
export function nameNodes(start: u32, end: u32): void {
  let plain = plainEnd;
  for (let node = start; node < end; node++) {
    const type = <u32>load<u8>(nodeType + <usize>node);
    if (type != object && type != native) {
      put(codes, node, at(codeOfType, type));
      continue;
    }
    const name = at(nodeName, node);
    const isDetached = type == native && detachedness != 0 && <u32>load<u8>(detachedness + <usize>node) == DETACHED;
    const known = isDetached ? codeOfDetached : codeOfName;
    let code = at(known, name) - 1;
    if (code == NONE) {
      code = firstCode + (<u32>(namesEnd - names) >> 2);
      put(known, name, code + 1);
      store<u32>(namesEnd, isDetached ? name | DETACHED_BIT : name);
      namesEnd += 4;
    }
    put(codes, node, code);
    if (type == object && isPlainName(name)) {
      store<u32>(plain, node);
      plain += 4;
    }
  }
  plainEnd = plain;
}

export function nameCount(): u32 {
  return <u32>(namesEnd - names) >> 2;
}

/** Where the list of plain objects ends. */
export function plainObjectsEnd(): usize {
  return plainEnd;
}

// ---------------------------------------------------------------- shapes of plain objects

let property: u32 = 0;
/** By shape: its hash, the first object that has it, and how many have. As in ../naming.ts. */
let shapes: usize = 0;
let shapeCount: u32 = 0;
const SHAPE: usize = 12;
const EXAMPLE: usize = 4;
const COUNT: usize = 8;
/** Open addressing: 1 + the shape, or 0. */
let slots: usize = 0;
let mask: u32 = 0;

export function startShapes(propertyType: u32, list: usize): void {
  property = propertyType;
  shapes = list;
  shapeCount = 0;
}

/** So many slots, a power of two, all 0: for the shapes that there are, and more. */
export function useSlots(place: usize, count: u32): void {
  slots = place;
  mask = count - 1;
  for (let shape: u32 = 0; shape < shapeCount; shape++) {
    let slot = load<u32>(shapes + <usize>shape * SHAPE) & mask;
    while (at(slots, slot) != 0) slot = (slot + 1) & mask;
    put(slots, slot, shape + 1);
  }
}

export function countShapes(): u32 {
  return shapeCount;
}

/** The shape of each object of the list from `start` to `end`. Returns where it ended: early where half of the slots are in use. */
export function findShapes(objects: usize, shapeOf: usize, start: u32, end: u32): u32 {
  for (let i = start; i < end; i++) {
    if (shapeCount << 1 > mask) return i;
    const node = at(objects, i);
    const hash = hashOf(node);
    let slot = hash & mask;
    let known = at(slots, slot);
    while (known != 0 && !isShape(known - 1, hash, node)) {
      slot = (slot + 1) & mask;
      known = at(slots, slot);
    }
    let shape = known - 1;
    if (known == 0) {
      shape = shapeCount++;
      put(slots, slot, shapeCount);
      const record = shapes + <usize>shape * SHAPE;
      store<u32>(record, hash);
      store<u32>(record, node, EXAMPLE);
      store<u32>(record, 0, COUNT);
    }
    const count = shapes + <usize>shape * SHAPE + COUNT;
    store<u32>(count, load<u32>(count) + 1);
    put(shapeOf, i, shape);
  }
  return end;
}

@inline
function isProperty(edge: u32): bool {
  return <u32>load<u8>(edgeType + <usize>edge) == property;
}

@inline
function hashOf(node: u32): u32 {
  const end = at(firstEdge, node + 1);
  let hash: u32 = 0x811c9dc5;
  for (let edge = at(firstEdge, node); edge < end; edge++) {
    if (isProperty(edge)) hash = ((hash ^ (hash >> 15)) + at(edgeName, edge)) * 0x85ebca6b;
  }
  return hash ^ (hash >> 16);
}

/** Whether the node has this shape. */
@inline
function isShape(shape: u32, hash: u32, node: u32): bool {
  const record = shapes + <usize>shape * SHAPE;
  if (load<u32>(record) != hash) return false;
  const example = load<u32>(record, EXAMPLE);
  const endA = at(firstEdge, example + 1);
  const endB = at(firstEdge, node + 1);
  let a = at(firstEdge, example);
  let b = at(firstEdge, node);
  while (true) {
    while (a < endA && !isProperty(a)) a++;
    while (b < endB && !isProperty(b)) b++;
    if (a == endA || b == endB) return a == endA && b == endB;
    if (at(edgeName, a++) != at(edgeName, b++)) return false;
  }
}

// ---------------------------------------------------------------- classes

/** From codes of nodes to classes. */
export function renumber(column: usize, classes: usize, start: u32, end: u32): void {
  for (let node = start; node < end; node++) put(column, node, at(classes, at(column, node)));
}

/** The same of plain objects, by shape: from `start` to `end` of the list. */
export function renumberPlain(column: usize, objects: usize, shapeOf: usize, classes: usize, start: u32, end: u32): void {
  for (let i = start; i < end; i++) put(column, at(objects, i), at(classes, at(shapeOf, i)));
}
