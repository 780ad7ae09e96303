import type { PlainFile } from './source.js';

const COMMA = 44;
const MINUS = 45;
const NEWLINE = 10;
/** Bytes looked at in one place. Strings of as many digits are rare, and do no harm (see below). */
const PROBE = 1024;
/** What stands between two sections. A quote inside a string is escaped, so neither a string nor a part of one can look like this. */
const SECTION_BORDER = /^\],\s*"\w+"\s*:/;

/**
 * The end of a section of numbers that byte `from` is in: the place behind its closing bracket, found by bisection and
 * never read through. It may be the end of a later section of numbers instead. -1 where none is found.
 */
export function findNumbersEnd(file: PlainFile, from: number): number {
  const probe = Buffer.alloc(PROBE);
  let inside = from;
  let outside = file.size;
  while (outside - inside > PROBE) {
    const middle = Math.floor((inside + outside) / 2);
    const length = file.read(probe, middle);
    if (firstOther(probe.subarray(0, length)) === length) inside = middle;
    else outside = middle;
  }
  const border = Buffer.alloc(4 * PROBE);
  const text = border.subarray(0, file.read(border, inside));
  const at = firstOther(text);
  return SECTION_BORDER.test(text.toString('latin1', at)) ? inside + at + 1 : -1;
}

/** Index of the first byte that is no part of a number and stands between no numbers; the length where there is none. */
function firstOther(bytes: Uint8Array): number {
  let at = 0;
  for (; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if ((byte < 48 || byte > 57) && byte !== COMMA && byte !== NEWLINE && byte !== MINUS) break;
  }
  return at;
}
