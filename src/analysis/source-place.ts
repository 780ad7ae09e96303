import type { SourceLocation } from '../graph/class-keys.js';

/** A place in a program's source. */
export interface SourcePlace extends SourceLocation {
  /** Path, URL or `node:fs`; null where the snapshot does not tell. */
  readonly script: string | null;
}

export function sourcePlace(location: SourceLocation | null, scripts: ReadonlyMap<number, string>): SourcePlace | null {
  return location && { ...location, script: scripts.get(location.scriptId) ?? null };
}
