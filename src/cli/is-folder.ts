import * as fs from 'node:fs';

/** Whether a path is that of a folder; not where it cannot be looked at: whoever then opens it says why. */
export function isFolder(path: string): boolean {
  try {
    return fs.statSync(path).isDirectory();
  } catch {
    return false;
  }
}
