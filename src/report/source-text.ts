import type { SourcePlace } from '../analysis/source-place.js';

/** `app.js:14:7`, counted from 1 as editors do; where the script's name is not known, `script 92:14:7`. */
export function sourceText(place: SourcePlace | null): string {
  if (place === null) return '';
  return `${place.script ?? `script ${place.scriptId}`}:${place.line + 1}:${place.column + 1}`;
}
