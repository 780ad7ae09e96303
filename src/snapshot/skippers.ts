import { invalidSnapshot } from '../errors.js';
import type { SectionReader } from './sink.js';

const QUOTE = 34;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
/** A header is 1 to 3 kB; one that goes on and on is no header. */
const MAX_CAPTURE = 1 << 24;

/** Passes over a flat array of numbers: its closing bracket is the first one there is. */
export class FlatArraySkipper implements SectionReader {
  readonly records = 0;

  push(chunk: Uint8Array, start: number): number {
    const at = chunk.indexOf(CLOSING_BRACKET, start);
    return at < 0 ? -1 : at + 1;
  }
}

/** How a number, true, false and null begin. */
const SCALAR_START = /[-0-9tfn]/;

/**
 * Passes over any JSON value, however deep, and keeps its text if asked to. Given its first byte, unlike other sections. It looks
 * for the value's end, and for little besides: see json-checker.ts.
 */
export class JsonSkipper implements SectionReader {
  readonly records = 0;
  readonly #captures: boolean;
  #pieces: Buffer[] = [];
  #captured = 0;
  #depth = 0;
  #isScalar = false;
  #inString = false;
  #escaped = false;

  constructor(captures: boolean) {
    this.#captures = captures;
  }

  text(): string {
    return Buffer.concat(this.#pieces).toString('utf8');
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const end = this.#findEnd(chunk, start, offset);
    if (this.#captures) {
      const piece = Buffer.from(chunk.subarray(start, end < 0 ? chunk.length : end));
      this.#captured += piece.length;
      if (this.#captured > MAX_CAPTURE)
        throw invalidSnapshot(
          `the "snapshot" section (the header) has not ended by byte ${offset + start}: no heap snapshot`,
        );
      this.#pieces.push(piece);
    }
    return end;
  }

  #findEnd(chunk: Uint8Array, start: number, offset: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]!;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (this.#depth === 0) return at + 1;
        }
        continue;
      }
      switch (byte) {
        case QUOTE:
          if (this.#isScalar) throw misplaced(byte, offset + at);
          this.#inString = true;
          break;
        case 91: // [
        case 123: // {
          if (this.#isScalar) throw misplaced(byte, offset + at);
          this.#depth++;
          break;
        case CLOSING_BRACKET:
        case 125: // }
          if (this.#depth === 0 && !this.#isScalar) throw misplaced(byte, offset + at);
          if (this.#depth === 0) return at; // the end of a scalar, and of what holds it
          if (--this.#depth === 0) return at + 1;
          break;
        case 44: // ,
          if (this.#depth === 0 && !this.#isScalar) throw misplaced(byte, offset + at);
          if (this.#depth === 0) return at;
          break;
        default:
          if (this.#depth > 0 || this.#isScalar) break;
          if (!SCALAR_START.test(String.fromCharCode(byte))) throw misplaced(byte, offset + at);
          this.#isScalar = true;
      }
    }
    return -1;
  }
}

/** The error about a byte that stands where something else should. */
export function misplaced(byte: number, place: number, expected = "a section's value"): Error {
  const found = byte > 32 && byte < 127 ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16)}`;
  return invalidSnapshot(`no sound JSON: ${found} at byte ${place}, where ${expected} should stand`);
}
