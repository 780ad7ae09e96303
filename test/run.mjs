// Runs every compiled test file. `node --test DIR` means different things in Node 20 and 22; a list of files does not.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const build = fileURLToPath(new URL('../build', import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(build, { recursive: true })
  .filter((file) => file.endsWith('.test.js') && wanted.every((part) => file.includes(part)))
  .toSorted((a, b) => (a < b ? -1 : 1))
  .map((file) => join(build, file));
if (files.length === 0)
  throw new Error(
    `no test files in ${build}${wanted.length > 0 ? ` with all of ${wanted.join(', ')} in their path` : ''}`,
  );
// Left to itself Node keeps one processor free, which is half of a small machine.
const concurrency = `--test-concurrency=${availableParallelism()}`;
const { status } = spawnSync(process.execPath, ['--test', concurrency, '--test-timeout=300000', ...files], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
