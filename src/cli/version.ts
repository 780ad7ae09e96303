import { readFileSync } from 'node:fs';
import { DIST_URL } from '../dist-url.js';

/** The version in package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL('../package.json', DIST_URL), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
