import type { GraphBase } from '../base.js';
import { DETACHED } from '../detachedness.js';
import type { NodeLabels } from '../label-nodes.js';
import type { ClassNumbers, ReducedNodes, Reduction } from '../reduced-nodes.js';
import { Arrays, type GraphInMemory, isInMemory, type Spare } from './arrays.js';
import type { BaseLayout } from './layout.js';
import { type GraphKernel, upwards } from './load.js';

/** Node types are bytes. */
const TYPES = 256;

/** As labelNodes() in plain script; null where there is no memory for it. */
export function labelNodes(graph: GraphInMemory, { isNamed, of }: NodeLabels): Uint8Array | null {
  const { base, kernel, memory, layout } = graph;
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const arrays = new Arrays(memory);
  const label = arrays.bytes(nodeCount);
  const addresses = arrays.words(TYPES);
  const ofType = arrays.bytes(TYPES);
  const tables = isNamed.map((named) => (named ? arrays.bytes(strings.length) : null));
  if (arrays.isFull) return null;
  const isKnown = new Uint8Array(TYPES);
  tables.forEach((table, type) => {
    if (table === null) return;
    addresses[type] = table.byteOffset;
    isKnown[type] = 1;
  });
  for (let type = 0; type < isNamed.length; type++) if (isKnown[type] === 0) ofType[type] = of(type, 0);
  untilKnown(
    nodeCount,
    (start, end) =>
      kernel.labelNodes(
        label.byteOffset,
        layout.nodeType,
        layout.nodeName,
        addresses.byteOffset,
        ofType.byteOffset,
        start,
        end,
      ),
    (node) => {
      const type = nodeType[node]!;
      tables[type]![nodeName[node]!] = 1 + of(type, nodeName[node]!);
    },
  );
  return label;
}

/**
 * As reduceNodes() in plain script; null where what is to be reduced is elsewhere, or there is no memory for it.
 * @param spares for the result, and for what is of no use afterwards
 */
export function reduceNodes(
  graph: GraphInMemory,
  { label, order, parent }: Reduction,
  classes: ClassNumbers,
  spares: { readonly lasting: readonly Spare[]; readonly passing: Spare | null },
): ReducedNodes | null {
  if (![label, order, parent].every(isInMemory)) return null;
  const { base, kernel, memory, layout } = graph;
  const { nodeCount, nodeId, nodeType, nodeName, nodeDetachedness, strings } = base.columns;
  const { native, closure } = base.nodeKinds;
  let count = 0;
  upwards(
    0,
    order.length,
    (start, end) => (count += kernel.countStaying(label.byteOffset, order.byteOffset, start, end)),
  );
  const arrays = new Arrays(memory, spares.lasting);
  const bytes = arrays.usedDoubles(count).fill(0);
  const hasWideIds = nodeId instanceof Float64Array;
  const id = hasWideIds ? arrays.usedDoubles(count) : arrays.usedWords(count);
  const owner = new Arrays(memory, [...spares.lasting, ...(spares.passing ? [spares.passing] : [])]).usedWords(
    nodeCount,
  );
  const classOf = arrays.usedWords(count);
  const parentPlace = arrays.usedSigned(count);
  const nodeIndex = arrays.usedWords(count);
  const nameHash = arrays.usedWords(count).fill(0);
  const addresses = arrays.words(TYPES);
  const kinds = arrays.bytes(TYPES);
  const tables = classes.isNamed.map((named) => arrays.words(named ? strings.length : 1));
  // A name may be a class of each of three types, and of one more where it is detached; and each type has a class.
  const classHash = arrays.words(4 * strings.length + TYPES);
  const functionHash = arrays.words(strings.length);
  if (arrays.isFull || owner.length < nodeCount) return null;
  tables.forEach((table, type) => {
    addresses[type] = table.byteOffset;
    kinds[type] = type === native ? 2 : Number(classes.isNamed[type]);
  });
  kernel.startReduced(
    layout.nodeType,
    layout.nodeName,
    nodeId.byteOffset,
    layout.nodeSelfSize,
    hasWideIds,
    layout.hasWideSizes,
    owner.byteOffset,
    label.byteOffset,
    order.byteOffset,
    parent.byteOffset,
  );
  kernel.setClassTables(
    addresses.byteOffset,
    kinds.byteOffset,
    nodeDetachedness?.byteOffset ?? 0,
    classHash.byteOffset,
    functionHash.byteOffset,
    closure,
  );
  kernel.setReduced(
    id.byteOffset,
    classOf.byteOffset,
    parentPlace.byteOffset,
    bytes.byteOffset,
    nodeIndex.byteOffset,
    nameHash.byteOffset,
  );
  untilKnown(
    order.length,
    (start, end) => kernel.reduceNodes(start, end) >>> 0,
    (at) => {
      const node = order[at]!;
      const type = nodeType[node]!;
      const name = nodeName[node]!;
      const table = tables[type]!;
      const key = classes.isNamed[type] ? name : 0;
      const isDetached = type === native && nodeDetachedness?.[node] === DETACHED;
      const own = isDetached ? classes.ofDetached(node) : classes.of(type, name);
      if (isDetached) kernel.giveClass(1 + own);
      else table[key] = 1 + own;
      classHash[own] = classes.hashOf(own);
      if (type === closure) functionHash[name] = classes.hashOfFunction(name);
    },
  );
  const totalBytes = sumOfSizes(base, kernel, layout);
  const bytesLeftOut = totalBytes - kernel.stayingBytes();
  return { id, classOf, parent: parentPlace, bytes, nodeIndex, nameHash, bytesLeftOut, totalBytes };
}

function sumOfSizes({ columns }: GraphBase, kernel: GraphKernel, { nodeSelfSize, hasWideSizes }: BaseLayout): number {
  let sum = 0;
  if (hasWideSizes) for (const size of columns.nodeSelfSize) sum += size;
  else upwards(0, columns.nodeCount, (start, end) => (sum += kernel.sumSizes32(nodeSelfSize, start, end)));
  return sum;
}

/** Calls in steps from 0 up to `end`; where `run` stops before the end of a step, `teach` tells it what it does not know. */
function untilKnown(
  end: number,
  run: (start: number, end: number) => number,
  teach: (stoppedAt: number) => void,
): void {
  upwards(0, end, (start, stop) => {
    for (let at = start; (at = run(at, stop)) < stop;) teach(at);
  });
}
