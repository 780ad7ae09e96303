import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Readable, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as zlib from 'node:zlib';
import type { ProcessMemory } from '../analysis/process-memory.js';
import { HeapstatError, usageError } from '../errors.js';
import { sidecarPath } from '../util/sidecar-path.js';

/** The process waits in memory for what is not taken off it: speed counts more than size. */
const GZIP_LEVEL = 1;

/** Whether a file can be written as its name asks. @throws HeapstatError USAGE */
export function checkFileName(path: string): void {
  createCompressor(path);
  if (path.endsWith('.br')) throw usageError(`${path}: a capture is written plain, as .gz or as .zst`);
  const folder = fs.statSync(dirname(path), { throwIfNoEntry: false });
  if (!folder?.isDirectory()) throw usageError(`${path}: there is no folder ${dirname(path)}`);
  const existing = fs.statSync(path, { throwIfNoEntry: false });
  if (existing && !existing.isFile()) throw usageError(`${path} is no plain file: name one`);
}

/**
 * Writes a snapshot under another name until it is whole: what ends early leaves nothing.
 * @returns bytes of the file
 * @throws HeapstatError UNWRITABLE; and what the chunks throw
 */
export async function writeSnapshotFile(path: string, chunks: AsyncIterable<Uint8Array>): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`);
  const compressor = createCompressor(path);
  try {
    const source = Readable.from(chunks, { objectMode: false });
    // Opened at once: a stream that opens its file later might do so after it was removed.
    const target = fs.createWriteStream(temporary, { fd: fs.openSync(temporary, 'wx', 0o600) });
    await (compressor ? pipeline(source, compressor, target) : pipeline(source, target));
    fs.renameSync(temporary, path);
    return fs.statSync(path).size;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (error instanceof HeapstatError)
      throw new HeapstatError(error.code, `${error.message}; ${path} is not written`, { cause: error });
    if (code === undefined || syscall === undefined) throw error;
    throw new HeapstatError('UNWRITABLE', `cannot write ${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** @param memory null: none is known, and one of an earlier snapshot goes @throws HeapstatError UNWRITABLE */
export function writeSidecar(path: string, memory: ProcessMemory | null): void {
  const file = sidecarPath(path);
  try {
    if (memory === null) fs.rmSync(file, { force: true });
    else fs.writeFileSync(file, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw new HeapstatError('UNWRITABLE', `cannot write ${file}: ${(error as Error).message}`, { cause: error });
  }
}

/** By the name's end; null: plain. @throws HeapstatError USAGE for zstd where this Node has none (before 22.15) */
function createCompressor(path: string): Transform | null {
  if (path.endsWith('.gz')) return zlib.createGzip({ level: GZIP_LEVEL });
  if (!path.endsWith('.zst')) return null;
  const create = (zlib as { createZstdCompress?: () => Transform }).createZstdCompress;
  if (create) return create();
  throw usageError(`${path}: this Node cannot write zstd (22.15 can): name it .gz`);
}
