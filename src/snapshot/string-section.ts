import { invalidSnapshot } from '../errors.js';
import type { SectionReader } from './sink.js';

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;

/** What may come next. */
const FIRST = 0; // a string or the closing bracket
const STRING = 1; // a string: there was a comma
const INSIDE = 2; // inside a string
const BETWEEN = 3; // a comma or the closing bracket

export function isJsonSpace(byte: number): boolean {
  return byte === 32 || byte === 10 || byte === 13 || byte === 9;
}

/** Bytes of a string that are decoded: V8's own limit for a string is 2^29 - 24 characters. */
const MAX_STRING = 2 ** 29 - 64;

/** The text of a JSON string without its quotes. Bytes that are no UTF-8 become U+FFFD. */
export function decodeString(index: number, raw: Buffer): string {
  if (raw.length > MAX_STRING)
    throw invalidSnapshot(`string ${index} has ${raw.length} bytes; heapstat reads strings of up to ${MAX_STRING}`);
  const text = raw.toString('utf8');
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch (error) {
    throw invalidSnapshot(`string ${index} is no valid JSON string`, error);
  }
}

/** The array of strings at a snapshot's end: counts them, and decodes those that are wanted. Resumable at any byte. */
export class StringSection implements SectionReader {
  readonly #wanted: Uint32Array;
  readonly #take: (index: number, text: string) => void;
  readonly #onStart: ((position: number) => void) | undefined;
  /** Bytes of the section in earlier chunks. */
  #passed = 0;
  #nextWanted = 0;
  #state = FIRST;
  #escaped = false;
  /** The pieces of the wanted string under way that earlier chunks held. */
  #pieces: Buffer[] = [];
  /** Strings begun so far. */
  records = 0;

  /**
   * @param wanted string indices, ascending, without repeats
   * @param onStart told of every string where its text begins, in bytes from the section's beginning
   */
  constructor(wanted: Uint32Array, take: (index: number, text: string) => void, onStart?: (position: number) => void) {
    this.#wanted = wanted;
    this.#take = take;
    this.#onStart = onStart;
  }

  /** Strings that have come whole. */
  get wholeStrings(): number {
    return this.#state === INSIDE ? this.records - 1 : this.records;
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const end = chunk.length;
    let at = start;
    while (at < end) {
      if (this.#state === INSIDE) {
        at = this.#inside(chunk, at);
        continue;
      }
      const byte = chunk[at]!;
      if (byte === QUOTE && this.#state !== BETWEEN) {
        this.#state = INSIDE;
        this.records++;
        this.#onStart?.(this.#passed + at + 1 - start);
      } else if (byte === COMMA && this.#state === BETWEEN) this.#state = STRING;
      else if (byte === CLOSING_BRACKET && this.#state !== STRING) return at + 1;
      else if (!isJsonSpace(byte)) throw this.#mismatch(byte, offset + at);
      at++;
    }
    this.#passed += end - start;
    return -1;
  }

  /** Reads on inside a string; returns the index behind its closing quote, or the chunk's end. */
  #inside(chunk: Uint8Array, start: number): number {
    const end = chunk.length;
    let escaped = this.#escaped;
    let at = start;
    for (; at < end; at++) {
      const byte = chunk[at]!;
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) break;
    }
    this.#escaped = escaped;
    const index = this.records - 1;
    const isWanted = this.#wanted[this.#nextWanted] === index;
    const piece = Buffer.from(chunk.buffer, chunk.byteOffset + start, at - start);
    if (at === end) {
      if (isWanted) this.#pieces.push(Buffer.from(piece)); // the chunk's memory is used again
      return end;
    }
    this.#state = BETWEEN;
    if (isWanted) {
      this.#nextWanted++;
      this.#take(index, decodeString(index, this.#pieces.length > 0 ? Buffer.concat([...this.#pieces, piece]) : piece));
      this.#pieces = [];
    }
    return at + 1;
  }

  #mismatch(byte: number, offset: number): Error {
    const found = String.fromCharCode(byte);
    return invalidSnapshot(
      `a string, a comma or "]" should stand at byte ${offset} (string ${this.records} of "strings"), not ${JSON.stringify(found)}`,
    );
  }
}
