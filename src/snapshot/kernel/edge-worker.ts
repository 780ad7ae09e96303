import { parentPort, workerData } from 'node:worker_threads';
import { buffersOf, readTail } from '../file-tail.js';
import { EDGES, LARGEST_EDGE_NAME, WORDS } from './columns.js';
import { newKernel, readAt, sharedKernel, type Kernel } from './load.js';
import { Control, type EdgeTask } from './two-threads.js';

// The second thread of read-columns.ts: what stands behind the edges, then edges from the back.

const COMMA = 44;
const NEWLINE = 10;
const CLOSING_BRACKET = 93;
const FIELDS = 3;
/** No record is longer; room for as much is kept before and behind a chunk. */
const MARGIN = 64;
/** What follows the edges in V8's layout. A newline cannot stand inside a JSON string. */
const NEXT_SECTION = Buffer.from('],\n"trace_function_infos":[');

class EdgesFromBack {
  readonly #task: EdgeTask;
  readonly #control: Control;
  readonly #kernel: Kernel;
  readonly #descriptor: Uint32Array;
  readonly #chunkBytes: number;
  /** Separators from the end of the next chunk on. */
  #behind = 0;
  /** Number of the first record taken. */
  #first: number;
  #lines = false;

  constructor(task: EdgeTask) {
    this.#task = task;
    this.#control = new Control(task.words, task.places);
    this.#kernel = sharedKernel(task.kernel);
    this.#descriptor = this.#kernel.words(task.columns, WORDS);
    this.#chunkBytes = this.#kernel.input.length;
    this.#first = task.schema.declaredEdgeCount;
  }

  run(): void {
    let good = true;
    const end = this.#findEnd();
    this.#sendTail(end);
    if (end >= 0) {
      this.#control.endEdges(Math.ceil(end / this.#chunkBytes));
      for (let chunk; good && (chunk = this.#control.claim(true)) >= 0;) good = this.#take(chunk, end);
    }
    const largestName = this.#descriptor[LARGEST_EDGE_NAME]!;
    this.#control.answer({ first: good ? this.#first : -1, largestName, end });
  }

  /** Sends one message, whatever it finds. In memory of its own: that of the columns is the main thread's to hand out. */
  #sendTail(from: number): void {
    const { kernel: shared, schema } = this.#task;
    const kernel = from < 0 ? null : newKernel(shared.module);
    const parts = kernel && readTail(kernel, this.#task, schema, from, () => this.#control.hasStopped);
    parentPort!.postMessage(parts, parts ? buffersOf(parts) : []);
  }

  /** Just past the section's bracket, looked for from the file's end; -1: not there. */
  #findEnd(): number {
    const { input } = this.#kernel;
    const { fd, size } = this.#task;
    const overlap = NEXT_SECTION.length - 1;
    const step = input.length - 4096;
    const view = Buffer.from(input.buffer, input.byteOffset, input.length);
    for (let end = size; end > 0; end -= step) {
      const start = Math.max(0, end - step);
      const length = readAt(fd, input.subarray(0, end + overlap - start), start);
      const at = view.subarray(0, length).lastIndexOf(NEXT_SECTION);
      if (at >= 0) return start + at + 1;
      if (this.#control.hasStopped) return -1;
    }
    return -1;
  }

  /** Takes the records that start in a chunk; false: they are not as expected. */
  #take(chunk: number, end: number): boolean {
    const { fd, columns } = this.#task;
    const { nodeStride, declaredEdgeCount: edgeCount } = this.#task.schema;
    const { input, exports } = this.#kernel;
    const bytes = this.#kernel.bytes;
    const base = input.byteOffset;
    const fileStart = chunk * this.#chunkBytes;
    for (;;) {
      const started = this.#control.hasStarted;
      const from = started ? Math.max(fileStart, this.#control.edgesStart) : fileStart;
      const to = Math.min(end, fileStart + this.#chunkBytes);
      const shift = base - fileStart;
      if (readAt(fd, bytes.subarray(base, base + to - fileStart), fileStart) < to - fileStart) return false;
      readAt(fd, bytes.subarray(base - MARGIN, base), fileStart - MARGIN);
      // Behind the chunk: the start of the one after it, which holds the end of the last record.
      if (to < end) readAt(fd, bytes.subarray(to + shift, to + shift + MARGIN), to);
      const last = to === end;
      if (last) this.#lines = bytes[end + shift - 2] === NEWLINE;
      const commas = exports.countCommas(from + shift, to + shift) + (last ? 1 : 0);
      const before = edgeCount * FIELDS - this.#behind - commas;
      // The first record that starts here, and how many do.
      let start = from + shift;
      const isStart =
        before % FIELDS === 0 && ((started && from === this.#control.edgesStart) || bytes[start - 1] === COMMA);
      const first = isStart ? before / FIELDS : Math.floor(before / FIELDS) + 1;
      if (!isStart) start = exports.skipCommasWithin(start, to + shift, FIELDS - (before % FIELDS)) >>> 0;
      const passed = before + commas;
      const startsBehind = !last && passed % FIELDS === 0 && bytes[to + shift - 1] === COMMA;
      const records = Math.min(Math.floor(passed / FIELDS) - (startsBehind || last ? 1 : 0), edgeCount - 1) - first + 1;
      let stop = to + shift;
      if (!last && !startsBehind) {
        stop = exports.skipCommasWithin(stop, Math.min(end + shift, stop + MARGIN), FIELDS - (passed % FIELDS)) >>> 0;
        if (stop === 0 && end + shift <= to + shift + MARGIN && bytes[end + shift - 1] === CLOSING_BRACKET)
          stop = end + shift;
      }
      if (before >= 0 && records === 0) {
        this.#behind += commas;
        return true;
      }
      if (before >= 0 && records > 0 && start !== 0 && stop !== 0) {
        this.#descriptor[EDGES] = first;
        exports.takeEdges(columns, start, stop, nodeStride, this.#lines);
        if (exports.taken.value >>> 0 === records) {
          this.#behind += commas;
          this.#first = first;
          return true;
        }
      }
      if (started) return false;
      // This may be where the edges start: the main thread knows when it has read the nodes.
      this.#control.waitForStart();
      if (this.#control.hasStopped) return false;
    }
  }
}

const task = workerData as EdgeTask;
new EdgesFromBack(task).run();
