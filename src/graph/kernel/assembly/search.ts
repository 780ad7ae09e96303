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
  signedAt,
} from "./graph";

/** By node: its number in preorder, from 1; 0 where the search has not been; while on the stack, minus who pushed it first. */
let number: usize = 0;
/** By number: the node. */
let order: usize = 0;
/** By number: the parent's number. */
let parent: usize = 0;
/** By number: the smallest number below its own that has an edge to it. */
let semi: usize = 0;
/** By node, u8: 1 for page objects. */
let page: usize = 0;

// One room holds two lists, as each edge adds to one of them at most. Upwards from its start: for each node with edges to smaller numbers,
// those numbers, then minus its own. Downwards from its end the stack: nodes, and below those of one visit, minus the number of who was
// at it before. A word is free between them.
let kept: usize = 0;
let stackEnd: usize = 0;
let stack: usize = 0;

let visited: u32 = 0;
/** Whose targets are on top of the stack. */
let pusher: u32 = 1;
/** Where to look for the next island. */
let island: u32 = 0;
let isFull: bool = false;

/** Numbers the root, and notes which nodes it leads to. number and page are zero. */
export function startSearch(numbers: usize, orders: usize, parents: usize, semis: usize, pages: usize, room: usize, roomEnd: usize): void {
  number = numbers;
  order = orders;
  parent = parents;
  semi = semis;
  page = pages;
  kept = room;
  stack = stackEnd = roomEnd;
  visited = 1;
  pusher = 1;
  island = 0;
  isFull = false;
  put(number, root, 1);
  put(order, 1, root);
  put(parent, 1, 1);
  put(semi, 1, 1);
  const end = at(firstEdge, root + 1);
  for (let edge = at(firstEdge, root); edge < end; edge++) {
    const target = at(edgeTarget, edge);
    if (countsAtRoot(edge) && signedAt(number, target) == 0) put(number, target, <u32>-1);
  }
}

@inline
function countsAtRoot(edge: u32): bool {
  const kind = classAt(edge);
  return kind == ESSENTIAL || kind == SHORTCUT;
}

@inline
function isPage(node: u32): bool {
  return (<u32>load<u8>(page + <usize>node) & 1) != 0;
}

/** Pushes a node that the root leads to. */
export function pushSeed(node: u32): void {
  stack -= 4;
  store<u32>(stack, node);
}

/** Pushes the root's targets that have no number. */
export function pushRootTargets(): void {
  const begin = at(firstEdge, root);
  // Backwards, here and below, as the stack turns the order round: in that of the file, neighbours in memory follow each other.
  for (let edge = at(firstEdge, root + 1); edge > begin; ) {
    edge--;
    const target = at(edgeTarget, edge);
    if (countsAtRoot(edge) && signedAt(number, target) < 0) pushSeed(target);
  }
}

export function visitedCount(): u32 {
  return visited;
}

/** The room was too small; the search has stopped for good. */
export function isRoomFull(): bool {
  return isFull;
}

/** Where the list of kept numbers ends. */
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
    const top = load<i32>(stack);
    stack += 4;
    if (top < 0) {
      pusher = <u32>-top;
      continue;
    }
    const node = <u32>top;
    const first = signedAt(number, node);
    if (first > 0) continue;
    const own = ++visited;
    put(number, node, own);
    put(order, own, node);
    put(parent, own, pusher);
    put(semi, own, <u32>-first);
    const begin = at(firstEdge, node);
    const end = at(firstEdge, node + 1);
    if (begin == end) continue;
    if (<u64>(end - begin + 4) << 2 > <u64>(stack - kept)) {
      isFull = true;
      return false;
    }
    const keptBefore = kept;
    const stackBefore = stack - 4;
    store<i32>(stackBefore, -(<i32>pusher));
    pushTargets(begin, end, own, stackBefore, mode, mode == KEEP_OFF_PAGE && !isPage(node));
    if (stack == stackBefore) stack += 4;
    else pusher = own;
    if (kept != keptBefore) {
      store<i32>(kept, -(<i32>own));
      kept += 4;
    }
  }
  return true;
}

/** Without branches: which way they go cannot be foreseen, and many targets are to be on their way from memory at once. */
@inline
function pushTargets(begin: u32, end: u32, own: u32, top: usize, mode: i32, offPage: bool): void {
  let list = kept;
  for (let edge = end; edge > begin; ) {
    edge--;
    const target = at(edgeTarget, edge);
    const kind = classAt(edge);
    const place = number + ((<usize>target) << 2);
    const known = load<i32>(place);
    let counts = kind == ESSENTIAL;
    if (mode == MARK_PAGE) {
      if (kind >= SHORTCUT || (<i32>counts & <i32>(known == 1))) store<u8>(page + <usize>target, 1);
    } else if (mode == KEEP_OFF_PAGE) {
      counts = <bool>(<i32>counts & (<i32>!offPage | <i32>!isPage(target)));
    }
    store<u32>(top - 4, target);
    top -= (<usize>(<i32>counts & <i32>(known <= 0))) << 2;
    store<i32>(place, select<i32>(-(<i32>own), known, <i32>counts & <i32>(known == 0)));
    store<i32>(list, known);
    list += (<usize>(<i32>counts & <i32>(<u32>known - 2 < own - 2))) << 2;
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

/** After visitPage: marks all page objects. The search has come by those it has visited, and stopped where they have 1 in `page`. */
export function finishPage(): void {
  const bottom = stackEnd;
  let top = bottom;
  for (let start: u32 = 0; start < nodeCount; start++) {
    if (load<u8>(page + <usize>start) != 1 || signedAt(number, start) > 1) continue;
    store<u8>(page + <usize>start, 2);
    top -= 4;
    store<u32>(top, start);
    while (top < bottom) {
      const node = load<u32>(top);
      top += 4;
      const end = at(firstEdge, node + 1);
      for (let edge = at(firstEdge, node); edge < end; edge++) {
        const target = at(edgeTarget, edge);
        const mark = page + <usize>target;
        if (load<u8>(mark) == 2 || signedAt(number, target) > 1 || isWeak(edge)) continue;
        if (top - 4 < kept) {
          isFull = true;
          return;
        }
        store<u8>(mark, 2);
        top -= 4;
        store<u32>(top, target);
      }
    }
  }
  for (let node: u32 = 0; node < nodeCount; node++) {
    const mark = page + <usize>node;
    store<u8>(mark, <u8>(<i32>(signedAt(number, node) > 1) | <i32>(load<u8>(mark) != 0)));
  }
}

const RETAINED: u32 = 2;

/** Marks in `page` what essential edges from unvisited nodes lead to. */
export function markRetained(): void {
  for (let node: u32 = 0; node < nodeCount; node++) {
    if (at(number, node) != 0) continue;
    const anyTarget = isPage(node);
    const end = at(firstEdge, node + 1);
    for (let edge = at(firstEdge, node); edge < end; edge++) {
      const target = at(edgeTarget, edge);
      const mark = page + <usize>target;
      const flags = <u32>load<u8>(mark);
      if (target == node || classAt(edge) != ESSENTIAL || (!anyTarget && flags & 1)) continue;
      store<u8>(mark, <u8>(flags | RETAINED));
    }
  }
}

/** After markRetained: pushes the next nodes that no essential edge leads to, as many as `limit` at most; false where there are no more. */
export function pushIslands(limit: u32): bool {
  for (; island < nodeCount; island++) {
    if (at(number, island) != 0 || (<u32>load<u8>(page + <usize>island) & RETAINED)) continue;
    if (limit-- == 0) return true;
    pusher = 1;
    put(number, island, <u32>-1);
    pushSeed(island);
  }
  return false;
}

/** Takes the marks of markRetained away, and appends what is still unvisited to the order. */
export function finishSearch(): void {
  let last = visited;
  for (let node: u32 = 0; node < nodeCount; node++) {
    const mark = page + <usize>node;
    store<u8>(mark, <u8>(<u32>load<u8>(mark) & 1));
    if (at(number, node) == 0) put(order, ++last, node);
  }
}
