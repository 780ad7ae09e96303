import { describeByte } from '../describe-byte.js';

/** A section of records in V8's layout: what it is called and what its numbers may be. */
export interface RecordLayout {
  /** For messages: 'nodes', 'edges'... */
  readonly section: string;
  /** Numbers per record. */
  readonly fields: number;
  /** Names of the fields, as far as limits has entries. */
  readonly names: readonly string[];
  /** The first value that is too large, per field. */
  readonly limits: readonly number[];
  /** This field is a multiple of that. */
  readonly multiple?: { readonly field: number; readonly of: number };
}

/** What is the matter with a text that the kernels did not take. */
export interface Diagnosis {
  /** mismatch: another reader may make sense of it; damage: nobody can. */
  readonly kind: 'mismatch' | 'damage';
  readonly what: string;
  /** Whole records before it, and where the record begins that it is in. */
  readonly records: number;
  readonly recordStart: number;
  /** The byte that is not as expected. */
  readonly at: number;
}

const NEWLINE = 10;
const COMMA = 44;
const MINUS = 45;
const ZERO = 48;
const CLOSING_BRACKET = 93;
const MOST_DIGITS = 15;

/**
 * Whether records have a newline before the comma that follows them (true: Node up to 22) or not (false: Node 24, Chrome), by the first record
 * of bytes[start..end); null where that is not yet to be seen.
 */
export function findLines(bytes: Uint8Array, start: number, end: number, fields: number): boolean | null {
  let commas = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === NEWLINE) return true;
    if (byte === COMMA) {
      if (++commas === fields) return false;
    } else if ((byte - ZERO) >>> 0 > 9 && byte !== MINUS) return false;
  }
  return end - start > longestRecord(fields) ? false : null;
}

/** In bytes, the newline included; what is longer has a number of too many digits. */
export function longestRecord(fields: number): number {
  return fields * (MOST_DIGITS + 1) + 1;
}

/** Reads bytes[start..end) record by record, `start` being the beginning of one, up to the first thing wrong; null: there is none. */
export function diagnose(
  bytes: Uint8Array,
  start: number,
  end: number,
  layout: RecordLayout,
  lines: boolean,
): Diagnosis | null {
  const { fields, names, limits, multiple } = layout;
  let recordStart = start;
  let at = start;
  for (let records = 0; ; records++, recordStart = at) {
    const found = (kind: Diagnosis['kind'], what: string): Diagnosis => ({ kind, what, records, recordStart, at });
    for (let field = 0; field < fields; field++) {
      const numberStart = at;
      let value = 0;
      while (at < end && (bytes[at]! - ZERO) >>> 0 <= 9) value = value * 10 + (bytes[at++]! - ZERO);
      if (at - numberStart > MOST_DIGITS) return found('mismatch', `a number of ${at - numberStart} digits or more`);
      if (at - numberStart > 1 && bytes[numberStart] === ZERO) {
        at = numberStart;
        return found('damage', 'a number of several digits that starts with 0');
      }
      if (at === end) return null;
      const byte = bytes[at]!;
      if (byte === CLOSING_BRACKET && at === recordStart)
        return found('damage', "the section's closing bracket where a record should follow the comma");
      if (byte === CLOSING_BRACKET && (field < fields - 1 || at === numberStart))
        return found(
          'damage',
          `the section's closing bracket after ${field + (at > numberStart ? 1 : 0)} of ${fields} numbers`,
        );
      if (at === numberStart) return found('mismatch', `${describeByte(byte)} where a number should start`);
      // Behind the digits may be a fraction or an exponent.
      const isWhole = byte === COMMA || byte === CLOSING_BRACKET || (lines && byte === NEWLINE);
      const limit = limits[field];
      if (isWhole && limit !== undefined && value >= limit) {
        at = numberStart;
        return found('damage', `${names[field]} ${value}, but it should be below ${limit}`);
      }
      if (isWhole && field === multiple?.field && value % multiple.of !== 0) {
        at = numberStart;
        return found('damage', `${names[field]} ${value}, but it should be a multiple of ${multiple.of}`);
      }
      if (field < fields - 1) {
        if (byte !== COMMA) return found('mismatch', `${describeByte(byte)} after a number`);
        at++;
        continue;
      }
      if (lines) {
        if (byte !== NEWLINE) return found('mismatch', `${describeByte(byte)} where the record's line should end`);
        if (++at === end) return null;
      }
      const last = bytes[at]!;
      if (last === CLOSING_BRACKET) return null;
      if (last !== COMMA) return found('mismatch', `${describeByte(last)} after a record`);
      at++;
    }
  }
}
