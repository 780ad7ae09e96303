import type { StringTable } from '../columns.js';
import { decodeText } from './strings.js';

const QUOTE = 34;
const BACKSLASH = 92;
const ZERO = 48;
const NINE = 57;
const MOST_DIGITS = 15;
const DIGITS = /^\d{1,15}$/;
/** The place of every fourth string is kept; from there on quotes are counted. */
export const EVERY = 4;
/** 16 MiB. The text is kept in blocks, as how long it will be is not known when it comes through a pipe. */
const BLOCK_BYTES = 1 << 24;
/** As many places are kept in a block, too. */
const BLOCK_STARTS = 1 << 16;
/** How JSON may write any ASCII character, before two digits. V8 writes control characters so, whose first digit is 0 or 1. */
const ESCAPED = '\\u00';
const FIRST_PRINTABLE = 50;

/** What a thread hands to another; its buffers can be transferred. */
export interface SampledStringsParts {
  readonly length: number;
  readonly blocks: readonly Uint8Array<ArrayBuffer>[];
  readonly bytes: number;
  readonly starts: readonly Float64Array<ArrayBuffer>[];
  readonly startCount: number;
}

/**
 * The strings section as it stands in the file, and where every fourth string begins; a string is decoded when it is asked for. Memory: the
 * section's bytes, and two bytes a string.
 */
export class SampledStrings implements StringTable {
  length = 0;
  /** All but the last are full. */
  readonly #blocks: Buffer[] = [];
  /** Bytes kept. */
  #bytes = 0;
  /** By four strings: place of the first one's opening quote, counted from the section's beginning. */
  readonly #starts: Float64Array<ArrayBuffer>[] = [];
  #startCount = 0;

  /** What another thread has collected. */
  static of({ length, blocks, bytes, starts, startCount }: SampledStringsParts): SampledStrings {
    const strings = new SampledStrings();
    strings.length = length;
    strings.#blocks.push(...blocks.map((block) => Buffer.from(block.buffer, block.byteOffset, block.length)));
    strings.#bytes = bytes;
    strings.#starts.push(...starts);
    strings.#startCount = startCount;
    return strings;
  }

  get parts(): SampledStringsParts {
    const blocks = this.#blocks as unknown as Uint8Array<ArrayBuffer>[];
    return { length: this.length, blocks, bytes: this.#bytes, starts: this.#starts, startCount: this.#startCount };
  }

  /** Bytes kept so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Where the next strings begin that are multiples of EVERY: every other one of `places`, from number `first` on, plus `base`, is an opening
   * quote.
   */
  addStarts(places: Uint32Array, first: number, base: number): void {
    let count = this.#startCount;
    let block = this.#starts.at(-1)!;
    for (let k = first; k < places.length; k += 2, count++) {
      const at = count % BLOCK_STARTS;
      if (at === 0) this.#starts.push((block = new Float64Array(BLOCK_STARTS)));
      block[at] = base + places[k]!;
    }
    this.#startCount = count;
  }

  /** The next bytes of the section. */
  keep(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const used = this.#bytes % BLOCK_BYTES;
      if (used === 0) this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      const piece = bytes.subarray(at, at + BLOCK_BYTES - used);
      this.#blocks.at(-1)!.set(piece, used);
      this.#bytes += piece.length;
      at += piece.length;
    }
  }

  /** The place of the opening quote of string `EVERY * sample`. */
  #start(sample: number): number {
    return this.#starts[Math.floor(sample / BLOCK_STARTS)]![sample % BLOCK_STARTS]!;
  }

  /** The text of string `index`. @throws RangeError where there is none, HeapstatError INVALID_SNAPSHOT where it is no JSON */
  get(index: number): string {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`there is no string ${index}: there are ${this.length}`);
    let start = this.#start(Math.floor(index / EVERY));
    let end = this.#closingQuote(start + 1);
    for (let skip = index % EVERY; skip > 0; skip--) {
      start = this.#quote(end + 1);
      end = this.#closingQuote(start + 1);
    }
    const from = start + 1;
    const first = Math.floor(from / BLOCK_BYTES);
    if (first === Math.floor(end / BLOCK_BYTES)) {
      return decodeText(index, this.#blocks[first]!, from % BLOCK_BYTES, end % BLOCK_BYTES);
    }
    const text = this.#joined(from, end);
    return decodeText(index, text, 0, text.length);
  }

  /** As StringTable says. */
  wholeNumber(index: number): number {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`there is no string ${index}: there are ${this.length}`);
    const start = this.#start(Math.floor(index / EVERY));
    const text = this.#blocks[Math.floor(start / BLOCK_BYTES)]!;
    const end = text.length;
    let at = (start % BLOCK_BYTES) + 1;
    for (let skip = index % EVERY; skip > 0; skip--) {
      for (; at < end && text[at] !== QUOTE; at++) if (text[at] === BACKSLASH) at++;
      for (at++; at < end && text[at] !== QUOTE; at++);
      at++;
    }
    let value = 0;
    for (let digits = 0; at < end; at++, digits++) {
      const byte = text[at]!;
      if (byte === QUOTE) return digits > 0 ? value : -1;
      if (byte === BACKSLASH) break;
      if (byte < ZERO || byte > NINE || digits === MOST_DIGITS) return -1;
      value = value * 10 + byte - ZERO;
    }
    // In two blocks, or with escapes.
    const whole = this.get(index);
    return DIGITS.test(whole) ? Number(whole) : -1;
  }

  /** As StringTable says. Searches the section's bytes, and decodes only strings that write a printable ASCII character as an escape. */
  indicesContaining(text: string): Uint32Array {
    const found = new Set<number>();
    this.#eachPlaceOf(text, (place) => {
      const { index, end } = this.#stringAt(place);
      found.add(index);
      return end;
    });
    this.#eachPlaceOf(ESCAPED, (place) => {
      if (this.#byte(place + ESCAPED.length) < FIRST_PRINTABLE) return place + ESCAPED.length;
      const { index, end } = this.#stringAt(place);
      if (this.get(index).includes(text)) found.add(index);
      return end;
    });
    return Uint32Array.from(found).toSorted();
  }

  /** Calls with each place where these bytes stand, from the last one's return value on. */
  #eachPlaceOf(bytes: string, visit: (place: number) => number): void {
    const wanted = Buffer.from(bytes, 'latin1');
    for (let place = this.#indexOf(wanted, 0); place >= 0;) place = this.#indexOf(wanted, visit(place));
  }

  /** The first place at `from` or behind it where these bytes stand; -1: nowhere. */
  #indexOf(wanted: Buffer, from: number): number {
    const border = wanted.length - 1;
    for (let block = Math.floor(from / BLOCK_BYTES), start = from % BLOCK_BYTES; block < this.#blocks.length; block++) {
      const base = block * BLOCK_BYTES;
      const length = Math.min(BLOCK_BYTES, this.#bytes - base);
      const at = this.#blocks[block]!.subarray(0, length).indexOf(wanted, start);
      if (at >= 0) return base + at;
      if (block + 1 === this.#blocks.length) break;
      const across = Math.max(start, length - border);
      const place = this.#joined(base + across, Math.min(this.#bytes, base + BLOCK_BYTES + border)).indexOf(wanted);
      if (place >= 0) return base + across + place;
      start = 0;
    }
    return -1;
  }

  /** The string that a place inside of it belongs to, and the place of its closing quote. */
  #stringAt(place: number): { readonly index: number; readonly end: number } {
    let [low, high] = [0, this.#startCount];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#start(middle) <= place) low = middle;
      else high = middle;
    }
    let index = low * EVERY;
    let end = this.#closingQuote(this.#start(low) + 1);
    for (; end < place; index++) end = this.#closingQuote(this.#quote(end + 1) + 1);
    return { index, end };
  }

  #byte(place: number): number {
    return this.#blocks[Math.floor(place / BLOCK_BYTES)]![place % BLOCK_BYTES]!;
  }

  /** The place of the first quote at `place` or behind it. */
  #quote(place: number): number {
    for (let block = Math.floor(place / BLOCK_BYTES), from = place % BLOCK_BYTES; ; block++, from = 0) {
      const at = this.#blocks[block]!.indexOf(QUOTE, from);
      if (at >= 0) return block * BLOCK_BYTES + at;
    }
  }

  /** The first quote that no backslash hides. */
  #closingQuote(place: number): number {
    for (let at = this.#quote(place); ; at = this.#quote(at + 1)) {
      let slashes = 0;
      while (at - slashes > place && this.#byte(at - slashes - 1) === BACKSLASH) slashes++;
      if (slashes % 2 === 0) return at;
    }
  }

  /** What stands in more than one block. */
  #joined(start: number, end: number): Buffer {
    const first = Math.floor(start / BLOCK_BYTES);
    const last = Math.floor(end / BLOCK_BYTES);
    return Buffer.concat([
      this.#blocks[first]!.subarray(start % BLOCK_BYTES),
      ...this.#blocks.slice(first + 1, last),
      this.#blocks[last]!.subarray(0, end % BLOCK_BYTES),
    ]);
  }
}
