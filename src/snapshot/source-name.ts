import { HeapstatError, invalidSnapshot } from '../errors.js';
import type { SnapshotSource } from './source.js';

/** An error about a snapshot's contents with the file's name in front; any other as it is. */
export function withSourceName(error: unknown, { name }: Pick<SnapshotSource, 'name'>): unknown {
  if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG')
    return invalidSnapshot(`${labelOf({ name })}: a name in it is longer than a string of JavaScript can be`, error);
  if (!(error instanceof HeapstatError) || error.code !== 'INVALID_SNAPSHOT') return error;
  return new HeapstatError(error.code, `${labelOf({ name })}: ${error.message}`, { cause: error });
}

/** What messages call a source. */
export function labelOf({ name }: Pick<SnapshotSource, 'name'>): string {
  return name === '-' ? 'standard input' : name;
}
