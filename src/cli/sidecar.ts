import * as fs from 'node:fs';
import { type ProcessMemory, readProcessMemory } from '../analysis/process-memory.js';
import { sidecarPath } from '../util/sidecar-path.js';
import { Reporter } from './input.js';
import type { OutputOptions } from './options.js';

/** What a capture wrote beside a snapshot; null where there is nothing, or (it is told) nothing of use. */
export function readSidecar(file: string, options: OutputOptions): ProcessMemory | null {
  const path = sidecarPath(file);
  try {
    const memory = readProcessMemory(JSON.parse(fs.readFileSync(path, 'utf8')));
    if (memory === null) new Reporter(options).warn(`${path} does not tell a process's memory: left out`);
    return memory;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      new Reporter(options).warn(`cannot read ${path}: ${(error as Error).message}`);
    return null;
  }
}
