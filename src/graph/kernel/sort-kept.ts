import { downwards, type GraphKernel, upwards } from './load.js';

// Kept edges (assembly/search.ts) by target, for a range of targets: see assembly/dominators.ts.

/** As in assembly/dominators.ts. */
const OTHERS = 8;

/** Targets from number `start` to `end`. The rest are addresses. */
export interface KeptRange {
  readonly start: number;
  readonly end: number;
  /** Where the sorted edges go; bytesForRange() are needed. */
  readonly to: number;
  /** Those that may lead into the range. */
  readonly keptStart: number;
  readonly keptEnd: number;
  /** The last number of the search. */
  readonly visited: number;
}

/** Bytes that a range needs with so many edges into it. */
export function bytesForRange(targets: number, edges: number): number {
  return 4 * (targets + 1 + OTHERS + edges + 1);
}

function sourcesOf({ start, end, to }: KeptRange): number {
  return to + 4 * (end - start + 1 + OTHERS);
}

export function sortRange(kernel: GraphKernel, range: KeptRange): void {
  const { start, end, to, keptStart, keptEnd, visited } = range;
  kernel.startRange(start, end - start, to, sourcesOf(range), visited);
  upwards(keptStart / 4, keptEnd / 4, (from, stop) => kernel.countKept(4 * from, 4 * stop));
  let sum = 0;
  upwards(0, end - start, (from, stop) => (sum = kernel.sumKept(from, stop, sum) >>> 0));
  kernel.endRange(sum);
  downwards(keptEnd / 4, keptStart / 4 + 1, (stop, from) => kernel.sortKept(4 * from - 4, 4 * stop));
}

/** Goes on with a range that another thread has sorted. */
export function useRange(kernel: GraphKernel, range: KeptRange): void {
  kernel.useRange(range.start, range.end - range.start, range.to, sourcesOf(range));
}
