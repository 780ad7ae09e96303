import type { StringTable } from '../columns.js';
import type { Kernel } from './load.js';
import { decodeText, StringWalker } from './strings.js';

const QUOTE = 34;
const BACKSLASH = 92;
/** The place of every fourth string is kept; from there on quotes are counted. */
const EVERY = 4;
/** 16 MiB. The text is kept in blocks, as how long it will be is not known when it comes through a pipe. */
const BLOCK_BYTES = 1 << 24;

/**
 * Keeps the strings section as it stands in the file, outside of the kernel's memory, and where every fourth string begins; decodes one when it
 * is asked for. Memory: the section's bytes, and two bytes a string.
 */
export class KernelStringTable extends StringWalker implements StringTable {
  /** All but the last are full. */
  readonly #blocks: Buffer[] = [];
  /** Bytes kept. */
  #bytes = 0;
  /** By four strings: place of the first one's opening quote, counted from the section's beginning. */
  #starts = new Float64Array(1 << 10);
  #startCount = 0;
  #inSampled = false;

  constructor(kernel: Kernel) {
    super(kernel, kernel.exports.newSampledStrings(EVERY));
  }

  get length(): number {
    return this.records;
  }

  protected override handOut(text: Buffer, start: number, stop: number, places: Uint32Array): void {
    const base = this.#bytes - start;
    for (let at = this.#inSampled ? 1 : 0; at < places.length; at += 2) this.#addStart(base + places[at]!);
    if (places.length % 2 === 1) this.#inSampled = !this.#inSampled;
    this.#keep(text.subarray(start, stop));
  }

  #addStart(place: number): void {
    if (this.#startCount === this.#starts.length) {
      const larger = new Float64Array(this.#startCount * 2);
      larger.set(this.#starts);
      this.#starts = larger;
    }
    this.#starts[this.#startCount++] = place;
  }

  #keep(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const used = this.#bytes % BLOCK_BYTES;
      if (used === 0) this.#blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      const piece = bytes.subarray(at, at + BLOCK_BYTES - used);
      this.#blocks.at(-1)!.set(piece, used);
      this.#bytes += piece.length;
      at += piece.length;
    }
  }

  /** The text of string `index`. @throws RangeError where there is none, HeapstatError INVALID_SNAPSHOT where it is no JSON */
  get(index: number): string {
    if (!(index >= 0 && index < this.length))
      throw new RangeError(`there is no string ${index}: there are ${this.length}`);
    let start = this.#starts[Math.floor(index / EVERY)]!;
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
