import { invalidSnapshot } from '../../errors.js';
import { LayoutMismatch, type SectionReader } from '../sink.js';
import { diagnose, findLines, longestRecord, type RecordLayout } from './layout.js';
import type { Kernel } from './load.js';

const CLOSED = 1;
const COMMA = 44;
const CLOSING_BRACKET = 93;

/** Feeds a section's chunks, cut anywhere, to a kernel that takes whole records. */
export abstract class RecordReader implements SectionReader {
  readonly kernel: Kernel;
  readonly #layout: RecordLayout;
  readonly #carry: Uint8Array;
  #carried = 0;
  #lines: boolean | null = null;
  #records = 0;

  constructor(kernel: Kernel, layout: RecordLayout) {
    this.kernel = kernel;
    this.#layout = layout;
    this.#carry = new Uint8Array(longestRecord(layout.fields));
  }

  get records(): number {
    return this.#records;
  }

  /** Number of the first record that is still to come, the one under way left out. */
  get nextRecord(): number {
    return this.#records + (this.#carried > 0 ? 1 : 0);
  }

  /** Bytes that a record takes at most. */
  get longestRecord(): number {
    return this.#carry.length;
  }

  get hasLines(): boolean {
    return this.#lines === true;
  }

  /** Takes the whole records of the text from `start` to `end` (addresses); see assembly/take.ts. */
  protected abstract take(start: number, end: number, fields: number, lines: boolean): number;
  /** Takes `records` records that are known to be sound. */
  protected abstract takeChecked(start: number, records: number, fields: number, lines: boolean): void;

  protected countRecords(records: number): void {
    this.#records += records;
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const { input } = this.kernel;
    if (chunk.buffer === input.buffer && chunk.byteOffset >= input.byteOffset) {
      const address = chunk.byteOffset;
      const closed = this.#read(address + start, address + chunk.length, offset + start);
      return closed < 0 ? -1 : closed - address;
    }
    for (let at = start; at < chunk.length; at += input.length) {
      const piece = chunk.subarray(at, at + input.length);
      input.set(piece);
      const rest = chunk.subarray(at + piece.length);
      const closed = this.#read(input.byteOffset, input.byteOffset + piece.length, offset + at, rest);
      if (closed >= 0) return at + closed - input.byteOffset;
    }
    return -1;
  }

  /**
   * Completes the record under way, if there is one, from `bytes`, which come next in the file (at `offset`); leaves alone what is behind
   * it. For a reader that stops where another goes on. Returns how many bytes it took; after an error it is as before.
   */
  finishRecord(bytes: Uint8Array, offset: number): number {
    if (this.#carried === 0) return 0;
    let missing = this.#layout.fields;
    for (let at = 0; at < this.#carried; at++) if (this.#carry[at] === COMMA) missing--;
    let end = 0;
    for (; end < bytes.length && missing > 0; end++) {
      if (bytes[end] === COMMA || bytes[end] === CLOSING_BRACKET) missing--;
    }
    this.push(bytes.subarray(0, end), 0, offset);
    return end;
  }

  /** `offset`: place in the file of what is at `start`; `after`: what follows the text in the chunk. Returns an address or -1. */
  #read(start: number, end: number, offset: number, after?: Uint8Array): number {
    const { exports, bytes } = this.kernel;
    const { fields } = this.#layout;
    const first = start - this.#carried;
    bytes.set(this.#carry.subarray(0, this.#carried), first);
    if (this.#records === 0 && first < end && bytes[first] === CLOSING_BRACKET) return first + 1;
    this.#lines ??= findLines(bytes, first, end, fields);
    if (this.#lines === null) {
      this.#keep(bytes, first, end);
      return -1;
    }
    const lines = this.#lines;
    const result = this.take(first, end, fields, lines);
    const stop = exports.stoppedAt.value >>> 0;
    this.#records += exports.taken.value >>> 0;
    if (result === CLOSED) return stop;
    if (result === 0 && end - stop <= this.#carry.length) {
      this.#keep(bytes, stop, end);
      return -1;
    }
    return this.#fail(bytes, stop, end, offset - start, after);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    this.#carry.set(bytes.subarray(start, end));
    this.#carried = end - start;
  }

  /** Says what is wrong at `start` or behind it, after taking what is right. `shift`: from addresses to places in the file. */
  #fail(bytes: Uint8Array, start: number, end: number, shift: number, after: Uint8Array | undefined): never {
    const { section, fields } = this.#layout;
    const lines = this.#lines!;
    const found = diagnose(bytes, start, end, this.#layout, lines);
    if (found === null) throw new Error(`the kernel refuses ${section} that are in order, at byte ${start + shift}`);
    const record = this.#records + found.records;
    if (found.kind === 'damage') {
      throw invalidSnapshot(`in section "${section}", record ${record} at byte ${found.at + shift}: ${found.what}`);
    }
    if (found.records > 0) {
      this.takeChecked(start, found.records, fields, lines);
      this.#records = record;
    }
    const tail = bytes.slice(found.recordStart, end);
    const rest = new Uint8Array(tail.length + (after?.length ?? 0));
    rest.set(tail);
    if (after !== undefined) rest.set(after, tail.length);
    throw new LayoutMismatch(`${found.what} (section "${section}", record ${record})`, found.at + shift, rest);
  }
}
