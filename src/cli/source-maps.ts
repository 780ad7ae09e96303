import * as fs from 'node:fs';
import { basename, join } from 'node:path';
import type { MapPlace } from '../analysis/source-places.js';
import { HeapstatError, usageError } from '../errors.js';
import { parseSourceMap, type SourceMap } from '../util/source-map.js';

/** The folder that paths are told from, with a slash at its end. */
export function workingFolder(): string {
  return `${process.cwd().replace(/\/$/, '')}/`;
}

/**
 * Places by the `NAME.map` files in a folder, for scripts whose file is called NAME; of equal names the one whose path
 * has most in common. A map is read when it is first needed. @throws HeapstatError USAGE, UNREADABLE
 */
export function readSourceMaps(folder: string): MapPlace {
  const paths = listMaps(folder);
  const maps = new Map<string, SourceMap | null>();
  return (place) => {
    if (place.script === null) return null;
    const name = basename(place.script);
    const [path] = paths
      .filter((candidate) => basename(candidate) === `${name}.map`)
      .toSorted((a, b) => commonEnd(b, `${place.script}.map`) - commonEnd(a, `${place.script}.map`));
    if (path === undefined) return null;
    if (!maps.has(path)) maps.set(path, readMap(join(folder, path)));
    const found = maps.get(path)?.(place.line, place.column);
    return found ? { ...place, script: found.source, line: found.line, column: found.column } : null;
  };
}

function listMaps(folder: string): string[] {
  try {
    const files = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const maps = files.filter((file) => file.endsWith('.map'));
    if (maps.length === 0) throw usageError(`there are no .map files in ${folder}`);
    return maps;
  } catch (error) {
    if (error instanceof HeapstatError) throw error;
    throw new HeapstatError('UNREADABLE', `cannot read ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

function readMap(path: string): SourceMap | null {
  const map = parseSourceMap(readText(path));
  if (map === null) throw new HeapstatError('UNREADABLE', `${path} is no source map`);
  return map;
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    throw new HeapstatError('UNREADABLE', `cannot read ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}
