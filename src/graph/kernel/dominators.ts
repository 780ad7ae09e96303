import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { GraphBase } from '../base.js';
import { pageSeeds } from '../distances.js';
import { type BaseLayout, BLOCK_SHIFT, TABLE_HALF_TYPE } from './layout.js';
import { downwards, type GraphKernel, untilDone, upwards } from './load.js';
import { completePiece, offerSorting } from './pieces.js';
import { bytesForRange, type KeptRange, sortRange, useRange } from './sort-kept.js';
import type { Helper } from './two-threads.js';

/** How many nodes the search visited, and of those from the root. */
export interface Visited {
  readonly visited: number;
  readonly reachable: number;
}

const ISLANDS_AT_ONCE = 1 << 12;

/**
 * Page objects, visit order, and in `parent` immediate dominators by number, to where the layout says; see ../dominators.ts. Null where the
 * room was too small.
 */
export function computeDominators(
  base: GraphBase,
  kernel: GraphKernel,
  memory: ColumnsMemory,
  layout: BaseLayout,
  helper: Helper | null,
): Visited | null {
  const { weakMapPairs, edgeKinds, columns } = base;
  const { edge: pairEdges, isFromTable } = weakMapPairs;
  const setTableHalves = (type: number): void => {
    for (let i = 0; i < pairEdges.length; i++) if (isFromTable[i] === 1) columns.edgeType[pairEdges[i]!] = type;
  };
  // A second thread asks of these edges only whether they are weak.
  setTableHalves(TABLE_HALF_TYPE);
  let found: Visited | null;
  try {
    found = searchDepthFirst(base, kernel, memory, layout);
  } finally {
    setTableHalves(edgeKinds.internal);
  }
  if (found === null || !computeSemidominators(kernel, memory, layout, found.visited, helper)) return null;
  // The links are not needed any more.
  kernel.startDominators(layout.parent, layout.semi, layout.links);
  upwards(2, found.visited + 1, (start, end) => kernel.dominators(start, end - 1));
  return found;
}

function searchDepthFirst(
  base: GraphBase,
  kernel: GraphKernel,
  memory: ColumnsMemory,
  layout: BaseLayout,
): Visited | null {
  const { nodeCount, root, links, room } = layout;
  upwards(0, nodeCount + 1, (start, end) => kernel.startEntries(links, start, end));
  kernel.startSearch(
    links,
    layout.order,
    layout.parent,
    layout.semi,
    layout.pageObject,
    layout.blocks,
    room,
    layout.roomEnd,
  );
  const seeds = pageSeeds(base);
  for (const seed of seeds.toReversed()) kernel.pushSeed(seed);
  if (seeds.length > 0) {
    if (seeds.includes(root)) kernel.ledTo(root);
    untilDone((limit) => kernel.visitPage(limit));
    upwards(0, nodeCount, (start, end) => kernel.finishPage(start, end));
  }
  const visit = (): void => {
    untilDone((limit) => (seeds.length > 0 ? kernel.visitOthers(limit) : kernel.visitAll(limit)));
  };
  kernel.pushRootTargets();
  visit();
  const reachable = kernel.visitedCount();
  const unvisited = nodeCount - reachable;
  if (unvisited > 0 && !visitIslands(kernel, memory, layout, unvisited, visit)) return null;
  return kernel.isRoomFull() === 0 ? { visited: kernel.visitedCount(), reachable } : null;
}

/** Visits what the root does not reach: from each node that no essential edge leads to. False where there is not enough memory. */
function visitIslands(
  kernel: GraphKernel,
  memory: ColumnsMemory,
  { nodeCount }: BaseLayout,
  count: number,
  visit: () => void,
): boolean {
  const list = memory.reserve(4 * count);
  if (list === null) return false;
  let listEnd = list;
  upwards(0, nodeCount, (start, end) => (listEnd = kernel.listUnvisited(listEnd, start, end) >>> 0));
  kernel.markRetained(list, listEnd);
  for (let at = list; at < listEnd; at += 4 * ISLANDS_AT_ONCE) {
    kernel.pushIslands(at, Math.min(listEnd, at + 4 * ISLANDS_AT_ONCE));
    visit();
  }
  kernel.finishSearch(list, listEnd, kernel.visitedCount());
  return true;
}

// Kept edges are sorted by target in parts, for a range of targets at a time: that takes less memory, and more time. The more parts, the less room
// is asked for; there is little of it beside a second thread, and that sorts a part while this one does.
const PARTS = 2;
const PARTS_WITH_LITTLE_ROOM = 4;
const PARTS_OF_TWO = 6;
const SMALLEST_PART = 1 << 16;

/** Turns `semi` into semidominators. False where the room is too small. */
function computeSemidominators(
  kernel: GraphKernel,
  memory: ColumnsMemory,
  layout: BaseLayout,
  visited: number,
  helper: Helper | null,
): boolean {
  const { parent, semi, links } = layout;
  upwards(1, visited + 1, (start, end) => kernel.startLinks(links, parent, start, end));
  kernel.startSemidominators(semi, links);
  const run = ({ start, end }: KeptRange): void => {
    downwards(end - 1, start, (last, first) => kernel.semidominators(last, first));
  };
  const ranges = divide(kernel.keptEnd() >>> 0, memory, layout, visited, helper);
  if (ranges === null) return false;
  for (let k = 0; k < ranges.length; k += 2) {
    const [own, other] = [ranges[k]!, ranges[k + 1]];
    if (helper && other) offerSorting(helper, other);
    sortRange(kernel, own);
    run(own);
    if (!other) break;
    const sortOther = (): void => sortRange(kernel, other);
    if (helper) completePiece(helper, sortOther);
    else sortOther();
    useRange(kernel, other);
    run(other);
  }
  return true;
}

/** The ranges of targets, from the last down; of two that follow each other the second may be sorted beside the first. Null: no room. */
function divide(
  keptEnd: number,
  memory: ColumnsMemory,
  { room, roomEnd, blocks: blocksAt, second }: BaseLayout,
  visited: number,
  helper: Helper | null,
): KeptRange[] | null {
  const blocks = new Uint32Array(memory.memory.buffer, blocksAt, 2 * ((visited >>> BLOCK_SHIFT) + 1));
  const edgesTo = (block: number): number => blocks[2 * block + 1]!;
  let edgeCount = 0;
  for (let block = 0; block <= visited >>> BLOCK_SHIFT; block++) edgeCount += edgesTo(block);
  const isRoomy = second === null && keptEnd + bytesForRange(visited, edgeCount) <= roomEnd;
  const parts = isRoomy ? PARTS : helper ? PARTS_OF_TWO : PARTS_WITH_LITTLE_ROOM;
  const smallest = helper?.leaveToSecond ? 1 : SMALLEST_PART;
  const mostEdges = Math.max(smallest, edgeCount / parts);
  const mostTargets = Math.max(smallest, visited / parts);
  const ranges: KeptRange[] = [];
  let before = 0;
  for (let end = visited + 1; end > 2;) {
    // Blocks from the end down, one at least.
    let [start, edges] = [end, 0];
    while (start > 2) {
      const block = (start - 1) >>> BLOCK_SHIFT;
      const next = Math.max(2, block << BLOCK_SHIFT);
      if (start < end && (edges + edgesTo(block) > mostEdges || end - next > mostTargets)) break;
      edges += edgesTo(block);
      start = next;
    }
    const bytes = bytesForRange(end - start, edges);
    // Beside the one before, where both are sorted at once.
    const beside = helper && ranges.length % 2 === 1 ? before : 0;
    // At the end, where the search had its stack. Behind what is kept, where the memory is used again afterwards.
    const to = second === null ? keptEnd + beside : roomEnd - beside - bytes;
    if (to < keptEnd || to + bytes > roomEnd) return null;
    // Predecessors that count have larger numbers than the target.
    const keptStart = start === 2 ? room : blocks[2 * (start >>> BLOCK_SHIFT)]!;
    ranges.push({ start, end, to, keptStart, keptEnd, visited });
    before = bytes;
    end = start;
  }
  return ranges;
}
