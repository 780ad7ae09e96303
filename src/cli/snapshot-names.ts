import { join } from 'node:path';
import { usageError } from '../errors.js';
import { isFolder } from './is-folder.js';

/** What a snapshot is of, for its name. */
export interface NameParts {
  readonly time: Date;
  readonly pid: number;
  /** 0: the main thread. */
  readonly thread: string;
  /** From 1. */
  readonly number: number;
}

/**
 * Where a snapshot goes: what --output says, with {time}, {pid} and {n} filled in; in a folder, or without --output, by a
 * name such as V8 gives, by which a series is told from others (see series-files.ts).
 */
export function snapshotName(output: string | undefined, parts: NameParts): string {
  const { time, pid, thread, number } = parts;
  const date = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  const clock = `${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
  const n = String(number).padStart(3, '0');
  if (output !== undefined && !isFolder(output))
    return output.replaceAll('{time}', `${date}-${clock}`).replaceAll('{pid}', String(pid)).replaceAll('{n}', n);
  const name = `Heap.${date}.${clock}.${pid}.${thread}.${n}.heapsnapshot`;
  return output === undefined ? name : join(output, name);
}

/** @throws HeapstatError USAGE where all of a series would have one name */
export function checkSeriesName(output: string | undefined, count: number): void {
  if (count > 1 && output !== undefined && !isFolder(output) && !/\{time\}|\{n\}/.test(output))
    throw usageError(`${count} snapshots cannot all be ${output}: name a folder, or put {n} or {time} into the name`);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
