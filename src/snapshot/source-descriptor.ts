import * as fs from 'node:fs';
import { pipeline, type Readable, Transform } from 'node:stream';
import { type ChunkOptions, type OnProgress, READ_SIZE } from './chunk-options.js';
import { detectCompression, MARK_BYTES, unpack } from './decompress.js';
import { unreadable } from './source-errors.js';

/** Reads in this thread: a pipe hands out 64 KiB at a time, and waiting for each of them costs more than its work. */
export async function* descriptorChunks(
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
