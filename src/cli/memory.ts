import { readFileSync } from 'node:fs';
import { freemem, platform, totalmem } from 'node:os';
import { usageError } from '../errors.js';
import { parseBytes } from '../util/bytes.js';
import { availableMemory } from '../util/available-memory.js';

/** Bytes that this process may take; HEAPSTAT_MEMORY says otherwise. @throws HeapstatError USAGE where that is no size */
export function freeMemory(): number {
  const { HEAPSTAT_MEMORY: told } = process.env;
  if (told) {
    const bytes = parseBytes(told);
    if (Number.isNaN(bytes)) throw usageError(`HEAPSTAT_MEMORY should be a size such as 8GB, but is ${told}`);
    return bytes;
  }
  // macOS tells of pages that nobody ever used: most of what it can give is not among them.
  const linux = availableMemory(readText('/proc/self/cgroup') ?? '', readText);
  return linux?.available ?? (platform() === 'win32' ? freemem() : totalmem());
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null; // there is no such limit
  }
}
