import * as fs from 'node:fs';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PlaceSources } from '../analysis/source-places.js';
import { readSourceMaps } from './source-maps.js';

/** Bytes: no program's script is larger. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Where places are looked up: in the program's scripts as far as they are on this machine, and in a folder of source maps.
 * @throws HeapstatError USAGE, UNREADABLE where the folder is of no use
 */
export function placeSources(mapsFolder?: string): PlaceSources {
  return { readScript, mapPlace: mapsFolder === undefined ? undefined : readSourceMaps(mapsFolder) };
}

/** A script's text; null where its path or URL leads to no file here: the snapshot may be from elsewhere. */
function readScript(script: string): string | null {
  const path = localPath(script);
  if (path === null) return null;
  try {
    const stat = fs.statSync(path);
    // A snapshot may name anything: a pipe or a device would be read for ever.
    if (!stat.isFile() || stat.size > MOST_BYTES) return null;
    return fs.readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return null;
  }
}

/** No path on another machine, which Windows would connect to. */
function localPath(script: string): string | null {
  if (!script.startsWith('file:')) return isAbsolute(script) && !/^[\\/]{2}/.test(script) ? script : null;
  const url = URL.canParse(script) ? new URL(script) : null;
  if (url === null || url.host !== '' || /%2f|%5c|%00/i.test(url.pathname)) return null;
  return fileURLToPath(url);
}
