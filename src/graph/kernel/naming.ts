import type { NamedNodes } from '../named-nodes.js';
import { type BaseLayout, Places } from './layout.js';
import { type GraphKernel, upwards } from './load.js';

/** Where nodes are to be named, and what the kernels have to know for it: numbers alone, so that another thread can be told. */
export interface NamingTask {
  /** Addresses between which the results go; at first 256 words of codes by type. */
  readonly start: number;
  readonly end: number;
  /** And between which there is room for passing use. */
  readonly scratch: number;
  readonly scratchEnd: number;
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
/** Plain objects in one call. */
const AT_ONCE = 1 << 14;

function layResults({ start }: NamingTask, nodeCount: number) {
  const places = new Places(start);
  return { codeOfType: places.take(4 * TYPES), codes: places.take(4 * nodeCount), plainObjects: places.end };
}

/** The list of plain objects ends where this says so, then comes the shape of each. */
function placeShapes(plainObjects: number, plainCount: number): number {
  return plainObjects + 4 * plainCount;
}

function layScratch({ scratch, stringCount, detachedness }: NamingTask, nodeCount: number) {
  const places = new Places(scratch);
  const kinds = detachedness === 0 ? 1 : 2;
  return {
    codeOfName: places.take(4 * kinds * stringCount),
    names: places.take(4 * kinds * Math.min(stringCount, nodeCount)),
    shapes: places.end,
  };
}

/** See ../named-nodes.ts. What it finds stays where the task says; takeNamed() tells where. */
export function nameNodesInMemory(
  kernel: GraphKernel,
  buffer: ArrayBufferLike,
  { nodeCount, nodeKinds, edgeKinds }: BaseLayout,
  task: NamingTask,
): void {
  const { firstCode, stringCount, detachedness, scratchEnd } = task;
  const { codeOfType, codes, plainObjects } = layResults(task, nodeCount);
  const { codeOfName, names, shapes } = layScratch(task, nodeCount);
  if (plainObjects + 8 * nodeCount > task.end || shapes > scratchEnd) return giveUp(buffer, task);
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

  const plainCount = ((kernel.plainObjectsEnd() >>> 0) - plainObjects) / 4;
  const shapeOf = placeShapes(plainObjects, plainCount);
  const slots = shapes + 4 * SHAPE_WORDS * plainCount;
  kernel.startShapes(edgeKinds.property, shapes);
  const useSlots = (count: number): boolean => {
    if (slots + 4 * count > scratchEnd) return false;
    new Uint32Array(buffer, slots, count).fill(0);
    kernel.useSlots(slots, count);
    return true;
  };
  let slotCount = FIRST_SLOTS;
  if (!useSlots(slotCount)) return giveUp(buffer, task);
  for (let done = 0; done < plainCount;) {
    const next = kernel.findShapes(plainObjects, shapeOf, done, Math.min(plainCount, done + AT_ONCE));
    if (next === done && !useSlots((slotCount *= 2))) return giveUp(buffer, task);
    done = next;
  }
  tell(buffer, task, [1, kernel.nameCount(), plainCount, kernel.countShapes()]);
}

/** There is not enough room. */
function giveUp(buffer: ArrayBufferLike, task: NamingTask): void {
  tell(buffer, task, [0, 0, 0, 0]);
}

/** Whether all is found, and how many names, plain objects and shapes. */
type Told = [isFound: number, names: number, plainObjects: number, shapes: number];

/** For takeNamed(): in words where the codes by type were. */
function tell(buffer: ArrayBufferLike, { start }: NamingTask, told: Told): void {
  new Uint32Array(buffer, start, told.length).set(told);
}

/** What nameNodesInMemory() has found, while its scratch is untouched, and how many bytes its columns take; null where there was not enough room. */
export function takeNamed(
  buffer: ArrayBufferLike,
  nodeCount: number,
  task: NamingTask,
): { readonly named: NamedNodes; readonly bytes: number } | null {
  const [isFound, nameCount, plainCount, shapeCount] = [...new Uint32Array(buffer, task.start, 4)] as Told;
  if (isFound === 0) return null;
  const { codes, plainObjects } = layResults(task, nodeCount);
  const { names, shapes } = layScratch(task, nodeCount);
  const shapeOf = placeShapes(plainObjects, plainCount);
  const example: number[] = [];
  const count: number[] = [];
  const records = new Uint32Array(buffer, shapes, SHAPE_WORDS * shapeCount);
  for (let record = 0; record < records.length; record += SHAPE_WORDS) {
    example.push(records[record + EXAMPLE]!);
    count.push(records[record + COUNT]!);
  }
  const named = {
    code: new Uint32Array(buffer, codes, nodeCount),
    names: new Uint32Array(buffer, names, nameCount).slice(),
    plainObjects: {
      nodes: new Uint32Array(buffer, plainObjects, plainCount),
      shape: new Uint32Array(buffer, shapeOf, plainCount),
      example,
      count,
    },
  };
  return { named, bytes: shapeOf + 4 * plainCount - task.start };
}
