import { sumByNode, type SumTask } from './groups.js';
import type { BaseLayout } from './layout.js';
import type { GraphKernel } from './load.js';
import { nameNodesInMemory, type NamingTask } from './naming.js';
import { type KeptRange, sortRange } from './sort-kept.js';
import type { Helper } from './two-threads.js';

// What the main thread hands out, as words: the kind, and what describes the piece in the order that is written here.

const SORT = 0;
const NAME = 1;
const SUM = 2;

/** From the main thread. Before the next is offered, completePiece(). */
export function offerSorting(helper: Helper, range: KeptRange): void {
  const { start, end, to, keptStart, keptEnd, visited } = range;
  helper.handout.offer([SORT, start, end, to, keptStart, keptEnd, visited]);
}

export function offerNaming(helper: Helper, task: NamingTask): void {
  const { start, end, scratch, scratchEnd, firstCode, stringCount, detachedness } = task;
  helper.handout.offer([NAME, start, end, scratch, scratchEnd, firstCode, stringCount, detachedness]);
}

export function offerSums(helper: Helper, task: SumTask): void {
  const { groups, hasSmallGroups, records, shallow, hasWideShallow, distance } = task;
  helper.handout.offer([SUM, groups, Number(hasSmallGroups), records, shallow, Number(hasWideShallow), distance]);
}

/** From the main thread: returns when the piece is done, by either thread. */
export function completePiece({ handout, leaveToSecond }: Helper, run: () => void): void {
  handout.complete(run, leaveToSecond);
}

type Piece = [number, number, number, number, number, number, number, number];

/** From the second thread. */
export function runPiece(
  kernel: GraphKernel,
  memory: WebAssembly.Memory,
  layout: BaseLayout,
  words: Uint32Array,
): void {
  const [kind, a, b, c, d, e, f, g] = [...words] as Piece;
  if (kind === SORT) {
    sortRange(kernel, { start: a, end: b, to: c, keptStart: d, keptEnd: e, visited: f });
  } else if (kind === NAME) {
    const task = {
      start: a,
      end: b,
      scratch: c,
      scratchEnd: d,
      firstCode: e,
      stringCount: f,
      detachedness: g,
    };
    nameNodesInMemory(kernel, memory.buffer, layout, task);
  } else {
    sumByNode(kernel, layout, {
      groups: a,
      hasSmallGroups: b === 1,
      records: c,
      shallow: d,
      hasWideShallow: e === 1,
      distance: f,
    });
  }
}
