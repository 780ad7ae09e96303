import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { HeapstatError } from '../errors.js';

export type Compression = 'gzip' | 'zstd' | 'brotli';

/** Unpacked bytes per chunk; Node's default of 16 KiB takes twice as long. */
const CHUNK = 1 << 20;

/** The compression that a file's first bytes (and for brotli, which has no mark, its name) tell; null for none. */
export function detectCompression(start: Uint8Array, name: string): Compression | null {
  if (start[0] === 0x1f && start[1] === 0x8b) return 'gzip';
  if (start[0] === 0x28 && start[1] === 0xb5 && start[2] === 0x2f && start[3] === 0xfd) return 'zstd';
  return name.endsWith('.br') ? 'brotli' : null;
}

/**
 * A stream that unpacks what is written to it.
 * @throws HeapstatError UNREADABLE for zstd where this Node cannot unpack it (before 22.15).
 */
export function createDecompressor(compression: Compression, name: string): Transform {
  const options = { chunkSize: CHUNK };
  switch (compression) {
    case 'gzip':
      return zlib.createGunzip(options);
    case 'brotli':
      return zlib.createBrotliDecompress(options);
    case 'zstd': {
      const create = (zlib as { createZstdDecompress?: (options: object) => Transform }).createZstdDecompress;
      if (create) return create(options);
      throw new HeapstatError(
        'UNREADABLE',
        `${name} is zstd-compressed, which this Node cannot unpack (22.15 can): use "zstd -dc ${name} | heapstat ... -"`,
      );
    }
  }
}
