// Depth-first search over essential edges. All of a node's targets are pushed when it is visited: a target pushed twice is visited from
// where it was pushed last, which is depth first, and who pushed it first has the smallest number that leads to it.
//
// What the root's seeds for page objects lead to is visited before all else. Page objects then are what has a number, and what edges lead
// to that do not count for dominators: no search of their own is needed.
import {
  ESSENTIAL,
  SHORTCUT,
  at,
  classAt,
  edgeTarget,
  firstEdge,
  isWeak,
  nodeCount,
  put,
  root,
} from "./graph";

/**
 * By node, and one more, two words next to each other in memory: its first edge, and its number in preorder, from 1; 0 where the search has
 * not been; while on the stack, minus who pushed it first.
 */
let entry: usize = 0;
/** By number: the node. */
let order: usize = 0;
/** By number: the parent's number. */
let parent: usize = 0;
/** By number: the smallest number below its own that has an edge to it. */
let semi: usize = 0;
/** By node, u8: PAGE for page objects; for a while LED_TO, or RETAINED besides. */
let page: usize = 0;
const PAGE: u32 = 1;
const RETAINED: u32 = 2;
const LED_TO: u32 = 2;

// Edges that lead to smaller numbers are kept: from the start of the room upwards, for one number after the other, the numbers they lead to;
// 0 where there are none. The last word of each number has this bit besides.
let kept: usize = 0;
export const LAST_OF_NUMBER: u32 = 0x80000000;
/** By block of numbers, two words: where the kept ones of the block start, and how many lead to the block. */
let blocks: usize = 0;
export const BLOCK_SHIFT: u32 = 12;
const BLOCK_MASK: u32 = 4095;

// From the end of the room downwards: nodes to visit, and the number of who pushed them.
let stackEnd: usize = 0;
let stack: usize = 0;

let visited: u32 = 0;
let isFull: bool = false;

/** Entries of nodes that the search has not been to; one more than nodes. */
export function startEntries(entries: usize, start: u32, end: u32): void {
  for (let node = start; node < end; node++) store<u64>(entries + ((<usize>node) << 3), <u64>at(firstEdge, node));
}

/** After startEntries: numbers the root, and notes which nodes it leads to. Pages and blocks are zero. */
export function startSearch(
  entries: usize,
  orders: usize,
  parents: usize,
  semis: usize,
  pages: usize,
  blockWords: usize,
  room: usize,
  roomEnd: usize,
): void {
  entry = entries;
  order = orders;
  parent = parents;
  semi = semis;
  page = pages;
  blocks = blockWords;
  kept = room;
  stack = stackEnd = roomEnd;
  visited = 1;
  isFull = false;
  setNumber(root, 1);
  put(order, 1, root);
  put(parent, 1, 1);
  put(semi, 1, 1);
  const end = at(firstEdge, root + 1);
  for (let edge = at(firstEdge, root); edge < end; edge++) {
    const target = at(edgeTarget, edge);
    if (countsAtRoot(edge) && numberOf(target) == 0) setNumber(target, <u32>-1);
  }
}

@inline
function numberOf(node: u32): i32 {
  return load<i32>(entry + ((<usize>node) << 3), 4);
}

@inline
function setNumber(node: u32, number: u32): void {
  store<u32>(entry + ((<usize>node) << 3), number, 4);
}

@inline
function countsAtRoot(edge: u32): bool {
  const kind = classAt(edge);
  return kind == ESSENTIAL || kind == SHORTCUT;
}

/** A page object leads to the node, by an edge that the search does not follow. */
@inline
export function ledTo(node: u32): void {
  store<u8>(page + <usize>node, LED_TO);
}

@inline
function isPage(node: u32): bool {
  return (<u32>load<u8>(page + <usize>node) & PAGE) != 0;
}

/** Pushes a node that the root leads to. */
export function pushSeed(node: u32): void {
  if (stack - 8 < kept + 8) {
    isFull = true;
    return;
  }
  stack -= 8;
  store<u64>(stack, ((<u64>1) << 32) | <u64>node);
}

/** Pushes the root's targets that have no number. */
export function pushRootTargets(): void {
  const begin = at(firstEdge, root);
  // Backwards, here and below, as the stack turns the order round: in that of the file, neighbours in memory follow each other.
  for (let edge = at(firstEdge, root + 1); edge > begin; ) {
    edge--;
    const target = at(edgeTarget, edge);
    if (countsAtRoot(edge) && numberOf(target) < 0) pushSeed(target);
  }
}

export function visitedCount(): u32 {
  return visited;
}

/** The room was too small; the search has stopped for good. */
export function isRoomFull(): bool {
  return isFull;
}

/** Where the kept numbers end. */
export function keptEnd(): usize {
  return kept;
}

// What visit() does besides visiting.
const MARK_PAGE: i32 = 0; // marks what other edges of page objects lead to
const KEEP_OFF_PAGE: i32 = 1; // edges from other nodes to page objects do not count
const NO_PAGE: i32 = 2; // there are no page objects

/** Visits what the stack holds, `limit` nodes and their edges at most; false when the stack is empty. */
@inline
function visit(limit: u32, mode: i32): bool {
  while (limit-- > 0) {
    if (stack == stackEnd) return false;
    const node = load<u32>(stack);
    const pusher = load<u32>(stack, 4);
    stack += 8;
    const first = numberOf(node);
    if (first > 0) continue;
    const own = ++visited;
    setNumber(node, own);
    put(order, own, node);
    put(parent, own, pusher);
    put(semi, own, <u32>-first);
    if ((own & BLOCK_MASK) == 0) store<u32>(blocks + (<usize>(own >> BLOCK_SHIFT) << 3), <u32>kept);
    const begin = load<u32>(entry + ((<usize>node) << 3));
    const end = load<u32>(entry + ((<usize>node) << 3), 8);
    if (<u64>(end - begin + 2) << 3 > <u64>(stack - kept)) {
      isFull = true;
      return false;
    }
    const keptBefore = kept;
    pushTargets(begin, end, own, mode, mode == KEEP_OFF_PAGE && !isPage(node));
    if (kept == keptBefore) {
      store<u32>(kept, LAST_OF_NUMBER);
      kept += 4;
    } else store<u32>(kept - 4, load<u32>(kept - 4) | LAST_OF_NUMBER);
  }
  return true;
}

@inline
function pushTargets(begin: u32, end: u32, own: u32, mode: i32, offPage: bool): void {
  let list = kept;
  let top = stack;
  for (let edge = end; edge > begin; ) {
    edge--;
    const target = at(edgeTarget, edge);
    const kind = classAt(edge);
    const known = numberOf(target);
    if (mode == MARK_PAGE && (kind >= SHORTCUT || (kind == ESSENTIAL && known == 1))) ledTo(target);
    if (kind != ESSENTIAL) continue;
    if (mode == KEEP_OFF_PAGE && offPage && isPage(target)) continue;
    if (known > 0) {
      if (<u32>known - 2 < own - 2) {
        store<i32>(list, known);
        list += 4;
        const block = blocks + (<usize>(<u32>known >> BLOCK_SHIFT) << 3);
        store<u32>(block, load<u32>(block, 4) + 1, 4);
      }
    } else {
      top -= 8;
      store<u64>(top, (<u64>own << 32) | <u64>target);
      if (known == 0) setNumber(target, <u32>-(<i32>own));
    }
  }
  kept = list;
  stack = top;
}

/** The search from the seeds of page objects. */
export function visitPage(limit: u32): bool {
  return visit(limit, MARK_PAGE);
}

/** The search from elsewhere, where there are page objects. */
export function visitOthers(limit: u32): bool {
  return visit(limit, KEEP_OFF_PAGE);
}

/** The search where there are no page objects. */
export function visitAll(limit: u32): bool {
  return visit(limit, NO_PAGE);
}

/**
 * After visitPage: marks all page objects; from `start` to `end`, which is to be called for all nodes in order. The search has come by those
 * it has visited, and stopped where others have LED_TO in `page`.
 */
export function finishPage(start: u32, end: u32): void {
  const bottom = stackEnd;
  let top = bottom;
  for (let begin = start; begin < end; begin++) {
    const mark = page + <usize>begin;
    if (numberOf(begin) > 1) {
      store<u8>(mark, PAGE);
      continue;
    }
    if (load<u8>(mark) != LED_TO) continue;
    store<u8>(mark, PAGE);
    top -= 4;
    store<u32>(top, begin);
    while (top < bottom) {
      const node = load<u32>(top);
      top += 4;
      const stop = at(firstEdge, node + 1);
      for (let edge = at(firstEdge, node); edge < stop; edge++) {
        const target = at(edgeTarget, edge);
        const targetMark = page + <usize>target;
        if (load<u8>(targetMark) == PAGE || numberOf(target) > 1 || isWeak(edge)) continue;
        if (top - 4 < kept) {
          isFull = true;
          return;
        }
        store<u8>(targetMark, PAGE);
        top -= 4;
        store<u32>(top, target);
      }
    }
  }
}

/** Lists what is unvisited from `start` to `end`; returns where the list ends. */
export function listUnvisited(list: usize, start: u32, end: u32): usize {
  for (let node = start; node < end; node++) {
    if (numberOf(node) != 0) continue;
    store<u32>(list, node);
    list += 4;
  }
  return list;
}

/** Marks in `page` what essential edges from the nodes of the list lead to. */
export function markRetained(list: usize, listEnd: usize): void {
  for (; list < listEnd; list += 4) {
    const node = load<u32>(list);
    const anyTarget = isPage(node);
    const end = at(firstEdge, node + 1);
    for (let edge = at(firstEdge, node); edge < end; edge++) {
      const target = at(edgeTarget, edge);
      const mark = page + <usize>target;
      const flags = <u32>load<u8>(mark);
      if (target == node || classAt(edge) != ESSENTIAL || (!anyTarget && flags & PAGE)) continue;
      store<u8>(mark, <u8>(flags | RETAINED));
    }
  }
}

/** After markRetained: pushes those nodes of the list that no essential edge leads to. */
export function pushIslands(list: usize, listEnd: usize): void {
  for (; list < listEnd; list += 4) {
    const node = load<u32>(list);
    if (numberOf(node) != 0 || (<u32>load<u8>(page + <usize>node) & RETAINED)) continue;
    setNumber(node, <u32>-1);
    pushSeed(node);
  }
}

/** Takes the marks of markRetained away, and appends what is still unvisited to the order, `last` being how many it has; returns how many then. */
export function finishSearch(list: usize, listEnd: usize, last: u32): u32 {
  for (; list < listEnd; list += 4) {
    const node = load<u32>(list);
    if (numberOf(node) == 0) put(order, ++last, node);
    const end = at(firstEdge, node + 1);
    for (let edge = at(firstEdge, node); edge < end; edge++) {
      const mark = page + <usize>at(edgeTarget, edge);
      store<u8>(mark, <u8>(<u32>load<u8>(mark) & PAGE));
    }
  }
  return last;
}
