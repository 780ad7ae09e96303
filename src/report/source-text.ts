import type { SourcePlace } from '../analysis/source-place.js';

/** What comes before a path in the name of a module; on Windows its slash, too. */
const FILE_URL = /^file:\/\/(?:\/(?=[A-Za-z]:))?/;

/** `app.js:14:7`, counted from 1 as editors do; where the script's name is not known, `script 92:14:7`. */
export function sourceText(place: SourcePlace | null): string {
  if (place === null) return '';
  const script = place.script?.replace(FILE_URL, '') ?? `script ${place.scriptId}`;
  return `${script}:${place.line + 1}:${place.column + 1}`;
}
