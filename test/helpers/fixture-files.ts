import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

/** The absolute path of a file below fixtures/; the compiled tests run from build/. */
export function fixtureFile(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** Every sound snapshot, by path below fixtures/. */
export const SOUND: readonly string[] = readdirSync(fixtureFile('snapshots'))
  .filter((name) => /\.heapsnapshot(\.gz)?$/.test(name))
  .toSorted()
  .map((name) => `snapshots/${name}`);

/** Every file that is to be refused. */
export const INVALID: readonly string[] = readdirSync(fixtureFile('invalid'))
  .toSorted()
  .map((name) => `invalid/${name}`);

/** The unpacked bytes of a fixture; the name of a snapshot (`node26`) will do. */
export function fixtureBytes(name: string): Buffer {
  const path = SOUND.find((sound) => sound.startsWith(`snapshots/${name}.heapsnapshot`)) ?? name;
  const bytes = readFileSync(fixtureFile(path));
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}
