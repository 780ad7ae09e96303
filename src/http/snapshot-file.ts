import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { formatBytes } from '../util/bytes.js';
import { Refusal } from './answer.js';
import type { Job } from './one-job.js';
import { OwnSnapshot } from './own-snapshot.js';

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

/** A snapshot in a file of its own, for who reads it in this process. */
export interface SnapshotFile {
  readonly path: string;
  /** For when nobody reads it any more: the path may be another file's then. May be called twice. */
  remove(): void;
}

/**
 * Takes a snapshot into a file that only this user may open, and that is gone when the process is, where the system can do that.
 * @param take gets each part of its text too @throws Refusal, or what `take` throws
 */
export async function keepSnapshot(
  directory: string,
  job: Job,
  take: (chunk: Uint8Array) => void,
): Promise<SnapshotFile> {
  const { fd, path } = openNamed(directory);
  const own = ownPath(fd);
  if (own !== null) fs.unlinkSync(path);
  let isThere = true;
  const remove = (): void => {
    if (!isThere) return;
    isThere = false;
    fs.closeSync(fd);
    if (own === null) fs.rmSync(path, { force: true });
  };
  try {
    await takeSnapshot(job, (chunk) => {
      writeAll(fd, chunk, directory);
      take(chunk);
    });
  } catch (error) {
    remove();
    throw error;
  }
  return { path: own ?? path, remove };
}

/** Of a file that this process has open, whatever becomes of its name; null where there is none (no /proc, or not for us). */
function ownPath(fd: number): string | null {
  const path = `/proc/self/fd/${fd}`;
  try {
    fs.closeSync(fs.openSync(path, 'r'));
    return path;
  } catch {
    return null;
  }
}

async function takeSnapshot(job: Job, take: (chunk: Uint8Array) => void): Promise<void> {
  const snapshot = new OwnSnapshot();
  try {
    await job.checkpoint();
    await snapshot.writeTo(take);
    await job.checkpoint();
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
