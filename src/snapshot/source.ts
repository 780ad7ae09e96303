import * as fs from 'node:fs';
import { pipeline, Readable, Transform } from 'node:stream';
import { HeapstatError, usageError } from '../errors.js';
import { detectCompression, MARK_BYTES, unpack } from './decompress.js';

/** Bytes per read of a file. */
const READ_SIZE = 1 << 20;

export interface ChunkOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Memory to read into, where the source can choose: a chunk is then a part of it. */
  readonly buffer?: Uint8Array | undefined;
  /** True: packed data that is cut ends where it is cut, without an error. */
  readonly salvage?: boolean | undefined;
}

/** Somewhere a snapshot can be read from. */
export interface SnapshotSource {
  /** For people: the path, or what the caller named it. */
  readonly name: string;
  /** What tells files apart, however they are named; absent where it is no file. */
  readonly identity?: string;
  /** Whether chunks() can be called again. */
  readonly isRereadable: boolean;
  /**
   * The unpacked bytes, in order. A chunk is valid until the next one is asked for.
   * @throws HeapstatError UNREADABLE when there is nothing to read, or no longer the same
   */
  chunks(options?: ChunkOptions): AsyncIterable<Uint8Array>;
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

/** @param done bytes of the input read so far (packed ones, where it is packed) @param total of how many; 0: not known */
export type OnProgress = (done: number, total: number) => void;

/** A file, packed or not; or a FIFO or device, which can be read once. */
export function fileSource(path: string): SnapshotSource {
  const stat = statFile(path);
  // A FIFO may be written to by this very process, which must not wait for itself.
  if (!stat.isFile()) return streamSource(() => fs.createReadStream(path, { highWaterMark: READ_SIZE }), path);
  return {
    name: path,
    identity: `${stat.dev}:${stat.ino}`,
    isRereadable: true,
    chunks: (options) => packedChunks(path, options),
    openFile: () => {
      const file = new PlainFile(path);
      let isPlain = false;
      try {
        const start = Buffer.alloc(MARK_BYTES);
        file.read(start, 0);
        isPlain = detectCompression(start, path) === null;
      } finally {
        if (!isPlain) file.close();
      }
      return isPlain ? file : null;
    },
  };
}

async function* packedChunks(path: string, options?: ChunkOptions): AsyncIterable<Uint8Array> {
  const opened = statFile(path);
  yield* descriptorChunks(openFile(path), path, opened.size, options);
  checkUnchanged(path, opened);
}

/** Where a snapshot comes from: a path, its bytes, a stream of them, or a source; packed or not. */
export type SnapshotInput = string | Uint8Array | AsyncIterable<Uint8Array> | SnapshotSource;

/** @throws HeapstatError UNREADABLE for a path to nothing, USAGE for what is no input at all */
export function toSource(input: SnapshotInput): SnapshotSource {
  if (typeof input === 'string') return fileSource(input);
  if (input instanceof Uint8Array) return bytesSource(input);
  if (typeof input === 'object' && input !== null) {
    if ('chunks' in input) return input;
    if (Symbol.asyncIterator in input) return streamSource(() => input, 'stream');
  }
  throw usageError('a snapshot is given by its path, its bytes, a stream of them, or a source (fileSource...)');
}

/** Standard input; it can be read once. Reading it blocks this thread. */
export function standardInput(): SnapshotSource {
  return {
    name: '-',
    isRereadable: false,
    chunks: (options) => descriptorChunks(0, 'standard input', 0, options),
  };
}

/** A response, or any other stream; it can be read once. */
export function streamSource(open: () => AsyncIterable<Uint8Array>, name: string): SnapshotSource {
  return { name, isRereadable: false, chunks: (options) => streamChunks(open(), name, 0, options) };
}

/** A whole file in memory, packed or not. */
export function bytesSource(bytes: Uint8Array, name = 'bytes'): SnapshotSource {
  return {
    name,
    isRereadable: true,
    chunks: (options) => streamChunks(Readable.from([bytes], { objectMode: false }), name, bytes.length, options),
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

function checkUnchanged(path: string, { ino, size, mtimeMs }: fs.Stats): void {
  const now = statFile(path);
  if (now.ino !== ino || now.size !== size || now.mtimeMs !== mtimeMs)
    throw new HeapstatError(
      'UNREADABLE',
      `${path} was changed while it was read (${size} bytes before, ${now.size} now): wait until it is written, then try again`,
    );
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

/** Reads in this thread: a pipe hands out 64 KiB at a time, and waiting for each of them costs more than its work. */
async function* descriptorChunks(
  fd: number,
  name: string,
  total: number,
  { onProgress, buffer = new Uint8Array(READ_SIZE), salvage }: ChunkOptions = {},
): AsyncIterable<Uint8Array> {
  let done = 0;
  let isOurs = fd !== 0;
  try {
    for (;;) {
      // What comes first is looked at at once: it may be no snapshot, and the pipe may stay open.
      const length = fill(fd, buffer, done === 0 ? MARK_BYTES : buffer.length, name);
      if (length === 0) return;
      const chunk = buffer.subarray(0, length);
      const compression = done === 0 ? detectCompression(chunk, name) : null;
      done += length;
      onProgress?.(done, total);
      if (compression) {
        isOurs = false;
        yield* unpack(await restOfDescriptor(fd, chunk, total, onProgress), compression, name, salvage);
        return;
      }
      yield chunk;
    }
  } finally {
    if (isOurs) fs.closeSync(fd);
  }
}

/**
 * What a descriptor still holds, with `start` in front. The stream closes it, in its own time: closed by anyone else, its
 * number may be another file's by then. Destroyed, it waits for nobody: a pipe's writer may have stopped to write.
 */
async function restOfDescriptor(
  fd: number,
  start: Uint8Array,
  total: number,
  onProgress?: OnProgress,
): Promise<Readable> {
  const stat = fs.fstatSync(fd);
  const rest =
    stat.isFIFO() || stat.isSocket()
      ? await openSocket(fd)
      : fs.createReadStream('', { fd, autoClose: fd !== 0, highWaterMark: READ_SIZE });
  rest.unshift(Buffer.from(start));
  let done = 0;
  const count = new Transform({
    highWaterMark: READ_SIZE,
    transform(chunk: Buffer, _encoding, callback) {
      done += chunk.length;
      onProgress?.(done, total);
      callback(null, chunk);
    },
  });
  // Errors and ends go on from each to the other.
  return pipeline(rest, count, () => {});
}

async function openSocket(fd: number): Promise<Readable> {
  // Loaded only when needed: a plain file does not wait for it.
  const { Socket } = await import('node:net');
  return new Socket({ fd, readable: true, writable: false });
}

/** Reads until the buffer has `least` bytes, or as far as the input goes; how many bytes it got. */
function fill(fd: number, buffer: Uint8Array, least: number, name: string): number {
  let filled = 0;
  while (filled < least) {
    const length = readSome(fd, buffer, filled, name);
    if (length === 0) break;
    filled += length;
  }
  return filled;
}

/** Waits for bytes and puts them behind the first `filled` of the buffer; 0 at the input's end. */
function readSome(fd: number, buffer: Uint8Array, filled: number, name: string): number {
  for (;;) {
    try {
      return fs.readSync(fd, buffer, filled, buffer.length - filled, null);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0; // Windows says so of a closed pipe
      if (code !== 'EAGAIN') throw unreadable(name, error);
      // A terminal or a pipe that does not block, and that has nothing yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** The chunks of a stream, unpacked if need be. */
async function* streamChunks(
  input: AsyncIterable<Uint8Array>,
  name: string,
  total: number,
  { onProgress, salvage }: ChunkOptions = {},
): AsyncIterable<Uint8Array> {
  let done = 0;
  const iterator = input[Symbol.asyncIterator]();
  const start: Uint8Array[] = [];
  const next = async (): Promise<Uint8Array | null> => {
    const chunk = await nextOf(iterator, name);
    if (chunk === null) return null;
    if (!ArrayBuffer.isView(chunk))
      throw usageError(`${name} gives chunks of type ${typeof chunk}; give a stream of bytes, without an encoding`);
    done += chunk.length;
    onProgress?.(done, total);
    return chunk;
  };
  async function* all(): AsyncIterable<Uint8Array> {
    yield* start;
    for (let chunk = await next(); chunk; chunk = await next()) yield chunk;
  }
  try {
    for (let chunk = await next(); chunk; chunk = done < MARK_BYTES ? await next() : null) start.push(chunk);
    const compression = detectCompression(Buffer.concat(start.map((chunk) => chunk.subarray(0, MARK_BYTES))), name);
    if (compression) yield* unpack(Readable.from(all(), { objectMode: false }), compression, name, salvage);
    else yield* all();
  } finally {
    // Given up early, the input is closed: a pipe left open keeps the process, and what writes to it, waiting.
    // Not awaited: where a read is under way, return() waits for it, maybe forever.
    if (input instanceof Readable) input.destroy();
    else void giveUp(iterator);
  }
}

async function nextOf(iterator: AsyncIterator<Uint8Array>, name: string): Promise<Uint8Array | null> {
  try {
    const { done, value } = await iterator.next();
    return done === true ? null : value;
  } catch (error) {
    throw unreadable(name, error);
  }
}

/** What the input says to this comes after its reader's answer, or its error: nobody is there to hear it. */
async function giveUp(iterator: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    await iterator.return?.();
  } catch {
    // Unhandled, it would end the process.
  }
}
