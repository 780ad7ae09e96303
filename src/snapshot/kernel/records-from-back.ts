import { type Kernel, readAt } from './load.js';
import type { SharedSection } from './shared-section.js';

const COMMA = 44;
const NEWLINE = 10;
const CLOSING_BRACKET = 93;
/** No record is longer; room for as much is kept before and behind a chunk. */
const MARGIN = 256;

/** The section to read, in an open file. */
export interface BackSection {
  readonly fd: number;
  /** Just past its bracket. */
  readonly end: number;
  /** Numbers per record. */
  readonly fields: number;
  /** How many records the header declares. */
  readonly records: number;
}

/**
 * Takes what stands from address `start` to `stop`, whole records of which the first is number `first`; returns how many there were, or
 * fewer where they are not as expected.
 */
export type TakeRecords = (first: number, start: number, stop: number, lines: boolean) => number;

/**
 * The second thread's part of a section. It knows where it is without having read what comes before: a section of n records of three numbers
 * has 3n separators, the closing bracket being the last, so the separators that follow tell the field and the record.
 */
export class RecordsFromBack {
  readonly #kernel: Kernel;
  readonly #shared: SharedSection;
  readonly #section: BackSection;
  readonly #take: TakeRecords;
  readonly #chunkBytes: number;
  /** Separators from the end of the next chunk on. */
  #behind = 0;
  /** Number of the first record taken. */
  #first: number;
  #lines = false;

  constructor(kernel: Kernel, shared: SharedSection, section: BackSection, take: TakeRecords) {
    this.#kernel = kernel;
    this.#shared = shared;
    this.#section = section;
    this.#take = take;
    this.#chunkBytes = kernel.input.length;
    this.#first = section.records;
  }

  /** Reads chunks until there are none left; the number of the first record taken, or -1 where something was not as expected. */
  run(): number {
    for (let chunk; (chunk = this.#shared.claim(true)) >= 0;) if (!this.#takeChunk(chunk)) return -1;
    return this.#first;
  }

  /** Takes the records that start in a chunk; false: they are not as expected. */
  #takeChunk(chunk: number): boolean {
    const { fd, end, fields, records: declared } = this.#section;
    const { input, exports, bytes } = this.#kernel;
    const shared = this.#shared;
    const base = input.byteOffset;
    const fileStart = chunk * this.#chunkBytes;
    for (;;) {
      const started = shared.hasStarted;
      const from = started ? Math.max(fileStart, shared.start) : fileStart;
      const to = Math.min(end, fileStart + this.#chunkBytes);
      const shift = base - fileStart;
      if (readAt(fd, bytes.subarray(base, base + to - fileStart), fileStart) < to - fileStart) return false;
      if (fileStart > 0) readAt(fd, bytes.subarray(base - MARGIN, base), fileStart - MARGIN);
      // Behind the chunk: the start of the one after it, which holds the end of the last record.
      if (to < end) readAt(fd, bytes.subarray(to + shift, to + shift + MARGIN), to);
      const last = to === end;
      if (last) this.#lines = bytes[end + shift - 2] === NEWLINE;
      const commas = exports.countCommas(from + shift, to + shift) + (last ? 1 : 0);
      const before = declared * fields - this.#behind - commas;
      // The first record that starts here, and how many do.
      let start = from + shift;
      const isStart = before % fields === 0 && ((started && from === shared.start) || bytes[start - 1] === COMMA);
      const first = isStart ? before / fields : Math.floor(before / fields) + 1;
      if (!isStart) start = exports.skipCommasWithin(start, to + shift, fields - (before % fields)) >>> 0;
      const passed = before + commas;
      const startsBehind = !last && passed % fields === 0 && bytes[to + shift - 1] === COMMA;
      const records = Math.min(Math.floor(passed / fields) - (startsBehind || last ? 1 : 0), declared - 1) - first + 1;
      let stop = to + shift;
      if (!last && !startsBehind) {
        stop = exports.skipCommasWithin(stop, Math.min(end + shift, stop + MARGIN), fields - (passed % fields)) >>> 0;
        if (stop === 0 && end + shift <= to + shift + MARGIN && bytes[end + shift - 1] === CLOSING_BRACKET)
          stop = end + shift;
      }
      if (before >= 0 && records === 0) {
        this.#behind += commas;
        return true;
      }
      if (before >= 0 && records > 0 && start !== 0 && stop !== 0) {
        if (this.#take(first, start, stop, this.#lines) === records) {
          this.#behind += commas;
          this.#first = first;
          return true;
        }
      }
      if (started) return false;
      // This may be where the section starts: the main thread knows when it has read what comes before.
      shared.waitForStart();
      if (shared.hasStopped) return false;
    }
  }
}
