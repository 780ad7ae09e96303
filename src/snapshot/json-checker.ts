import { invalidSnapshot } from '../errors.js';
import { withRoom } from '../util/columns.js';
import { JsonSkipper, misplaced } from './skippers.js';
import { isJsonSpace } from './string-section.js';

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPENING_BRACKET = 91;
const BACKSLASH = 92;
const CLOSING_BRACKET = 93;
const OPENING_BRACE = 123;
const CLOSING_BRACE = 125;
const SCALAR = /^(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)$/;

/** What may come next. */
type Expected = 'a value' | 'a value or "]"' | 'a key' | 'a key or "}"' | 'a colon' | 'a comma or the closing bracket';

/** Passes over a value as JsonSkipper does, and sees whether it is JSON. */
export class JsonChecker extends JsonSkipper {
  #expected: Expected = 'a value';
  /** By level: the byte that closes it. */
  #closers = new Uint8Array(0);
  #level = 0;
  /** What has come of a string, quote and all, or of another scalar; '' outside. Not looked at before its end: it may be long. */
  #token = '';
  #inString = false;
  #isEscaped = false;

  override push(chunk: Uint8Array, start: number, offset: number): number {
    const end = super.push(chunk, start, offset);
    const stop = end < 0 ? chunk.length : end;
    for (let at = start; at < stop;) {
      if (this.#inString) at = this.#goOnInString(chunk, at, stop, offset);
      else if (this.#token.length > 0) at = this.#goOnInScalar(chunk, at, stop, offset);
      else at = this.#step(chunk, at, stop, offset);
    }
    if (end >= 0 && this.#token.length > 0) this.#endScalar(offset + end);
    return end;
  }

  /** One byte outside of scalars, or a whole number of plain digits. */
  #step(chunk: Uint8Array, at: number, stop: number, offset: number): number {
    const byte = chunk[at]!;
    if (isJsonSpace(byte)) return at + 1;
    const isValue = this.#expected === 'a value' || this.#expected === 'a value or "]"';
    const isKey = this.#expected === 'a key' || this.#expected === 'a key or "}"';
    if (byte === QUOTE && (isValue || isKey)) {
      this.#token = '"';
      this.#inString = true;
    } else if (isValue && (byte === OPENING_BRACKET || byte === OPENING_BRACE)) this.#open(byte);
    else if (this.#level > 0 && byte === this.#closers[this.#level - 1] && this.#mayClose(byte)) this.#close();
    else if (byte === COMMA && this.#expected === 'a comma or the closing bracket')
      this.#expected = this.#closers[this.#level - 1] === CLOSING_BRACE ? 'a key' : 'a value';
    else if (byte === COLON && this.#expected === 'a colon') this.#expected = 'a value';
    else if (isValue && !isDelimiter(byte)) return this.#beginScalar(chunk, at, stop);
    else throw misplaced(byte, offset + at, this.#expected);
    return at + 1;
  }

  #open(byte: number): void {
    this.#closers = withRoom(this.#closers, this.#level + 1);
    this.#closers[this.#level++] = byte === OPENING_BRACE ? CLOSING_BRACE : CLOSING_BRACKET;
    this.#expected = byte === OPENING_BRACE ? 'a key or "}"' : 'a value or "]"';
  }

  #mayClose(byte: number): boolean {
    const empty = byte === CLOSING_BRACE ? 'a key or "}"' : 'a value or "]"';
    return this.#expected === 'a comma or the closing bracket' || this.#expected === empty;
  }

  #close(): void {
    this.#level--;
    this.#expected = 'a comma or the closing bracket';
  }

  #beginScalar(chunk: Uint8Array, start: number, stop: number): number {
    // Nearly all there is: digits, the first of them no 0, in one chunk.
    let at = start;
    while (at < stop && isDigit(chunk[at]!)) at++;
    if (at > start && at < stop && isDelimiter(chunk[at]!) && (chunk[start] !== 48 || at === start + 1))
      this.#expected = 'a comma or the closing bracket';
    else this.#token = latin1(chunk, start, (at = start + 1));
    return at;
  }

  #goOnInScalar(chunk: Uint8Array, start: number, stop: number, offset: number): number {
    let at = start;
    while (at < stop && !isDelimiter(chunk[at]!)) at++;
    this.#token += latin1(chunk, start, at);
    if (at < stop) this.#endScalar(offset + at);
    return at;
  }

  /** @param end place in the file behind it */
  #endScalar(end: number): void {
    if (!SCALAR.test(this.#token)) throw this.#unsound(end);
    this.#token = '';
    this.#expected = 'a comma or the closing bracket';
  }

  #goOnInString(chunk: Uint8Array, start: number, stop: number, offset: number): number {
    let at = start;
    let isClosed = false;
    for (; at < stop && !isClosed; at++) {
      const byte = chunk[at]!;
      if (this.#isEscaped) this.#isEscaped = false;
      else if (byte === BACKSLASH) this.#isEscaped = true;
      else isClosed = byte === QUOTE;
    }
    this.#token += latin1(chunk, start, at);
    if (isClosed) this.#endString(offset + at);
    return at;
  }

  #endString(end: number): void {
    try {
      JSON.parse(this.#token);
    } catch (error) {
      throw this.#unsound(end, error);
    }
    this.#token = '';
    this.#inString = false;
    const isKey = this.#expected === 'a key' || this.#expected === 'a key or "}"';
    this.#expected = isKey ? 'a colon' : 'a comma or the closing bracket';
  }

  #unsound(end: number, cause?: unknown): Error {
    const token = this.#token.length > 40 ? `${this.#token.slice(0, 40)}...` : this.#token;
    return invalidSnapshot(`no sound JSON: ${JSON.stringify(token)}, which ends at byte ${end}, is no value`, cause);
  }
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** What ends a number, true, false or null. */
function isDelimiter(byte: number): boolean {
  return (
    byte === COMMA ||
    byte === CLOSING_BRACKET ||
    byte === CLOSING_BRACE ||
    isJsonSpace(byte) ||
    byte === COLON ||
    byte === QUOTE ||
    byte === OPENING_BRACKET ||
    byte === OPENING_BRACE
  );
}

/** As text with a character for each byte: that is enough to see whether it is JSON. */
function latin1(chunk: Uint8Array, start: number, end: number): string {
  return Buffer.from(chunk.buffer, chunk.byteOffset + start, end - start).toString('latin1');
}
