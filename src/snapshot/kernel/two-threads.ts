import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../../dist-url.js';
import type { FileTailParts } from '../file-tail.js';
import type { Schema } from '../schema.js';
import type { SharedKernel } from './load.js';

// A worker takes edges from the section's end while the main thread takes nodes, then edges from the front. Chunk i is what the section has
// of bytes i * chunkBytes ... (i + 1) * chunkBytes - 1 of the file; a record belongs to the chunk that it starts in. The worker knows where it
// is without having read what comes before: a section of n records of three has 3n separators, the closing bracket being the last, so
// the separators that follow tell the field and the record.

/** Places in Control.words. Chunks: the next from the front in the upper half, the end of those not yet taken in the lower. */
const CHUNKS = 0;
const STARTED = 1;
const STOPPED = 2;
const DONE = 3;
const NO_END = 0xffff;

/** Places in Control.places: bytes of the file, and what the worker answers. */
const EDGES_START = 0;
const EDGES_END = 1;
const FIRST_RECORD = 2;
const LARGEST_NAME = 3;

/** What the worker has done. */
export interface EdgeAnswer {
  /** Number of the first record it took; -1: it gave up. */
  readonly first: number;
  readonly largestName: number;
  /** Just past the section's bracket. */
  readonly end: number;
}

/** What the two threads share besides the kernel's memory. */
export class Control {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly places: Float64Array<SharedArrayBuffer>;

  constructor(words: Int32Array<SharedArrayBuffer>, places: Float64Array<SharedArrayBuffer>) {
    this.words = words;
    this.places = places;
  }

  static start(): Control {
    const control = new Control(new Int32Array(new SharedArrayBuffer(16)), new Float64Array(new SharedArrayBuffer(32)));
    control.words[CHUNKS] = NO_END;
    return control;
  }

  /** The next chunk from the front or from the back, or -1. */
  claim(fromBack: boolean): number {
    for (;;) {
      const word = Atomics.load(this.words, CHUNKS);
      const front = word >>> 16;
      const end = word & 0xffff;
      if (front >= end || this.hasStopped) return -1;
      const next = fromBack ? word - 1 : word + 0x10000;
      if (Atomics.compareExchange(this.words, CHUNKS, word, next | 0) === word) return fromBack ? end - 1 : front;
    }
  }

  /** From the main thread: the edges start at byte `place` of the file, in `chunk`. */
  startEdges(place: number, chunk: number): void {
    this.places[EDGES_START] = place;
    Atomics.add(this.words, CHUNKS, chunk << 16);
    Atomics.store(this.words, STARTED, 1);
    Atomics.notify(this.words, STARTED);
  }

  /** From the worker: the edges end in the chunk before `chunk`. */
  endEdges(chunk: number): void {
    for (;;) {
      const word = Atomics.load(this.words, CHUNKS);
      if (Atomics.compareExchange(this.words, CHUNKS, word, ((word >>> 16) << 16) | chunk) === word) return;
    }
  }

  get edgesStart(): number {
    return this.places[EDGES_START]!;
  }

  get hasStarted(): boolean {
    return Atomics.load(this.words, STARTED) !== 0;
  }

  get hasStopped(): boolean {
    return Atomics.load(this.words, STOPPED) !== 0;
  }

  /** Waits until the main thread has said where the edges start, or has stopped. */
  waitForStart(): void {
    Atomics.wait(this.words, STARTED, 0);
  }

  /** Nobody takes another chunk. */
  stop(): void {
    Atomics.store(this.words, STOPPED, 1);
    Atomics.store(this.words, STARTED, 1);
    Atomics.notify(this.words, STARTED);
  }

  answer({ first, largestName, end }: EdgeAnswer): void {
    this.places[FIRST_RECORD] = first;
    this.places[LARGEST_NAME] = largestName;
    this.places[EDGES_END] = end;
    Atomics.store(this.words, DONE, 1);
    Atomics.notify(this.words, DONE);
  }

  /** The worker's answer, for which there is nothing to do but wait; rejected with `failure` where that comes first. */
  async waitForAnswer(failure: Promise<never>): Promise<EdgeAnswer> {
    while (Atomics.wait(this.words, DONE, 0, 50) === 'timed-out') {
      // Only the event loop tells that a worker has failed.
      await Promise.race([failure, new Promise((resolve) => setImmediate(resolve))]);
    }
    const [, end, first, largestName] = this.places as unknown as [number, number, number, number];
    return { first, largestName, end };
  }
}

/** What the worker is started with. */
export interface EdgeTask {
  readonly kernel: SharedKernel;
  /** A descriptor of its own, see assembly/columns.ts. */
  readonly columns: number;
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly places: Float64Array<SharedArrayBuffer>;
  readonly fd: number;
  readonly size: number;
  readonly schema: Schema;
}

export interface EdgeWorker {
  readonly worker: Worker;
  /** What stands behind the edges; null: to be read in order. Rejected where the worker failed. */
  readonly tail: Promise<FileTailParts | null>;
  /** Rejected where the worker failed. */
  readonly failure: Promise<never>;
}

export function startEdgeWorker(task: EdgeTask): EdgeWorker {
  const worker = new Worker(new URL('snapshot/kernel/edge-worker.js', DIST_URL), { workerData: task });
  const words = task.words;
  const failure = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      if (Atomics.load(words, DONE) === 0) reject(new Error('the second thread ended too early'));
    });
  });
  const message = new Promise<FileTailParts | null>((resolve) => {
    worker.once('message', resolve);
  });
  const tail = Promise.race([message, failure]);
  // They may not be asked for any more.
  for (const promise of [failure, tail]) promise.catch(() => {});
  return { worker, tail, failure };
}
