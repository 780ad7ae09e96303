import type { SectionReader } from './sink.js';
import type { StringSection } from './string-section.js';

const QUOTE = 34;
const BACKSLASH = 92;
const LETTER_U = 117;
/** What may follow a backslash, besides u: " / \ b f n r t */
const ESCAPED: ReadonlySet<number> = new Set([34, 47, 92, 98, 102, 110, 114, 116]);

/** Reads a section of strings by another reader, and looks at the text of each: escapes that JSON does not know, raw control characters. */
export class CheckedStrings implements SectionReader {
  readonly #strings: StringSection;
  #inString = false;
  /** A backslash stands before the next byte. */
  #escaped = false;
  /** Hexadecimal digits that have to follow. */
  #digits = 0;
  /** Bytes that no JSON string may have where they stand, and the place in the file of the first. */
  bad = 0;
  firstBad = 0;

  constructor(strings: StringSection) {
    this.#strings = strings;
  }

  get records(): number {
    return this.#strings.records;
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const end = this.#strings.push(chunk, start, offset);
    this.#check(chunk, start, end < 0 ? chunk.length : end, offset);
    return end;
  }

  #check(chunk: Uint8Array, start: number, end: number, offset: number): void {
    let inString = this.#inString;
    let escaped = this.#escaped;
    let digits = this.#digits;
    for (let at = start; at < end; at++) {
      const byte = chunk[at]!;
      if (!inString) {
        inString = byte === QUOTE;
        continue;
      }
      if (escaped) {
        escaped = false;
        if (byte === LETTER_U) digits = 4;
        else if (!ESCAPED.has(byte)) this.#note(offset + at);
      } else if (digits > 0 && isHexDigit(byte)) digits--;
      else {
        if (digits > 0) {
          digits = 0;
          this.#note(offset + at);
        }
        if (byte === QUOTE) inString = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte < 32) this.#note(offset + at);
      }
    }
    this.#inString = inString;
    this.#escaped = escaped;
    this.#digits = digits;
  }

  #note(place: number): void {
    if (this.bad === 0) this.firstBad = place;
    this.bad++;
  }
}

function isHexDigit(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70);
}
