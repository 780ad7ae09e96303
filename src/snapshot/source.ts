import * as fs from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { HeapstatError } from '../errors.js';
import { createDecompressor, detectCompression } from './decompress.js';

/** Bytes per read of a file. */
const READ_SIZE = 1 << 20;

/** Somewhere a snapshot can be read from. */
export interface SnapshotSource {
  /** For people: the path, or what the caller named it. */
  readonly name: string;
  /** Whether chunks() can be called again. */
  readonly isRereadable: boolean;
  /**
   * The unpacked bytes, in order. A chunk is valid until the next one is asked for.
   * @throws HeapstatError UNREADABLE when there is nothing to read, or no longer the same
   */
  chunks(onProgress?: OnProgress): AsyncIterable<Uint8Array>;
  /** The file itself, where it is one that is not packed: to be read from any place, and to be closed. Else null. */
  openFile?(): PlainFile | null;
}

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
    const { ino, size, mtimeMs } = this.#opened;
    const now = statFile(this.#path);
    if (now.ino !== ino || now.size !== size || now.mtimeMs !== mtimeMs)
      throw new HeapstatError(
        'UNREADABLE',
        `${this.#path} was changed while it was read (${size} bytes before, ${now.size} now): wait until it is written, then try again`,
      );
  }

  close(): void {
    fs.closeSync(this.#fd);
  }
}

/** @param done bytes of the input read so far (packed ones, where it is packed) @param total of how many; 0: not known */
export type OnProgress = (done: number, total: number) => void;

/** A file, packed or not; or a FIFO or device, which can be read once. */
export function fileSource(path: string): SnapshotSource {
  const stat = statFile(path);
  if (!stat.isFile()) return streamSource(() => fs.createReadStream(path, { highWaterMark: READ_SIZE }), path);
  return {
    name: path,
    isRereadable: true,
    chunks: (onProgress) =>
      unpack(fs.createReadStream(path, { highWaterMark: READ_SIZE }), path, statFile(path).size, onProgress),
    openFile: () => {
      const file = new PlainFile(path);
      const start = Buffer.alloc(4);
      file.read(start, 0);
      if (!detectCompression(start, path)) return file;
      file.close();
      return null;
    },
  };
}

/** Standard input, a response, or any other stream; it can be read once. */
export function streamSource(open: () => AsyncIterable<Uint8Array>, name: string): SnapshotSource {
  return { name, isRereadable: false, chunks: (onProgress) => unpack(open(), name, 0, onProgress) };
}

/** A whole file in memory, packed or not. */
export function bytesSource(bytes: Uint8Array, name = 'bytes'): SnapshotSource {
  return {
    name,
    isRereadable: true,
    chunks: (onProgress) => unpack(Readable.from([bytes], { objectMode: false }), name, bytes.length, onProgress),
  };
}

function statFile(path: string): fs.Stats {
  try {
    const stat = fs.statSync(path);
    if (stat.isDirectory())
      throw new HeapstatError('UNREADABLE', `${path} is a directory; give the snapshot file in it`);
    return stat;
  } catch (error) {
    throw unreadable(path, error);
  }
}

function openFile(path: string): number {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'you are not allowed to read it',
  EPERM: 'you are not allowed to read it',
  ENOTDIR: 'a part of its path is no directory',
  EMFILE: 'too many files are open',
  EISDIR: 'it is a directory',
};

function unreadable(name: string, error: unknown): HeapstatError {
  if (error instanceof HeapstatError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  return new HeapstatError('UNREADABLE', `cannot read ${name}: ${REASONS[code ?? ''] ?? message}`, { cause: error });
}

async function* unpack(
  input: AsyncIterable<Uint8Array>,
  name: string,
  total: number,
  onProgress?: OnProgress,
): AsyncIterable<Uint8Array> {
  let done = 0;
  const iterator = input[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  let startLength = 0;
  const next = async (): Promise<Uint8Array | null> => {
    try {
      const result = await iterator.next();
      if (result.done) return null;
      done += result.value.length;
      onProgress?.(done, total);
      return result.value;
    } catch (error) {
      throw unreadable(name, error);
    }
  };
  while (startLength < 4) {
    const chunk = await next();
    if (!chunk) break;
    start.push(chunk);
    startLength += chunk.length;
  }
  async function* all(): AsyncIterable<Uint8Array> {
    yield* start;
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
  }
  const compression = detectCompression(Buffer.concat(start.map((chunk) => chunk.subarray(0, 4))), name);
  if (!compression) {
    yield* all();
    return;
  }
  const decompressor = createDecompressor(compression, name);
  // Errors of either side come out of the iteration below.
  pipeline(Readable.from(all(), { objectMode: false, highWaterMark: READ_SIZE }), decompressor, () => {});
  let unpacked = 0;
  try {
    for await (const chunk of decompressor as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof HeapstatError) throw error;
    const { message } = error as Error;
    throw new HeapstatError(
      'UNREADABLE',
      `cannot unpack ${name}: the ${compression} data is damaged or cut after ${unpacked} unpacked bytes (${message})`,
      { cause: error },
    );
  }
}
