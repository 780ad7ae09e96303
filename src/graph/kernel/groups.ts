import { type GroupSizes, NO_DISTANCE, noSizes, type SizedGraph } from '../group-sizes.js';
import type { BaseLayout } from './layout.js';
import { downwards, type GraphKernel, upwards } from './load.js';

// The steps of ../group-sizes.ts.

// Records of assembly/groups.ts: three float64, then four words.
const RECORD_WORDS = 10;
const [SELF_SIZE, SHALLOW_SIZE, RETAINED_SIZE] = [0, 1, 2];
const [COUNT, EMPTY_COUNT, DISTANCE] = [6, 7, 8];
const WORD = 4;

/** Addresses of the dominator tree in preorder: by number, one more than nodes, and by place. */
export interface Preorder {
  readonly ends: number;
  readonly inPreorder: number;
}

export function layInPreorder(
  kernel: GraphKernel,
  { columns: { nodeCount }, dominatorNumber }: SizedGraph,
  { ends, inPreorder }: Preorder,
): void {
  kernel.startPreorder(dominatorNumber.byteOffset, dominatorNumber.length, ends, inPreorder);
  upwards(0, nodeCount + 1, (start, end) => kernel.startEnds(start, end));
  downwards(nodeCount, 2, (last, end) => kernel.countDominated(last, end));
  kernel.placeRoot();
  upwards(2, nodeCount + 1, (start, end) => kernel.placeInPreorder(start, end));
}

/** What is summed up, as addresses. */
export interface SumTask {
  readonly groups: number;
  readonly hasSmallGroups: boolean;
  readonly records: number;
  readonly shallow: number;
  readonly hasWideShallow: boolean;
  readonly distance: number;
}

/** Bytes for the sums of so many groups. */
export function bytesOfRecords(groupCount: number): number {
  return WORD * RECORD_WORDS * groupCount;
}

export function startRecords(buffer: ArrayBufferLike, records: number, groupCount: number): void {
  const words = new Int32Array(buffer, records, RECORD_WORDS * groupCount).fill(0);
  for (let at = DISTANCE; at < words.length; at += RECORD_WORDS) words[at] = NO_DISTANCE;
}

function startSums(kernel: GraphKernel, layout: BaseLayout, task: SumTask): void {
  const { groups, hasSmallGroups, records, shallow, hasWideShallow, distance } = task;
  const { nodeSelfSize, hasWideSizes } = layout;
  kernel.startGroups(groups, hasSmallGroups, records, nodeSelfSize, hasWideSizes, shallow, hasWideShallow, distance);
}

/** All but retained sizes. */
export function sumByNode(kernel: GraphKernel, layout: BaseLayout, task: SumTask): void {
  startSums(kernel, layout, task);
  upwards(0, layout.nodeCount, (from, to) => kernel.sumGroups(from, to));
}

/** After layInPreorder(): retained sizes. */
export function sumInPreorder(kernel: GraphKernel, layout: BaseLayout, task: SumTask, retained: Float64Array): void {
  startSums(kernel, layout, task);
  upwards(0, layout.nodeCount, (from, to) => kernel.sumRetained(layout.order, retained.byteOffset, from, to));
}

/** @param retained address of the records that have the retained sizes */
export function readRecords(
  buffer: ArrayBufferLike,
  records: number,
  retained: number,
  groupCount: number,
): GroupSizes {
  const words = new Uint32Array(buffer, records, RECORD_WORDS * groupCount);
  const sizes = new Float64Array(buffer, records, (RECORD_WORDS / 2) * groupCount);
  const retainedSizes = new Float64Array(buffer, retained, (RECORD_WORDS / 2) * groupCount);
  const result = noSizes(groupCount);
  for (let group = 0; group < groupCount; group++) {
    const word = RECORD_WORDS * group;
    result.selfSize[group] = sizes[word / 2 + SELF_SIZE]!;
    result.shallowSize[group] = sizes[word / 2 + SHALLOW_SIZE]!;
    result.retainedSize[group] = retainedSizes[word / 2 + RETAINED_SIZE]!;
    result.count[group] = words[word + COUNT]!;
    result.emptyCount[group] = words[word + EMPTY_COUNT]!;
    result.distance[group] = words[word + DISTANCE]!;
  }
  return result;
}
