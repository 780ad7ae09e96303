import { findNodesEnd } from '../find-section-end.js';
import type { Schema } from '../schema.js';
import type { SharedNodes } from '../sink.js';
import type { PlainFile } from '../source.js';
import { SharedSection } from './shared-section.js';
import type { KernelTally, TallyPart } from './tally.js';
import { type SectionWorker, startTallyWorker } from './two-threads.js';

/** What the worker sends. */
interface Answer {
  /** Number of the first record it took. */
  readonly first: number;
  readonly part: TallyPart;
}

/** A nodes section that two threads add up, the main thread from its start and a worker from its end. */
export class SharedTally implements SharedNodes {
  readonly #tally: KernelTally;
  readonly #shared: SharedSection;
  readonly #file: PlainFile;
  readonly #end: number;
  readonly #second: SectionWorker<Answer | null>;

  /**
   * Null where a second thread cannot find its way (the section's end is not found, or the header does not say how many nodes there are), or
   * does not pay.
   * @param place what comes from this byte of the file on is nobody's yet, and in the section
   * @param least bytes from there to the section's end that are worth a thread
   */
  static start(
    tally: KernelTally,
    file: PlainFile,
    schema: Schema,
    named: ReadonlySet<number>,
    place: number,
    least: number,
  ): SharedTally | null {
    if (schema.declaredNodeCount === 0) return null;
    const end = findNodesEnd(file, place, schema);
    const chunkBytes = tally.kernel.input.length;
    if (end < place + least || !SharedSection.hasRoomFor(end, chunkBytes)) return null;
    const shared = SharedSection.create();
    shared.begin(place, Math.ceil(place / chunkBytes));
    shared.endBefore(Math.ceil(end / chunkBytes));
    const { words, places } = shared;
    const { module } = tally.kernel;
    const task = { module, inputBytes: chunkBytes, section: { words, places }, fd: file.fd, end, schema, named };
    return new SharedTally(tally, shared, file, end, startTallyWorker<Answer>(task));
  }

  private constructor(
    tally: KernelTally,
    shared: SharedSection,
    file: PlainFile,
    end: number,
    second: SectionWorker<Answer | null>,
  ) {
    this.#tally = tally;
    this.#shared = shared;
    this.#file = file;
    this.#end = end;
    this.#second = second;
  }

  mayRead(place: number): boolean {
    return place % this.#tally.kernel.input.length !== 0 || this.#shared.claim(false) >= 0;
  }

  async finish(place: number): Promise<number> {
    const answer = await this.#second.message.catch(() => null);
    if (answer === null || answer.first !== this.#tally.nextRecord) return -1;
    const behind = new Uint8Array(this.#tally.longestRecord);
    this.#tally.finishRecord(behind.subarray(0, this.#file.read(behind, place)), place);
    this.#tally.adopt(answer.part);
    return this.#end;
  }

  async close(): Promise<void> {
    this.#shared.stop();
    await this.#second.worker.terminate();
  }
}
