import { pipeline, type Readable, type Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { HeapstatError } from '../errors.js';

export type Compression = 'gzip' | 'zstd' | 'brotli';

/** Unpacked bytes per chunk; Node's default of 16 KiB is slow. */
const CHUNK = 1 << 20;
/** Unpacked bytes that may wait to be read: Node's own thread unpacks them while this one is at work on the chunk before. */
const AHEAD = 4 * CHUNK;

/** First bytes that a compression is told by. */
export const MARK_BYTES = 4;

/** The compression that a file's first bytes (and for brotli, which has no mark, its name) tell; null for none. */
export function detectCompression(start: Uint8Array, name: string): Compression | null {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) return 'zstd';
  return name.endsWith('.br') ? 'brotli' : null;
}

/**
 * What `input` unpacks to, chunk by chunk.
 * @param name of the input, for messages
 * @param salvage true: where the data is cut, its end is what there is of it
 * @throws HeapstatError UNREADABLE for damaged data, or a compression that this Node does not know
 */
export async function* unpack(
  input: Readable,
  compression: Compression,
  name: string,
  salvage = false,
): AsyncIterable<Uint8Array> {
  let decompressor: Decompressor;
  try {
    decompressor = createDecompressor(compression, name, salvage);
  } catch (error) {
    input.destroy();
    throw error;
  }
  // Errors of either side come out of the iteration below.
  pipeline(input, decompressor, () => {});
  let packed = 0;
  input.on('data', (chunk: Uint8Array) => (packed += chunk.length));
  let unpacked = 0;
  try {
    for await (const chunk of decompressor as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      yield chunk;
    }
  } catch (error) {
    if (error instanceof HeapstatError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (!/^(?:Z_|ZSTD_|ERR_)/.test(code ?? '')) throw error; // the input's
    throw new HeapstatError(
      'UNREADABLE',
      `cannot unpack ${name}: the ${compression} data is damaged or cut after ${unpacked} unpacked bytes (${message})`,
      { cause: error },
    );
  }
  const { bytesWritten: used } = decompressor;
  if (compression === 'zstd' && used < packed)
    throw new HeapstatError(
      'UNREADABLE',
      `cannot unpack ${name}: more follows the zstd data that ends at its byte ${used}, and this Node unpacks no more (26 unpacks what several runs have written): use "zstd -dc ${name} | heapstat ... -"`,
    );
}

/** A stream of zlib's; the types of Node 20 do not know one for zstd. */
type Decompressor = Transform & Pick<zlib.Gunzip, 'bytesWritten'>;

/** ZSTD_e_flush, which the types of Node 20 do not know. */
const ZSTD_FLUSH = 1;

/**
 * A stream that unpacks what is written to it.
 * @throws HeapstatError UNREADABLE for zstd where this Node cannot unpack it (before 22.15).
 */
function createDecompressor(compression: Compression, name: string, salvage: boolean): Decompressor {
  const sizes = { chunkSize: CHUNK, readableHighWaterMark: AHEAD };
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  switch (compression) {
    case 'gzip':
      return zlib.createGunzip(salvage ? { ...sizes, finishFlush: Z_SYNC_FLUSH } : sizes);
    case 'brotli':
      return zlib.createBrotliDecompress(salvage ? { ...sizes, finishFlush: BROTLI_OPERATION_FLUSH } : sizes);
    case 'zstd': {
      const create = (zlib as { createZstdDecompress?: (options: object) => Decompressor }).createZstdDecompress;
      if (create) return create(salvage ? { ...sizes, finishFlush: ZSTD_FLUSH } : sizes);
      throw new HeapstatError(
        'UNREADABLE',
        `${name} is zstd-compressed, which this Node cannot unpack (22.15 can): use "zstd -dc ${name} | heapstat ... -"`,
      );
    }
  }
}
