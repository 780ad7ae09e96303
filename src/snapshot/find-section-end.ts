import type { Schema } from './schema.js';
import type { PlainFile } from './source-file.js';

const COMMA = 44;
const MINUS = 45;
const NEWLINE = 10;
/** Bytes looked at in one place. Strings of as many digits are rare, and do no harm (see below). */
const PROBE = 1024;
/** What stands between two sections. A quote inside a string is escaped, so neither a string nor a part of one can look like this. */
const SECTION_BORDER = /^\],\s*"(\w+)"\s*:/;

/**
 * The end of a section of numbers that byte `from` is in: the place behind its closing bracket, found by bisection and
 * never read through. It may be the end of a later section of numbers instead. -1 where none is found.
 */
export function findNumbersEnd(file: PlainFile, from: number): number {
  return findBorder(file, from, isNumbers)?.place ?? -1;
}

/** The same for the nodes section that byte `from` is in, and for no other; -1 where edges do not follow it, or look like nodes. */
export function findNodesEnd(file: PlainFile, from: number, schema: Schema): number {
  const border = findBorder(file, from, (probe) => isNumbers(probe) && !looksLikeEdges(probe, schema));
  return border?.next === 'edges' ? border.place : -1;
}

/** A place behind a section's closing bracket, and the key of the section that follows. */
interface Border {
  readonly place: number;
  readonly next: string;
}

/** The border between what `isInside` knows, which starts at byte `from` or before, and what it does not. */
function findBorder(file: PlainFile, from: number, isInside: (probe: Buffer) => boolean): Border | null {
  const probe = Buffer.alloc(PROBE);
  let inside = from;
  let outside = file.size;
  while (outside - inside > PROBE) {
    const middle = Math.floor((inside + outside) / 2);
    const length = file.read(probe, middle);
    if (isInside(probe.subarray(0, length))) inside = middle;
    else outside = middle;
  }
  const around = Buffer.alloc(4 * PROBE);
  const text = around.subarray(0, file.read(around, inside));
  const at = firstOther(text);
  const found = SECTION_BORDER.exec(text.toString('latin1', at));
  return found && { place: inside + at + 1, next: found[1]! };
}

function isNumbers(bytes: Uint8Array): boolean {
  return firstOther(bytes) === bytes.length;
}

/** Whether one of every three numbers is a node's offset, and the one behind it an edge's type: by chance, that is next to impossible. */
function looksLikeEdges(probe: Buffer, { nodeStride, edgeTypes }: Schema): boolean {
  // The first and the last number may be cut.
  const numbers = probe.toString('latin1').split(',').slice(1, -1).map(Number);
  return [0, 1, 2].some((phase) =>
    numbers.every(
      (number, k) =>
        (k % 3 !== phase || number % nodeStride === 0) && (k % 3 !== (phase + 1) % 3 || number < edgeTypes.length),
    ),
  );
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
