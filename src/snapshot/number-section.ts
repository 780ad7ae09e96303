import { invalidSnapshot } from '../errors.js';
import { LayoutMismatch, type SectionReader } from './sink.js';
import { describeByte } from './describe-byte.js';

const COMMA = 44;
const MINUS = 45;
const NEWLINE = 10;
const CLOSING_BRACKET = 93;
/** More digits than this can pass 2^53; such a number goes to the other reader. */
const MAX_DIGITS = 15;
/** Numbers kept before they are handed on: 64 KiB of float64 stays in the processor's first caches. */
const BATCH_NUMBERS = 8192;

/** Whole records of one section. `values` is reused: valid during the call only. */
export type TakeRecords = (values: Float64Array, records: number) => void;

/**
 * A flat array of integers in V8's layout: single commas, no white space but one newline behind each record (Node 22 and
 * older) or none at all (Node 24 and later, Chrome, Deno, Bun). No minus sign but in one field, where V8 prints what is
 * unsigned to it as signed. Plain script, no I/O, resumable at any byte.
 */
export class NumberSection implements SectionReader {
  readonly #name: string;
  readonly #stride: number;
  readonly #take: TakeRecords;
  readonly #signedField: number;
  readonly #values: Float64Array;
  readonly #capacity: number;
  /** Numbers in #values. */
  #filled = 0;
  /** Fields of the record under way that are in #values. */
  #field = 0;
  /** Digits of the number under way, and its value so far. */
  #digits = 0;
  #value = 0;
  /** A minus sign stands in front of the number under way. */
  #isNegative = false;
  /** A newline came after the last number of a record: only a comma or the closing bracket may follow. */
  #afterNewline = false;
  #handedOn = 0;
  hasLines = false;

  /**
   * @param stride numbers per record, at least 1
   * @param signedField offset in a record of the one field that may be negative; -1: none
   */
  constructor(name: string, stride: number, take: TakeRecords, signedField = -1) {
    this.#name = name;
    this.#signedField = signedField;
    this.#stride = stride;
    this.#take = take;
    this.#capacity = Math.max(1, Math.floor(BATCH_NUMBERS / stride)) * stride;
    this.#values = new Float64Array(this.#capacity);
  }

  get records(): number {
    return this.#handedOn + Math.floor(this.#filled / this.#stride);
  }

  push(chunk: Uint8Array, start: number, offset: number): number {
    const values = this.#values;
    const capacity = this.#capacity;
    const stride = this.#stride;
    const end = chunk.length;
    let filled = this.#filled;
    let field = this.#field;
    let digits = this.#digits;
    let value = this.#value;
    let negative = this.#isNegative;
    let afterNewline = this.#afterNewline;
    const signedField = this.#signedField;
    let at = start;
    let closed = -1;

    for (; at < end; at++) {
      const byte = chunk[at]!;
      const digit = byte - 48;
      // A leading zero, or a digit behind the newline, is no JSON: neither reader may make a number of it.
      if (digit >= 0 && digit <= 9 && digits < MAX_DIGITS && !(digits > 0 && value === 0) && !afterNewline) {
        value = digits < 9 ? (value * 10 + digit) | 0 : value * 10 + digit;
        digits++;
      } else if (byte === COMMA && digits > 0) {
        values[filled++] = negative ? -value : value;
        digits = 0;
        value = 0;
        negative = false;
        afterNewline = false;
        if (++field === stride) {
          field = 0;
          if (filled === capacity) {
            this.#handOn(filled);
            filled = 0;
          }
        }
      } else if (byte === NEWLINE && digits > 0 && field === stride - 1 && !afterNewline) {
        afterNewline = this.hasLines = true;
      } else if (byte === MINUS && digits === 0 && field === signedField && !negative) {
        negative = true;
      } else if (byte === CLOSING_BRACKET && (digits > 0 || (filled === 0 && this.#handedOn === 0 && !negative))) {
        if (digits > 0) {
          values[filled++] = negative ? -value : value;
          if (++field < stride) throw this.#cutRecord(filled, field, offset + at);
          this.#handOn(filled);
          filled = field = digits = value = 0;
          negative = false;
        }
        closed = at + 1;
        break;
      } else break;
    }

    this.#filled = filled;
    this.#field = field;
    this.#digits = digits;
    this.#value = value;
    this.#isNegative = negative;
    this.#afterNewline = afterNewline;
    if (closed >= 0) return closed;
    if (at < end) throw this.#mismatch(chunk, at, offset);
    return -1;
  }

  /** The number under way may go on in what is lost, and with it its record. */
  cut(): void {
    const whole = this.#filled - this.#field;
    if (whole > 0) this.#handOn(whole);
    this.#filled = 0;
  }

  #handOn(filled: number): void {
    const records = filled / this.#stride;
    this.#take(this.#values, records);
    this.#handedOn += records;
  }

  #cutRecord(filled: number, field: number, byte: number): Error {
    const record = this.#handedOn + Math.floor(filled / this.#stride);
    return invalidSnapshot(
      `the "${this.#name}" section ends inside record ${record} at byte ${byte}: it has ${field} of ${this.#stride} fields`,
    );
  }

  /** Hands over: whole records to the sink, the record under way back as text in front of the rest of the chunk. */
  #mismatch(chunk: Uint8Array, at: number, offset: number): Error {
    const record = this.records;
    const found = `${describeByte(chunk[at]!)} at byte ${offset + at}, record ${record} of "${this.#name}"`;
    if (chunk[at] === CLOSING_BRACKET)
      return invalidSnapshot(`a number should follow the comma, but there is ${found}`);
    const whole = this.#filled - this.#field;
    const fields = Array.from(this.#values.subarray(whole, this.#filled), (value) => `${value},`).join('');
    const digits = (this.#isNegative ? '-' : '') + (this.#digits > 0 ? String(this.#value) : '');
    if (whole > 0) this.#handOn(whole);
    this.#filled = 0;
    const rest = Buffer.concat([Buffer.from(fields + digits + (this.#afterNewline ? '\n' : '')), chunk.subarray(at)]);
    return new LayoutMismatch(found, offset + at, rest);
  }
}
