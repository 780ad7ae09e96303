import type { NamedNodes } from '../named-nodes.js';
import { type BaseLayout, Places } from './layout.js';
import { type GraphKernel, upwards } from './load.js';

/** Where nodes are to be named, and what the kernels have to know for it: numbers alone, so that another thread can be told. */
export interface NamingTask {
  /** Address of what naming needs, and of how many bytes there are; at first 256 words of codes by type. */
  readonly start: number;
  readonly end: number;
  readonly firstCode: number;
  readonly stringCount: number;
  /** Address of the uint8 column; 0: no node counts as detached. */
  readonly detachedness: number;
}

const TYPES = 256;
/** Of assembly/naming.ts: hash, example, count. */
const SHAPE_WORDS = 3;
const [EXAMPLE, COUNT] = [1, 2];
const FIRST_SLOTS = 1 << 12;

/** What has been found, in words where the codes by type were. */
interface Found {
  readonly nameCount: number;
  readonly plainCount: number;
  readonly shapeCount: number;
}

function lay({ start, stringCount, detachedness }: NamingTask, nodeCount: number) {
  const places = new Places(start);
  const kinds = detachedness === 0 ? 1 : 2;
  return {
    codeOfType: places.take(4 * TYPES),
    codes: places.take(4 * nodeCount),
    codeOfName: places.take(4 * kinds * stringCount),
    names: places.take(4 * kinds * Math.min(stringCount, nodeCount)),
    plainObjects: places.end,
  };
}

/** See ../named-nodes.ts. What it finds stays where the task says; takeNamed() tells where. */
export function nameNodesInMemory(
  kernel: GraphKernel,
  buffer: ArrayBufferLike,
  { nodeCount, nodeKinds, edgeKinds }: BaseLayout,
  task: NamingTask,
): void {
  const { firstCode, stringCount, detachedness, end: roomEnd } = task;
  const { codeOfType, codes, codeOfName, names, plainObjects } = lay(task, nodeCount);
  if (plainObjects + 4 * nodeCount > roomEnd) return giveUp(buffer, task);
  new Uint8Array(buffer, codeOfName, names - codeOfName).fill(0);
  const codeOfDetached = codeOfName + 4 * stringCount;
  kernel.startNaming(
    nodeKinds.object,
    codeOfType,
    firstCode,
    detachedness,
    codes,
    codeOfName,
    codeOfDetached,
    names,
    plainObjects,
  );
  upwards(0, nodeCount, (start, end) => kernel.nameNodes(start, end));

  const plainCount = (kernel.plainObjectsEnd() >>> 0) / 4 - plainObjects / 4;
  const { shapeOf, shapes, slots } = layShapes(plainObjects, plainCount);
  kernel.startShapes(edgeKinds.property, shapes);
  const useSlots = (count: number): boolean => {
    if (slots + 4 * count > roomEnd) return false;
    new Uint32Array(buffer, slots, count).fill(0);
    kernel.useSlots(slots, count);
    return true;
  };
  let slotCount = FIRST_SLOTS;
  if (!useSlots(slotCount)) return giveUp(buffer, task);
  for (let done = 0; done < plainCount;) {
    upwards(done, plainCount, (start, end) => {
      if (done === start) done = kernel.findShapes(plainObjects, shapeOf, start, end);
    });
    if (done < plainCount && !useSlots((slotCount *= 2))) return giveUp(buffer, task);
  }
  const found: Found = { nameCount: kernel.nameCount(), plainCount, shapeCount: kernel.countShapes() };
  new Uint32Array(buffer, task.start, 4).set([1, found.nameCount, found.plainCount, found.shapeCount]);
}

/** There is not enough room. */
function giveUp(buffer: ArrayBufferLike, { start }: NamingTask): void {
  new Uint32Array(buffer, start, 4).fill(0);
}

function layShapes(plainObjects: number, plainCount: number) {
  const places = new Places(Math.ceil((plainObjects + 4 * plainCount) / 8) * 8);
  return {
    shapeOf: places.take(4 * plainCount),
    shapes: places.take(4 * SHAPE_WORDS * plainCount),
    slots: places.end,
  };
}

/** What nameNodesInMemory() has found, and where it ends; null where there was not enough room. */
export function takeNamed(
  buffer: ArrayBufferLike,
  nodeCount: number,
  task: NamingTask,
): { readonly named: NamedNodes; readonly end: number } | null {
  const [isDone, nameCount, plainCount, shapeCount] = new Uint32Array(buffer, task.start, 4) as unknown as [
    number,
    number,
    number,
    number,
  ];
  if (isDone === 0) return null;
  const { codes, names, plainObjects } = lay(task, nodeCount);
  const { shapeOf, shapes } = layShapes(plainObjects, plainCount);
  const example: number[] = [];
  const count: number[] = [];
  const records = new Uint32Array(buffer, shapes, SHAPE_WORDS * shapeCount);
  for (let record = 0; record < records.length; record += SHAPE_WORDS) {
    example.push(records[record + EXAMPLE]!);
    count.push(records[record + COUNT]!);
  }
  const named = {
    code: new Uint32Array(buffer, codes, nodeCount),
    names: new Uint32Array(buffer, names, nameCount),
    plainObjects: {
      nodes: new Uint32Array(buffer, plainObjects, plainCount),
      shape: new Uint32Array(buffer, shapeOf, plainCount),
      example,
      count,
    },
  };
  return { named, end: shapes };
}
