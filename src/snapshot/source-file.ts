import * as fs from 'node:fs';
import { HeapstatError } from '../errors.js';
import { unreadable } from './source-errors.js';

/** An unpacked file, open. */
export class PlainFile {
  readonly #path: string;
  readonly #fd: number;
  readonly #opened: fs.Stats;

  /** @throws HeapstatError UNREADABLE */
  constructor(path: string) {
    this.#path = path;
    this.#fd = openFile(path);
    this.#opened = fs.fstatSync(this.#fd);
  }

  get size(): number {
    return this.#opened.size;
  }

  /** Its descriptor, for readers of its own (threads). */
  get fd(): number {
    return this.#fd;
  }

  /** Reads from byte `position` on; returns how many bytes there were, 0 at the end. */
  read(buffer: Uint8Array, position: number): number {
    try {
      return fs.readSync(this.#fd, buffer, 0, buffer.length, position);
    } catch (error) {
      throw unreadable(this.#path, error);
    }
  }

  /** @throws HeapstatError UNREADABLE when another file stands there now, or this one was written to */
  checkUnchanged(): void {
    checkUnchanged(this.#path, this.#opened);
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** @throws HeapstatError UNREADABLE, also for a directory */
export function statFile(path: string): fs.Stats {
  try {
    const stat = fs.statSync(path);
    if (stat.isDirectory())
      throw new HeapstatError('UNREADABLE', `${path} is a directory; give the snapshot file in it`);
    return stat;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** @throws HeapstatError UNREADABLE when another file stands there now, or this one was written to */
export function checkUnchanged(path: string, { ino, size, mtimeMs }: fs.Stats): void {
  const now = statFile(path);
  if (now.ino !== ino || now.size !== size || now.mtimeMs !== mtimeMs)
    throw new HeapstatError(
      'UNREADABLE',
      `${path} was changed while it was read (${size} bytes before, ${now.size} now): wait until it is written, then try again`,
    );
}

/** Its descriptor. @throws HeapstatError UNREADABLE */
export function openFile(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}
