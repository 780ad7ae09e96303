// What the rules have to know of names. The texts are the host's: kernels collect which strings are asked for, and get the answers.
import { at, edgeType, firstEdge } from "./graph";

export let nodeType: usize = 0;
export let nodeName: usize = 0;
export let edgeName: usize = 0;
let object: u32 = 0;
let hidden: u32 = 0;
let array: u32 = 0;
export let native: u32 = 0;
let element: u32 = 0;
let hiddenEdge: u32 = 0;
/** By string, u8: the flags below. */
let flags: usize = 0;

// First what is asked of a string, then what it is: ../names.ts.
const OF_HIDDEN: u32 = 1;
const OF_ARRAY: u32 = 2;
const OF_NATIVE: u32 = 4;
const OF_DESCRIPTOR: u32 = 8;
const OF_CONTEXT_EDGE: u32 = 16;
const OF_OBJECT: u32 = 32;
const IS_CONTEXT: u32 = 1;
const IS_DESCRIPTORS: u32 = 2;
const IS_EXTERNAL_DATA: u32 = 4;
const IS_LINK: u32 = 32;
const IS_SLOPPY_MAP: u32 = 64;
const IS_PLAIN: u32 = 128;

export function setNames(
  nodeTypes: usize,
  nodeNames: usize,
  edgeNames: usize,
  flagsOfString: usize,
  objectType: u32,
  hiddenType: u32,
  arrayType: u32,
  nativeType: u32,
  elementEdge: u32,
  hiddenEdgeType: u32,
): void {
  nodeType = nodeTypes;
  nodeName = nodeNames;
  edgeName = edgeNames;
  flags = flagsOfString;
  object = objectType;
  hidden = hiddenType;
  array = arrayType;
  native = nativeType;
  element = elementEdge;
  hiddenEdge = hiddenEdgeType;
}

@inline
function flag(name: u32, bits: u32): void {
  const place = flags + <usize>name;
  store<u8>(place, <u8>(<u32>load<u8>(place) | bits));
}

/** Flags the names of nodes of type object, hidden, array and native, each by its type. */
export function askNodeNames(start: u32, end: u32): void {
  for (let node = start; node < end; node++) {
    const type = <u32>load<u8>(nodeType + <usize>node);
    if (type == object) flag(at(nodeName, node), OF_OBJECT);
    else if (type == hidden) flag(at(nodeName, node), OF_HIDDEN);
    else if (type == array) flag(at(nodeName, node), OF_ARRAY);
    else if (type == native) flag(at(nodeName, node), OF_NATIVE);
  }
}

/** Lists the strings from `start` to `end` that have any of these flags; returns how many. Flags begin at a multiple of 16. */
export function listFlagged(list: usize, wanted: u32, start: u32, end: u32): u32 {
  let found = list;
  for (let name = start; name < end; ) {
    // Sixteen at a time, as hardly any has.
    if ((name & 15) == 0 && name + 16 <= end && !v128.any_true(v128.load(flags + <usize>name))) {
      name += 16;
      continue;
    }
    if (<u32>load<u8>(flags + <usize>name) & wanted) {
      store<u32>(found, name);
      found += 4;
    }
    name++;
  }
  return <u32>(found - list) >> 2;
}

/** Whether objects of this name are plain. */
@inline
export function isPlainName(name: u32): bool {
  return (<u32>load<u8>(flags + <usize>name) & IS_PLAIN) != 0;
}

/** No rule for the edges of a node. */
export const NO_RULE: u32 = 0;
export const CONTEXT: u32 = 1;
export const DESCRIPTORS: u32 = 2;

/** The rule for the edges of a node. */
@inline
export function ruleOf(node: u32): u32 {
  const type = <u32>load<u8>(nodeType + <usize>node);
  if (type != hidden && type != array) return NO_RULE;
  const is = <u32>load<u8>(flags + <usize>at(nodeName, node));
  return is & (type == hidden ? IS_CONTEXT : IS_DESCRIPTORS);
}

/** Whether the rule for a node's edges forbids this one. */
export function isForbidden(rule: u32, edge: u32): bool {
  const type = <u32>load<u8>(edgeType + <usize>edge);
  const name = at(edgeName, edge);
  const isNumber = type == element || type == hiddenEdge;
  if (rule == DESCRIPTORS) {
    return isNumber ? name >= 2 && name % 3 == 1 : (<u32>load<u8>(flags + <usize>name) & IS_LINK) != 0;
  }
  return !isNumber && (<u32>load<u8>(flags + <usize>name) & IS_SLOPPY_MAP) != 0;
}

/**
 * With the answers to askNodeNames: sets a bit in `ownable` (u32 words, zero before) for nodes that may be owned, lists the nodes with rules,
 * and asks for the names of their edges. Returns where the list ends.
 */
export function sortNodes(ownable: usize, ruled: usize, start: u32, end: u32): usize {
  for (let node = start; node < end; node++) {
    const type = <u32>load<u8>(nodeType + <usize>node);
    if (type != hidden && type != array && type != native) continue;
    if (type != native || (<u32>load<u8>(flags + <usize>at(nodeName, node)) & IS_EXTERNAL_DATA)) {
      const word = ownable + ((<usize>node >> 5) << 2);
      store<u32>(word, load<u32>(word) | ((<u32>1) << (node & 31)));
    }
    const rule = ruleOf(node);
    if (rule == NO_RULE) continue;
    store<u32>(ruled, node);
    ruled += 4;
    const stop = at(firstEdge, node + 1);
    for (let edge = at(firstEdge, node); edge < stop; edge++) {
      const edgeKind = <u32>load<u8>(edgeType + <usize>edge);
      if (edgeKind == element || edgeKind == hiddenEdge) continue;
      flag(at(edgeName, edge), rule == DESCRIPTORS ? OF_DESCRIPTOR : OF_CONTEXT_EDGE);
    }
  }
  return ruled;
}

/** The edges from `start` to `end` of one type whose names lie between `low` and `high`, both included, and have this flag: into `list`; returns how many. */
export function edgesNamed(list: usize, type: u32, low: u32, high: u32, wanted: u32, start: u32, end: u32): u32 {
  let found = list;
  const span = high - low;
  const low4 = i32x4.splat(low);
  const span4 = i32x4.splat(span);
  let edge = start;
  while (edge < end) {
    // Sixteen at a time, as hardly any is found.
    while (edge + 16 <= end) {
      const place = edgeName + ((<usize>edge) << 2);
      const a = i32x4.le_u(i32x4.sub(v128.load(place), low4), span4);
      const b = i32x4.le_u(i32x4.sub(v128.load(place, 16), low4), span4);
      const c = i32x4.le_u(i32x4.sub(v128.load(place, 32), low4), span4);
      const d = i32x4.le_u(i32x4.sub(v128.load(place, 48), low4), span4);
      if (v128.any_true(v128.or(v128.or(a, b), v128.or(c, d)))) break;
      edge += 16;
    }
    const stop = min(end, edge + 16);
    for (; edge < stop; edge++) {
      const name = at(edgeName, edge);
      if (name - low > span || <u32>load<u8>(edgeType + <usize>edge) != type) continue;
      if (<u32>load<u8>(flags + <usize>name) & wanted) {
        store<u32>(found, edge);
        found += 4;
      }
    }
  }
  return <u32>(found - list) >> 2;
}
