import { HeapstatError } from '../errors.js';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'you are not allowed to read it',
  EPERM: 'you are not allowed to read it',
  ENOTDIR: 'a part of its path is no directory',
  EMFILE: 'too many files are open',
  EISDIR: 'it is a directory',
};

/** Whether it is one that the operating system gave. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}

/** What the system said, in words, with the name of what was to be read. */
export function unreadable(name: string, error: unknown): HeapstatError {
  if (error instanceof HeapstatError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new HeapstatError('UNREADABLE', `cannot read ${name}: ${REASONS[code ?? ''] ?? message}`, { cause: error });
}
