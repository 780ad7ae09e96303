import { type Grouping, type GroupSizes, NO_DISTANCE, noSizes, type SizedGraph } from '../group-sizes.js';
import { downwards, type GraphKernel, upwards } from './load.js';

// Records of assembly/groups.ts: three float64, then four words.
const RECORD_WORDS = 10;
const [SELF_SIZE, SHALLOW_SIZE, RETAINED_SIZE] = [0, 1, 2];
const [COUNT, EMPTY_COUNT, DISTANCE] = [6, 7, 8];
const WORD = 4;

/** Addresses of words for passing use. */
export interface GroupScratch {
  /** By number, one more than nodes. */
  readonly ends: number;
  /** By place. */
  readonly inPreorder: number;
  /** Divisible by 8. */
  readonly records: number;
}

/** How many words of each. */
export function groupScratchWords(nodeCount: number, groupCount: number): Readonly<Record<keyof GroupScratch, number>> {
  return { ends: nodeCount + 1, inPreorder: nodeCount, records: RECORD_WORDS * groupCount };
}

/** See ../group-sizes.ts. All columns and `groupOf` lie in this memory. */
export function sumGroupsInMemory(
  kernel: GraphKernel,
  buffer: ArrayBufferLike,
  graph: SizedGraph,
  { groupCount, groupOf }: Grouping,
  scratch: GroupScratch,
): GroupSizes {
  const { distance, shallowSize, retainedSize, visitOrder, dominatorNumber } = graph;
  const { nodeCount, nodeSelfSize } = graph.columns;
  const { ends, inPreorder, records } = scratch;
  kernel.startPreorder(dominatorNumber.byteOffset, dominatorNumber.length, ends, inPreorder);
  upwards(0, nodeCount + 1, (start, end) => kernel.startEnds(start, end));
  downwards(nodeCount, 2, (last, end) => kernel.countDominated(last, end));
  kernel.placeRoot();
  upwards(2, nodeCount + 1, (start, end) => kernel.placeInPreorder(start, end));

  const words = new Int32Array(buffer, records, RECORD_WORDS * groupCount).fill(0);
  for (let at = DISTANCE; at < words.length; at += RECORD_WORDS) words[at] = NO_DISTANCE;
  kernel.startGroups(
    groupOf.byteOffset,
    groupOf instanceof Uint8Array,
    records,
    nodeSelfSize.byteOffset,
    nodeSelfSize instanceof Float64Array,
    shallowSize.byteOffset,
    shallowSize instanceof Float64Array,
    distance.byteOffset,
  );
  upwards(0, nodeCount, (start, end) => kernel.sumGroups(start, end));
  const order = visitOrder.byteOffset - WORD; // by number, from 1
  upwards(0, nodeCount, (start, end) => kernel.sumRetained(order, retainedSize.byteOffset, start, end));
  return readRecords(buffer, records, groupCount);
}

function readRecords(buffer: ArrayBufferLike, records: number, groupCount: number): GroupSizes {
  const words = new Uint32Array(buffer, records, RECORD_WORDS * groupCount);
  const sizes = new Float64Array(buffer, records, (RECORD_WORDS / 2) * groupCount);
  const result = noSizes(groupCount);
  for (let group = 0; group < groupCount; group++) {
    const word = RECORD_WORDS * group;
    result.selfSize[group] = sizes[word / 2 + SELF_SIZE]!;
    result.shallowSize[group] = sizes[word / 2 + SHALLOW_SIZE]!;
    result.retainedSize[group] = sizes[word / 2 + RETAINED_SIZE]!;
    result.count[group] = words[word + COUNT]!;
    result.emptyCount[group] = words[word + EMPTY_COUNT]!;
    result.distance[group] = words[word + DISTANCE]!;
  }
  return result;
}
