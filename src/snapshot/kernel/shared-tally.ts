import { HeapstatError } from '../../errors.js';
import { findNodesEnd } from '../find-section-end.js';
import type { Schema } from '../schema.js';
import { LayoutMismatch, type SharedNodes, type SharedNodesEnd } from '../sink.js';
import type { PlainFile } from '../source-file.js';
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
  readonly #schema: Schema;
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
    // All chunks are inside the section, which starts before the first one.
    shared.begin(0, Math.ceil(place / chunkBytes));
    shared.endBefore(Math.ceil(end / chunkBytes));
    const { words, places } = shared;
    const { module } = tally.kernel;
    const task = { module, inputBytes: chunkBytes, section: { words, places }, fd: file.fd, end, schema, named };
    return new SharedTally(tally, shared, file, schema, end, startTallyWorker<Answer>(task));
  }

  private constructor(
    tally: KernelTally,
    shared: SharedSection,
    file: PlainFile,
    schema: Schema,
    end: number,
    second: SectionWorker<Answer | null>,
  ) {
    this.#tally = tally;
    this.#shared = shared;
    this.#file = file;
    this.#schema = schema;
    this.#end = end;
    this.#second = second;
  }

  mayRead(place: number): boolean {
    return place % this.#tally.kernel.input.length !== 0 || this.#shared.claim(false) >= 0;
  }

  async finish(place: number): Promise<SharedNodesEnd> {
    const tally = this.#tally;
    const answer = await this.#second.message.catch(() => null);
    if (answer === null || answer.first !== tally.nextRecord) return { isComplete: false, place };
    const behind = new Uint8Array(tally.longestRecord);
    let used: number;
    try {
      used = tally.finishRecord(behind.subarray(0, this.#file.read(behind, place)), place);
    } catch (error) {
      // It comes up again where it is read in order, and is told there.
      if (error instanceof LayoutMismatch || error instanceof HeapstatError) return { isComplete: false, place };
      throw error;
    }
    const { declaredNodeCount, declaredEdgeCount } = this.#schema;
    const { records, edges } = answer.part;
    const isRight =
      tally.records + records === declaredNodeCount &&
      (declaredEdgeCount === 0 || tally.edges + edges === declaredEdgeCount);
    if (!isRight) return { isComplete: false, place: place + used };
    tally.adopt(answer.part);
    return { isComplete: true, place: this.#end };
  }

  async close(): Promise<void> {
    this.#shared.stop();
    await this.#second.stop();
  }
}
