import type { ErrorCode, HeapstatError } from '../errors.js';

export const EXIT = {
  fine: 0,
  /** A gate failed. */
  failed: 1,
  /** Wrong use: an unknown option, a bad value. */
  usage: 2,
  /** The input cannot be read, or is no sound snapshot; or the output cannot be written. */
  unreadable: 3,
  /** Ctrl-C: as shells number it. */
  interrupted: 130,
  /** A defect of heapstat; the number that sysexits.h has for it. */
  internal: 70,
} as const;

const BY_ERROR: Readonly<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  UNREADABLE: EXIT.unreadable,
  INVALID_SNAPSHOT: EXIT.unreadable,
  TOO_LARGE: EXIT.unreadable,
  UNWRITABLE: EXIT.unreadable,
  INTERRUPTED: EXIT.interrupted,
};

export function exitCodeOf(error: HeapstatError): number {
  return BY_ERROR[error.code];
}
