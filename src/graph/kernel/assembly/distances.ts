// Breadth-first search by DevTools' rules; see ../../distances.ts.
import { at, edgeTarget, firstEdge, isWeak, nodeCount, signedAt } from "./graph";
import { DESCRIPTORS, NO_RULE, isForbidden, ruleOf } from "./names";

// Distances of nodes that the search has not reached. What is below UNREACHED wants a closer look.
const UNREACHED: i32 = -5;
/** Edges of WeakMap pairs lead here. */
const VALUE: i32 = -6;
/** There is a rule for the node's edges. */
const RULED: i32 = -7;
const RULED_VALUE: i32 = -8;

/** Set in the queue for nodes with a rule; a node's index is below. */
const RULED_BIT: u32 = 0x80000000;

let distance: usize = 0;
let queue: usize = 0;
let head: usize = 0;
let tail: usize = 0;

// Which of the nodes at one distance comes first makes no difference, so many of them are put in the order of the file: their edges are then
// next to each other in memory. A bit for each node, all 0 in between; 0: not to be done.
let bits: usize = 0;
let bitWords: u32 = 0;
/** Where the nodes end that have the distance of those at the head. */
let levelEnd: usize = 0;
/** So many words of bits to go through are worth one node. */
const WORDS_PER_NODE: u32 = 4;

// The edges of WeakMap pairs, ascending, the number of each one's pair, and by pair: 1 where one edge of it was met.
let pairEdge: usize = 0;
let pairOf: usize = 0;
let pairEdges: u32 = 0;
let isPending: usize = 0;

/** The nodes with rules. */
let ruled: usize = 0;
let ruledEnd: usize = 0;

/** Distances are UNREACHED. `ruledNodes`: a list of `ruledCount` nodes with rules. */
export function startDistances(
  distances: usize,
  list: usize,
  edges: usize,
  pairs: usize,
  count: u32,
  pending: usize,
  ruledNodes: usize,
  ruledCount: u32,
  nodeBits: usize,
): void {
  distance = distances;
  head = tail = levelEnd = queue = list;
  bits = nodeBits;
  bitWords = (nodeCount + 31) >> 5;
  pairEdge = edges;
  pairOf = pairs;
  pairEdges = count;
  isPending = pending;
  ruled = ruledNodes;
  ruledEnd = ruledNodes + (<usize>ruledCount << 2);
  for (let place = ruled; place < ruledEnd; place += 4) setDistance(load<u32>(place), RULED);
  for (let k: u32 = 0; k < count; k++) {
    const target = at(edgeTarget, at(edges, k));
    const known = signedAt(distance, target);
    if (known == UNREACHED) setDistance(target, VALUE);
    else if (known == RULED) setDistance(target, RULED_VALUE);
  }
}

@inline
function setDistance(node: u32, value: i32): void {
  store<i32>(distance + ((<usize>node) << 2), value);
}

/** A node to start from; with repeats, as DevTools has it. */
export function startAt(node: u32, value: i32): void {
  if (head == tail) head = tail = queue;
  setDistance(node, value);
  store<u32>(tail, ruleOf(node) == NO_RULE ? node : node | RULED_BIT);
  tail += 4;
  levelEnd = tail;
}

/** Goes through `limit` nodes at most; false when there are no more. */
export function search(limit: u32): bool {
  while (limit-- > 0) {
    if (head == levelEnd) {
      if (head == tail) return false;
      levelEnd = tail;
      if (bits && <u32>(tail - head) >> 2 > bitWords / WORDS_PER_NODE) sortLevel();
    }
    const entry = load<u32>(head);
    head += 4;
    const node = entry & ~RULED_BIT;
    const begin = at(firstEdge, node);
    const end = at(firstEdge, node + 1);
    if (begin == end) continue;
    const next = signedAt(distance, node) + 1;
    if (entry == node) reach(begin, end, next);
    else reachByRule(node, begin, end, next);
  }
  return true;
}

/** Puts the nodes without rules from head to tail in the order of the file, behind those with rules. */
function sortLevel(): void {
  let first = head;
  for (let place = head; place < tail; place += 4) {
    const node = load<u32>(place);
    if (node & RULED_BIT) {
      store<u32>(first, node);
      first += 4;
    } else {
      const word = bits + ((<usize>node >> 5) << 2);
      store<u32>(word, load<u32>(word) | ((<u32>1) << (node & 31)));
    }
  }
  for (let index: u32 = 0; index < bitWords; index++) {
    const word = bits + (<usize>index << 2);
    let left = load<u32>(word);
    if (left == 0) continue;
    store<u32>(word, 0);
    do {
      store<u32>(first, (index << 5) + ctz(left));
      first += 4;
      left &= left - 1;
    } while (left);
  }
}

@inline
function reach(begin: u32, end: u32, next: i32): void {
  let list = tail;
  for (let edge = begin; edge < end; edge++) {
    const target = at(edgeTarget, edge);
    const place = distance + ((<usize>target) << 2);
    const known = load<i32>(place);
    if (known >= 0 || isWeak(edge)) continue;
    if (known < UNREACHED) {
      list = closeLook(edge, target, known, next, list);
      continue;
    }
    store<i32>(place, next);
    store<u32>(list, target);
    list += 4;
  }
  tail = list;
}

/** Reaches a node that pairs lead to, or that has a rule; returns the queue's end. */
function closeLook(edge: u32, target: u32, known: i32, next: i32, list: usize): usize {
  if (known != RULED && isFirstOfPair(edge)) return list;
  setDistance(target, next);
  store<u32>(list, known == VALUE ? target : target | RULED_BIT);
  return list + 4;
}

function reachByRule(node: u32, begin: u32, end: u32, next: i32): void {
  const rule = ruleOf(node);
  for (let edge = begin; edge < end; edge++) {
    const target = at(edgeTarget, edge);
    const known = signedAt(distance, target);
    if (known >= 0 || isWeak(edge) || isForbidden(rule, edge)) continue;
    // The rule for descriptors comes before that for pairs, and instead of it.
    const asPair = known != UNREACHED && known != RULED && rule != DESCRIPTORS;
    if (asPair && isFirstOfPair(edge)) continue;
    setDistance(target, next);
    store<u32>(tail, known == RULED || known == RULED_VALUE ? target | RULED_BIT : target);
    tail += 4;
  }
}

/** A value of a WeakMap is as far away as the farther of key and table: the first of the two edges does not count. */
function isFirstOfPair(edge: u32): bool {
  let low: u32 = 0;
  let high = pairEdges;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(pairEdge, middle) < edge) low = middle + 1;
    else high = middle;
  }
  if (low == pairEdges || at(pairEdge, low) != edge) return false;
  const place = isPending + <usize>at(pairOf, low);
  const isFirst = load<u8>(place) ^ 1;
  store<u8>(place, isFirst);
  return isFirst != 0;
}

/** What is unreached is just that. */
export function finishDistances(): void {
  for (let place = ruled; place < ruledEnd; place += 4) {
    const node = load<u32>(place);
    setDistance(node, max(signedAt(distance, node), UNREACHED));
  }
  for (let k: u32 = 0; k < pairEdges; k++) {
    const node = at(edgeTarget, at(pairEdge, k));
    setDistance(node, max(signedAt(distance, node), UNREACHED));
  }
}
