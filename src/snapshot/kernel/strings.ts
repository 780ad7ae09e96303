import { invalidSnapshot } from '../../errors.js';
import type { SectionReader } from '../sink.js';
import { decodeString } from '../string-section.js';
import type { Kernel } from './load.js';
import { describeByte } from '../describe-byte.js';

/** What takeStrings() returns; see assembly/strings.ts. */
const USED_UP = 0;
const CLOSED = 1;
const CONTROL_CHARACTER = 3;
const PLACES_FULL = 4;

/** Walks the strings section: counts the strings and checks what stands between them. */
export abstract class StringWalker implements SectionReader {
  protected readonly kernel: Kernel;
  readonly #state: number;

  /** @param state address of the walk's state, see assembly/strings.ts. */
  constructor(kernel: Kernel, state: number) {
    this.kernel = kernel;
    this.#state = state;
  }

  /**
   * Called for each piece of text: `places` has the addresses of the opening and closing quotes of the wanted strings in turn, beginning with
   * a closing one where the piece before ended inside of one.
   */
  protected abstract handOut(text: Buffer, start: number, stop: number, places: Uint32Array): void;

  /** Strings begun so far; after the closing bracket, the number of strings. */
  get records(): number {
    return this.kernel.exports.stringsOpened(this.#state) >>> 0;
  }

  /** @throws HeapstatError INVALID_SNAPSHOT where anything but strings, single commas and white space is met. */
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
      const closed = this.#read(input.byteOffset, input.byteOffset + piece.length, offset + at);
      if (closed >= 0) return at + closed - input.byteOffset;
    }
    return -1;
  }

  #read(start: number, end: number, offset: number): number {
    const { exports } = this.kernel;
    const bytes = this.kernel.bytes;
    const text = Buffer.from(bytes.buffer, 0, end);
    for (let from = start; ;) {
      const result = exports.takeStrings(this.#state, from, end);
      const stop = exports.stringsStop.value >>> 0;
      const count = exports.stringPlaces.value >>> 0;
      this.handOut(text, from, stop, this.kernel.words(exports.stringPlacesAt(), count));
      if (result === CLOSED) return stop;
      if (result === USED_UP) return -1;
      if (result !== PLACES_FULL) {
        const found = describeByte(bytes[stop]!);
        const what =
          result === CONTROL_CHARACTER
            ? `${found} inside a string, where JSON wants it escaped`
            : `${found} where ${this.records === 0 ? 'a string' : 'a comma, a string or the closing bracket'} should be`;
        throw invalidSnapshot(
          `in section "strings", near string ${this.records}, at byte ${offset + stop - start}: ${what}`,
        );
      }
      from = stop;
    }
  }
}

/** Hands out the wanted strings of the section that it walks. */
export class KernelStrings extends StringWalker {
  readonly #wanted: Uint32Array;
  readonly #found: (index: number, text: string) => void;
  /** How many of the wanted strings have been handed out. */
  #done = 0;
  /** The first part of a wanted string that a chunk's end cut. */
  #parts: Uint8Array[] | null = null;

  /**
   * @param wanted string indices, ascending, without repeats.
   * @param found called for each of them that the section holds, in order.
   */
  constructor(kernel: Kernel, wanted: Uint32Array, found: (index: number, text: string) => void) {
    const list = kernel.exports.reserve(wanted.length * 4);
    kernel.words(list, wanted.length).set(wanted);
    super(kernel, kernel.exports.newStrings(list, wanted.length));
    this.#wanted = wanted;
    this.#found = found;
  }

  /** Hands out the wanted strings that end in the text from `start` to `stop`, and keeps the start of one that does not. */
  protected override handOut(text: Buffer, start: number, stop: number, places: Uint32Array): void {
    const count = places.length;
    let at = 0;
    if (this.#parts !== null) {
      const end = count > 0 ? places[at++]! : stop;
      this.#parts.push(Buffer.from(text.subarray(start, end)));
      if (count === 0) return;
      const whole = Buffer.concat(this.#parts);
      this.#parts = null;
      this.#deliver(whole, 0, whole.length);
    }
    for (; at + 1 < count; at += 2) this.#deliver(text, places[at]! + 1, places[at + 1]!);
    if (at < count) this.#parts = [Buffer.from(text.subarray(places[at]! + 1, stop))];
  }

  #deliver(text: Buffer, start: number, end: number): void {
    const index = this.#wanted[this.#done++]!;
    this.#found(index, decodeText(index, text, start, end));
  }
}

/** The text of string `index`, which stands between its quotes at text[start..end) and holds no control character. */
export function decodeText(index: number, text: Buffer, start: number, end: number): string {
  const raw = text.toString('utf8', start, end);
  return raw.includes('\\') ? decodeString(index, text.subarray(start, end)) : raw;
}
