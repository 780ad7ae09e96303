import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { formatBytes } from '../util/bytes.js';
import { Refusal } from './answer.js';
import type { Job } from './one-job.js';
import { OwnSnapshot } from './own-snapshot.js';
import { StopWatch } from './stop-watch.js';

/** Of the file's system, on Linux, where files are in memory. */
const TMPFS = 0x01021994;

/** Bytes read from it at a time. */
const CHUNK = 1 << 18;

/** What a folder has room for; bytes. */
export interface Room {
  readonly free: number;
  /** Whether what is written there takes memory. */
  readonly isMemory: boolean;
}

/** @throws Refusal 503 where there is no such folder */
export function readRoom(directory: string): Room {
  try {
    const { bavail, bsize, type } = fs.statfsSync(directory);
    return { free: bavail * bsize, isMemory: type === TMPFS };
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

/**
 * Takes a snapshot and writes it to disk, as V8 writes it in one go, but the client may take it slowly. The stream closes the
 * file at its end, or when destroyed.
 * @throws Refusal
 */
export async function writeSnapshot(directory: string, job: Job): Promise<{ stream: Readable; bytes: number }> {
  const fd = openNameless(directory);
  try {
    let bytes = 0;
    await takeSnapshot(job, (chunk) => {
      writeAll(fd, chunk, directory);
      bytes += chunk.length;
    });
    return { stream: fs.createReadStream('', { fd, start: 0, highWaterMark: CHUNK }), bytes };
  } catch (error) {
    fs.closeSync(fd);
    throw error;
  }
}

/** A snapshot in a file of its own, for who reads it by its name. */
export interface SnapshotFile {
  readonly path: string;
  /** Milliseconds for which the process stood still while it was taken. */
  readonly stopped: number;
  /** May be called twice. */
  remove(): void;
}

/**
 * Takes a snapshot into a file that only this user may open.
 * @param take gets each part of its text too @throws Refusal, or what `take` throws
 */
export async function keepSnapshot(
  directory: string,
  job: Job,
  take: (chunk: Uint8Array) => void,
): Promise<SnapshotFile> {
  const { fd, path, remove } = openForReaders(directory);
  try {
    const stopped = await takeSnapshot(job, (chunk) => {
      writeAll(fd, chunk, directory);
      take(chunk);
    });
    return { path, stopped, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Milliseconds for which the process stood still. */
async function takeSnapshot(job: Job, take: (chunk: Uint8Array) => void): Promise<number> {
  const watch = new StopWatch();
  const snapshot = await watch.run(() => new OwnSnapshot());
  try {
    await job.checkpoint();
    await watch.run(() => snapshot.writeTo(take));
    await job.checkpoint();
    return watch.time;
  } finally {
    snapshot.discard();
  }
}

/** A file that no one else finds: it loses its name at once, and its room when it is closed, come what may. */
function openNameless(directory: string): number {
  const { fd, path } = openNamed(directory);
  fs.unlinkSync(path);
  return fd;
}

/**
 * A file that this process alone can open, by the name that Linux has for what is open: whatever ends the process, no
 * snapshot is left behind. Elsewhere a file with a name of its own.
 */
function openForReaders(directory: string): {
  readonly fd: number;
  readonly path: string;
  readonly remove: () => void;
} {
  const { fd, path: ownPath } = openNamed(directory);
  const path = `/proc/self/fd/${fd}`;
  const isNameless = isSameFile(path, fd);
  if (isNameless) fs.unlinkSync(ownPath);
  let isOpen = true;
  const remove = (): void => {
    if (!isOpen) return;
    isOpen = false;
    fs.closeSync(fd);
    if (!isNameless) fs.rmSync(ownPath, { force: true });
  };
  return { fd, path: isNameless ? path : ownPath, remove };
}

function isSameFile(path: string, fd: number): boolean {
  try {
    const [byName, byNumber] = [fs.statSync(path), fs.fstatSync(fd)];
    return byName.dev === byNumber.dev && byName.ino === byNumber.ino;
  } catch {
    return false; // there is no such folder, or it may not be looked into
  }
}

function openNamed(directory: string): { readonly fd: number; readonly path: string } {
  const path = join(directory, `heapstat-${randomUUID()}.heapsnapshot`);
  try {
    return { fd: fs.openSync(path, 'wx+', 0o600), path };
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

function writeAll(fd: number, chunk: Uint8Array, directory: string): void {
  try {
    for (let at = 0; at < chunk.length;) at += fs.writeSync(fd, chunk, at);
  } catch (error) {
    throw cannotWrite(directory, error);
  }
}

/** @param need bytes @throws Refusal 503 where there is no room for so much */
export function checkRoom(directory: string, { free }: Room, need: number): void {
  if (need > free)
    throw new Refusal(
      503,
      `the snapshot may need ${formatBytes(need)}, but ${directory} has ${formatBytes(free)} left (heapdump({ directory }))`,
    );
}

function cannotWrite(directory: string, error: unknown): Refusal {
  return new Refusal(503, `cannot write to ${directory}: ${(error as Error).message} (heapdump({ directory }))`);
}
