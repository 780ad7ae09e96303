import { pageSeeds } from '../distances.js';
import type { GraphBase } from '../base.js';
import { type GraphLayout, TABLE_HALF_TYPE } from './layout.js';
import { downwards, type GraphKernel, untilDone, upwards } from './load.js';

/** How many nodes the search visited, and of those from the root. */
export interface Visited {
  readonly visited: number;
  readonly reachable: number;
}

const ISLANDS_AT_ONCE = 1 << 12;

/**
 * Immediate dominators, page objects and visit order, to where the layout says; see ../dominators.ts. Until the retained sizes are there, `parent`
 * holds the dominators by number. Null where the room was too small; page objects are lost then.
 */
export function computeDominators(
  base: GraphBase,
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: GraphLayout,
): Visited | null {
  const { weakMapPairs, edgeKinds, columns } = base;
  const { edge: pairEdges, isFromTable } = weakMapPairs;
  const setTableHalves = (type: number): void => {
    for (let i = 0; i < pairEdges.length; i++) if (isFromTable[i] === 1) columns.edgeType[pairEdges[i]!] = type;
  };
  // The other searches ask of these edges only whether they are weak.
  setTableHalves(TABLE_HALF_TYPE);
  const found = searchDepthFirst(base, kernel, memory, layout);
  setTableHalves(edgeKinds.internal);
  if (found === null || !computeByNumber(kernel, memory, layout, found.visited)) return null;
  kernel.fillWithRoot(layout.number);
  upwards(2, found.visited + 1, (start, end) => {
    kernel.dominatorsByNode(layout.number, layout.order, start, end - 1);
  });
  return found;
}

function searchDepthFirst(
  base: GraphBase,
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: GraphLayout,
): Visited | null {
  const { nodeCount, root, pageObject } = layout;
  kernel.startSearch(layout.number, layout.order, layout.parent, layout.semi, pageObject, layout.room, layout.roomEnd);
  const seeds = pageSeeds(base);
  for (const seed of seeds.toReversed()) kernel.pushSeed(seed);
  if (seeds.length > 0) {
    if (seeds.includes(root)) new Uint8Array(memory.buffer, pageObject, nodeCount)[root] = 1;
    untilDone((limit) => kernel.visitPage(limit));
    kernel.finishPage();
  }
  const visit = (): void =>
    untilDone((limit) => (seeds.length > 0 ? kernel.visitOthers(limit) : kernel.visitAll(limit)));
  kernel.pushRootTargets();
  visit();
  const reachable = kernel.visitedCount();
  if (reachable < nodeCount) {
    kernel.markRetained();
    for (let more = true; more;) {
      more = kernel.pushIslands(ISLANDS_AT_ONCE) !== 0;
      visit();
    }
    kernel.finishSearch();
  }
  return kernel.isRoomFull() === 0 ? { visited: kernel.visitedCount(), reachable } : null;
}

/** Turns `parent` into dominators by number; false where the room is too small. */
function computeByNumber(
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: GraphLayout,
  visited: number,
): boolean {
  const { number: first, parent, semi, links, room, roomEnd } = layout;
  const keptEnd = kernel.keptEnd() >>> 0;
  new Uint32Array(memory.buffer, first, visited + 2).fill(0);
  upwards(room / 4, keptEnd / 4, (start, end) => kernel.countKept(first, start * 4, end * 4));
  const count = kernel.sumKept(first, visited) >>> 0;
  const sources = roomEnd - 4 * count;
  // Paths are written where the kept numbers were.
  if (sources < keptEnd || sources < room + 4 * visited) return false;
  downwards(keptEnd / 4 - 1, room / 4, (last, start) => kernel.sortKept(first, sources, start * 4, last * 4 + 4));
  kernel.startSemidominators(first, sources, parent, semi, links, room, visited);
  downwards(visited, 2, (last, end) => kernel.semidominators(last, end));
  kernel.startDominators(parent, semi, links);
  upwards(2, visited + 1, (start, end) => kernel.dominators(start, end - 1));
  return true;
}
