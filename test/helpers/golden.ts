import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the golden files are. */
export const GOLDEN_FOLDER: string = fileURLToPath(new URL('../../test/golden', import.meta.url));

/** Compares a whole output with the file kept for it; UPDATE_GOLDEN=1 keeps the output instead. */
export function expectGolden(name: string, text: string): void {
  const path = `${GOLDEN_FOLDER}/${name}`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
  assert.ok(existsSync(path), `there is no golden file ${name}: make it with UPDATE_GOLDEN=1, and read it`);
  assert.equal(text, readFileSync(path, 'utf8'), `${name} (UPDATE_GOLDEN=1 keeps the new output)`);
}
