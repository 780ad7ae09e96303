import { Readable } from 'node:stream';
import { usageError } from '../errors.js';
import type { ChunkOptions } from './chunk-options.js';
import { detectCompression, MARK_BYTES, unpack } from './decompress.js';
import { unreadable } from './source-errors.js';

/** The chunks of a stream, unpacked if need be. */
export async function* streamChunks(
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
