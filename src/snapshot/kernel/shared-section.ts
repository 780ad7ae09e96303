// Two threads read one section of a file: the main thread from its start, a worker from its end. Chunk i is what the section has
// of bytes i * chunkBytes ... (i + 1) * chunkBytes - 1 of the file; a record belongs to the chunk that it starts in.

/** Below this a second thread does not pay: it takes 40 to 80 ms to be ready. */
export const WORTH_A_THREAD = 200_000_000;

/** Places in SharedSection.words. Chunks: the next from the front in the upper half, the end of those not yet taken in the lower. */
const CHUNKS = 0;
const STARTED = 1;
const STOPPED = 2;
const DONE = 3;
const NO_END = 0xffff;

/** Places in SharedSection.places: bytes of the file, and what the worker answers. */
const START = 0;
const END = 1;
const FIRST_RECORD = 2;

/** What the worker has done. */
export interface SectionAnswer {
  /** Number of the first record it took; -1: it gave up. */
  readonly first: number;
  /** Just past the section's bracket. */
  readonly end: number;
}

/** What can be sent to another thread, and made a SharedSection of there. */
export interface SectionWords {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly places: Float64Array<SharedArrayBuffer>;
}

/** Who reads what of the section. */
export class SharedSection {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly places: Float64Array<SharedArrayBuffer>;

  constructor({ words, places }: SectionWords) {
    this.words = words;
    this.places = places;
  }

  static create(): SharedSection {
    const section = new SharedSection({
      words: new Int32Array(new SharedArrayBuffer(16)),
      places: new Float64Array(new SharedArrayBuffer(24)),
    });
    section.words[CHUNKS] = NO_END;
    return section;
  }

  /** Whether all chunks of a section that ends at this byte can be told apart. */
  static hasRoomFor(end: number, chunkBytes: number): boolean {
    return Math.ceil(end / chunkBytes) < NO_END;
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

  /** From the main thread: the section, or what is left of it, starts at byte `place` of the file, in `chunk`. */
  begin(place: number, chunk: number): void {
    this.places[START] = place;
    Atomics.add(this.words, CHUNKS, chunk << 16);
    Atomics.store(this.words, STARTED, 1);
    Atomics.notify(this.words, STARTED);
  }

  /** From who knows it: the section ends in the chunk before `chunk`. */
  endBefore(chunk: number): void {
    for (;;) {
      const word = Atomics.load(this.words, CHUNKS);
      if (Atomics.compareExchange(this.words, CHUNKS, word, ((word >>> 16) << 16) | chunk) === word) return;
    }
  }

  get start(): number {
    return this.places[START]!;
  }

  get hasStarted(): boolean {
    return Atomics.load(this.words, STARTED) !== 0;
  }

  get hasStopped(): boolean {
    return Atomics.load(this.words, STOPPED) !== 0;
  }

  /** The worker has answered. */
  get isDone(): boolean {
    return Atomics.load(this.words, DONE) !== 0;
  }

  /** Waits until the main thread has said where the section starts, or has stopped. */
  waitForStart(): void {
    Atomics.wait(this.words, STARTED, 0);
  }

  /** Nobody takes another chunk. */
  stop(): void {
    Atomics.store(this.words, STOPPED, 1);
    Atomics.store(this.words, STARTED, 1);
    Atomics.notify(this.words, STARTED);
  }

  answer({ first, end }: SectionAnswer): void {
    this.places[FIRST_RECORD] = first;
    this.places[END] = end;
    Atomics.store(this.words, DONE, 1);
    Atomics.notify(this.words, DONE);
  }

  /** The worker's answer, for which there is nothing to do but wait; rejected with `failure` where that comes first. */
  async waitForAnswer(failure: Promise<never>): Promise<SectionAnswer> {
    while (Atomics.wait(this.words, DONE, 0, 50) === 'timed-out') {
      // Only the event loop tells that a worker has failed.
      await Promise.race([failure, new Promise((resolve) => setImmediate(resolve))]);
    }
    return { first: this.places[FIRST_RECORD]!, end: this.places[END]! };
  }
}
