import { type FileTail, type FileTailParts, fileTail } from '../file-tail.js';
import type { Schema } from '../schema.js';
import { LayoutMismatch, type SectionReader } from '../sink.js';
import { KernelColumns } from './columns.js';
import { type Kernel, readAt } from './load.js';
import { SharedSection, WORTH_A_THREAD } from './shared-section.js';
import { type SectionWorker, startEdgeWorker } from './two-threads.js';

const BEFORE_EDGES = /^,\s*"edges":\s*\[/;
const MARGIN = 64;

export interface ReadColumnsOptions {
  /** 2: a worker takes what is behind the edges, and edges from the back, where the file is large enough for that to pay. */
  readonly threads?: 1 | 2;
  /** For tests: files of any size are worth a thread. */
  readonly smallFiles?: boolean;
  /** Told the place in the file that the main thread has come to. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Told when it begins with another section. */
  readonly onSection?: ((section: 'nodes' | 'edges') => void) | undefined;
}

export interface ReadColumns {
  readonly columns: KernelColumns;
  /** Just past the closing bracket of the edges. */
  readonly end: number;
  readonly hasLines: boolean;
  /** Edges that the worker has taken. */
  readonly edgesFromBack: number;
  /** What the worker has read behind the edges; null: nothing. */
  readonly tail: FileTail | null;
}

/**
 * Reads nodes and edges (with a second thread, what stands behind them, too) of an open file in V8's layout, whose nodes (behind their opening bracket) start at byte `nodesStart`.
 * Returns null where the file is not quite so, or the header's counts are not right: then read it by other means, from its beginning.
 * @throws HeapstatError INVALID_SNAPSHOT where it is damaged, KernelMemoryError where 4 GiB are not enough
 */
export async function readColumns(
  kernel: Kernel,
  fd: number,
  size: number,
  schema: Schema,
  nodesStart: number,
  options: ReadColumnsOptions = {},
): Promise<ReadColumns | null> {
  const columns = new KernelColumns(kernel, schema);
  const { declaredEdgeCount, declaredNodeCount } = schema;
  const worth = size >= WORTH_A_THREAD || options.smallFiles === true;
  const twoThreads = options.threads === 2 && worth && declaredEdgeCount > 0 && declaredNodeCount > 0;
  const shared = SharedSection.create();
  const second = twoThreads ? startSecond(kernel, fd, size, schema, columns, shared) : null;
  try {
    options.onSection?.('nodes');
    const nodesEnd = readSection(kernel, fd, columns.nodes, nodesStart, options.onProgress);
    const edgesStart = findEdges(fd, nodesEnd);
    const sound = columns.nodeCount === declaredNodeCount && columns.edgeTotal === declaredEdgeCount;
    if (edgesStart < 0 || (second && !sound)) return null;
    options.onSection?.('edges');
    const edges = columns.edges();
    const { hasLines } = columns.nodes;
    if (!second) {
      return {
        columns,
        end: readSection(kernel, fd, edges, edgesStart, options.onProgress),
        hasLines,
        edgesFromBack: 0,
        tail: null,
      };
    }
    shared.begin(edgesStart, Math.floor(edgesStart / kernel.input.length));
    const front = readFront(kernel, fd, edges, edgesStart, shared, options.onProgress);
    const answer = front < 0 ? await shared.waitForAnswer(second.failure) : null;
    if (answer && answer.first !== edges.records) return null;
    if (answer) columns.adoptEdges(declaredEdgeCount);
    const end = answer?.end ?? front;
    const edgesFromBack = answer ? declaredEdgeCount - answer.first : 0;
    const parts = await second.message;
    return { columns, end, hasLines, edgesFromBack, tail: parts?.from === end ? fileTail(parts) : null };
  } catch (error) {
    if (error instanceof LayoutMismatch) return null;
    throw error;
  } finally {
    shared.stop();
    await second?.stop();
  }
}

function startSecond(
  kernel: Kernel,
  fd: number,
  size: number,
  schema: Schema,
  columns: KernelColumns,
  { words, places }: SharedSection,
): SectionWorker<FileTailParts | null> {
  const memory = { kernel: kernel.share(), columns: columns.shareEdges() };
  return startEdgeWorker({ ...memory, section: { words, places }, fd, size, schema });
}

/** Reads a section from byte `from` of the file on; returns the place just past its bracket. */
function readSection(
  kernel: Kernel,
  fd: number,
  reader: SectionReader,
  from: number,
  onProgress?: (bytes: number) => void,
): number {
  const { input } = kernel;
  for (let place = from; ;) {
    const length = readAt(fd, input.subarray(0, input.length - (place % input.length)), place);
    if (length === 0) throw new LayoutMismatch('the file ends in the middle of a section', place, new Uint8Array(0));
    const closed = reader.push(input.subarray(0, length), 0, place);
    if (closed >= 0) return place + closed;
    place += length;
    onProgress?.(place);
  }
}

/** Where the edges start whose section should follow the bracket before `end`; -1: they do not. */
function findEdges(fd: number, end: number): number {
  const text = new Uint8Array(MARGIN);
  const found = BEFORE_EDGES.exec(Buffer.from(text.subarray(0, readAt(fd, text, end))).toString('latin1'));
  return found === null ? -1 : end + found[0].length;
}

/**
 * Reads edges chunk by chunk until the worker has the rest. Returns -1 then, and the place just past the section's bracket where the main
 * thread came so far.
 */
function readFront(
  kernel: Kernel,
  fd: number,
  edges: ReturnType<KernelColumns['edges']>,
  start: number,
  shared: SharedSection,
  onProgress?: (bytes: number) => void,
): number {
  const { input } = kernel;
  let place = start;
  for (let chunk; (chunk = shared.claim(false)) >= 0;) {
    const end = (chunk + 1) * input.length;
    while (place < end) {
      const length = readAt(fd, input.subarray(0, end - place), place);
      if (length === 0) throw new LayoutMismatch('the file ends in the middle of a section', place, new Uint8Array(0));
      const closed = edges.push(input.subarray(0, length), 0, place);
      if (closed >= 0) return place + closed;
      place += length;
    }
    onProgress?.(place);
  }
  const behind = new Uint8Array(MARGIN);
  edges.finishRecord(behind.subarray(0, readAt(fd, behind, place)), place);
  return -1;
}
