import type { StringTable } from './columns.js';
import { LOST_NAME } from './node-rows.js';
import type { SectionReader } from './sink.js';
import { decodeString, StringSection } from './string-section.js';

const QUOTE = 34;
const BACKSLASH = 92;
/** 16 MiB. The text is kept in blocks, as how long it will be is not known when it comes through a pipe. */
const BLOCK_BYTES = 1 << 24;

/**
 * Keeps the strings section as it stands in the file, and where each string begins; decodes one when it is asked for.
 * Memory: the section's bytes, and 8 bytes a string.
 */
export class KeptStrings implements SectionReader, StringTable {
  readonly #section = new StringSection(
    new Uint32Array(0),
    () => {},
    (position) => this.#begin(position),
  );
  /** All but the last are full. */
  readonly #blocks: Buffer[] = [];
  /** Bytes in the last block. */
  #used = BLOCK_BYTES;
  /** By string: place of its first byte, behind the quote, counted from the section's beginning. */
  #starts = new Float64Array(1 << 12);

  get length(): number {
    return this.#section.records;
  }

  get records(): number {
    return this.#section.records;
  }

  /** Strings that have come whole: all, unless the file is cut. */
  get wholeStrings(): number {
    return this.#section.wholeStrings;
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const end = this.#section.push(chunk, start, offset);
    this.#keep(chunk.subarray(start, end < 0 ? chunk.length : end));
    return end;
  }

  get(index: number): string {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`there is no string ${index}: there are ${this.length}`);
    let block = Math.floor(this.#starts[index]! / BLOCK_BYTES);
    let start = this.#starts[index]! % BLOCK_BYTES;
    const pieces: Buffer[] = [];
    let escaped = false;
    for (; ; block++, start = 0) {
      const bytes = this.#blocks[block]!;
      let at = start;
      for (; at < bytes.length; at++) {
        if (escaped) escaped = false;
        else if (bytes[at] === BACKSLASH) escaped = true;
        else if (bytes[at] === QUOTE) break;
      }
      const piece = bytes.subarray(start, at);
      if (at === bytes.length) pieces.push(piece);
      else return decodeString(index, pieces.length > 0 ? Buffer.concat([...pieces, piece]) : piece);
    }
  }

  #begin(position: number): void {
    const index = this.#section.records - 1;
    if (index === this.#starts.length) {
      const larger = new Float64Array(index * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[index] = position;
  }

  #keep(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      if (this.#used === BLOCK_BYTES) {
        this.#blocks.push(Buffer.from(new ArrayBuffer(BLOCK_BYTES)));
        this.#used = 0;
      }
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#used);
      this.#blocks.at(-1)!.set(piece, this.#used);
      this.#used += piece.length;
      at += piece.length;
    }
  }
}

/** The first strings of a table, of which the rest is lost: those have a name that says so. */
export class SalvagedStrings implements StringTable {
  readonly #strings: StringTable;
  readonly #whole: number;
  readonly length: number;

  /** @param whole how many of the strings are there @param length how many there were, as far as it is known */
  constructor(strings: StringTable, whole: number, length: number) {
    this.#strings = strings;
    this.#whole = whole;
    this.length = Math.max(whole, length);
  }

  /** How many are lost, at least. */
  get lost(): number {
    return this.length - this.#whole;
  }

  get(index: number): string {
    return index >= this.#whole && index < this.length ? LOST_NAME : this.#strings.get(index);
  }
}

/** Strings that another reader has decoded already. */
export class DecodedStrings implements StringTable {
  readonly #texts: string[] = [];

  get length(): number {
    return this.#texts.length;
  }

  add(text: string): void {
    this.#texts.push(text);
  }

  get(index: number): string {
    const text = this.#texts[index];
    if (text === undefined) throw new RangeError(`there is no string ${index}: there are ${this.length}`);
    return text;
  }
}
