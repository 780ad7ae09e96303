/** What went wrong, as a word that programs can compare; the command line maps it to an exit code. */
export type ErrorCode =
  /** The caller asked for something that makes no sense (an unknown option value, a bad regular expression). */
  | 'USAGE'
  /** The input cannot be opened or read (missing, a directory, no permission, a broken compression stream). */
  | 'UNREADABLE'
  /** The input was read, but is no sound heap snapshot. */
  | 'INVALID_SNAPSHOT'
  /** More memory is needed than there is. */
  | 'TOO_LARGE'
  /** The result cannot be written. */
  | 'UNWRITABLE'
  /** The user ended it (Ctrl-C), or a signal did. */
  | 'INTERRUPTED';

/** The one error class that heapstat throws on purpose. Its message is one line, made for people. */
export class HeapstatError extends Error {
  override readonly name = 'HeapstatError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function usageError(message: string): HeapstatError {
  return new HeapstatError('USAGE', message);
}

export function invalidSnapshot(message: string, cause?: unknown): HeapstatError {
  return new HeapstatError('INVALID_SNAPSHOT', message, cause === undefined ? undefined : { cause });
}
