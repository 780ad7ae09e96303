import * as fs from 'node:fs';
import { Readable } from 'node:stream';
import { usageError } from '../errors.js';
import { type ChunkOptions, READ_SIZE } from './chunk-options.js';
import { detectCompression, MARK_BYTES } from './decompress.js';
import { descriptorChunks } from './source-descriptor.js';
import { checkUnchanged, openFile, PlainFile, statFile } from './source-file.js';
import { streamChunks } from './source-stream.js';

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
