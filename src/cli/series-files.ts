import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import { HeapstatError, usageError } from '../errors.js';
import { isFolder } from './is-folder.js';

/** Snapshots in the order of time. */
export interface Series {
  /** The process they are of, where the names tell: V8's ladder. */
  readonly process: string | null;
  readonly files: readonly string[];
}

const SNAPSHOT = /\.heapsnapshot(\.(gz|br|zst))?$/;
/** What `--heapsnapshot-near-heap-limit` (and a signal) writes: date, time, process, thread, number. */
const LADDER = /^Heap\.(\d{8})\.(\d{6})\.(\d+)\.(\d+)\.(\d+)\.heapsnapshot(\.(gz|br|zst))?$/;

/**
 * The series that the arguments name: files as given, a folder as the snapshots in it, oldest first. Files named as V8 names
 * them are ordered by that, and a series for each process.
 * @throws HeapstatError UNREADABLE for a folder that cannot be listed, USAGE for one without snapshots
 */
export function findSeries(paths: readonly string[]): Series[] {
  return groupLadder(paths.flatMap((path) => (isFolder(path) ? snapshotsIn(path) : [path])));
}

/** @param files whatever is not named as V8 does it is one series, in the given order */
export function groupLadder(files: readonly string[]): Series[] {
  const others: string[] = [];
  const ladders = new Map<string, { file: string; time: string; number: number }[]>();
  for (const file of files) {
    const parts = LADDER.exec(basename(file));
    if (!parts) {
      others.push(file);
      continue;
    }
    const [, date, time, process, thread, number] = parts;
    const key = thread === '0' ? `process ${process}` : `process ${process}, thread ${thread}`;
    ladders.set(key, [...(ladders.get(key) ?? []), { file, time: `${date}${time}`, number: Number(number) }]);
  }
  const series: Series[] = others.length > 0 ? [{ process: null, files: others }] : [];
  for (const [process, steps] of ladders) {
    // By number within a second; V8 counts them up.
    const ordered = steps.toSorted((a, b) => a.time.localeCompare(b.time, 'en') || a.number - b.number);
    series.push({ process, files: ordered.map(({ file }) => file) });
  }
  return series;
}

function snapshotsIn(folder: string): string[] {
  const found = listFolder(folder)
    .filter((name) => SNAPSHOT.test(name))
    .map((name) => join(folder, name))
    .map((file) => ({ file, time: modificationTime(file) }));
  if (found.length === 0) throw usageError(`${folder} holds no .heapsnapshot files`);
  // Files that were checked out or unpacked at once have one time: then app.2 comes before app.10.
  const byName = new Intl.Collator('en', { numeric: true });
  return found.toSorted((a, b) => a.time - b.time || byName.compare(a.file, b.file)).map(({ file }) => file);
}

function modificationTime(file: string): number {
  try {
    return fs.statSync(file).mtimeMs;
  } catch (error) {
    // A link that leads nowhere, or a file that is gone by now.
    throw new HeapstatError('UNREADABLE', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

function listFolder(folder: string): string[] {
  try {
    return fs.readdirSync(folder);
  } catch (error) {
    throw new HeapstatError('UNREADABLE', `cannot list ${folder}: ${(error as Error).message}`, { cause: error });
  }
}
