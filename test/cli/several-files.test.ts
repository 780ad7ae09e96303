import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fixtureFile } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';

const FILES = ['names', 'lines', 'no-lines', 'counts-zero'].map((name) =>
  fixtureFile(`snapshots/${name}.heapsnapshot`),
);

const row = (file: string): string => `${JSON.stringify({ file, constructor: 'Cache', count: 1, selfSize: 32 })}\n`;

void test('several files give what each gives by itself, in their order', async () => {
  for (const format of ['table', 'json', 'markdown']) {
    const alone = await Promise.all(FILES.map((file) => heapstat(['summary', file, '--format', format])));
    const together = await heapstat(['summary', ...FILES, '--format', format]);
    assert.equal(together.stdout, alone.map(({ stdout }) => stdout).join(format === 'json' ? '' : '\n'));
    assert.deepEqual([together.code, together.stderr], [0, '']);
  }
});

void test('rows of several files say which file they are of', async () => {
  const [, lines, noLines] = FILES as [string, string, string, string];
  const csv = await heapstat(['summary', lines, noLines, '--format', 'csv', '--filter', 'Cache']);
  assert.equal(csv.stdout, `file,constructor,count,selfSize\n${lines},Cache,1,32\n${noLines},Cache,1,32\n`);
  const ndjson = await heapstat(['summary', lines, noLines, '--format', 'ndjson', '--filter', 'Cache']);
  assert.equal(ndjson.stdout, row(lines) + row(noLines));
});

void test('a file that cannot be read is told, and the others are summarized', async () => {
  const [good] = FILES as [string];
  const alone = await heapstat(['summary', good]);
  const cut = fixtureFile('invalid/cut-nodes.heapsnapshot');
  const { code, stdout, stderr } = await heapstat(['summary', 'missing.heapsnapshot', good, cut]);
  assert.equal(code, 3);
  assert.equal(stdout, alone.stdout);
  const errors = stderr.trimEnd().split('\n');
  assert.equal(errors.length, 2);
  assert.match(errors[0]!, /^heapstat: cannot read missing\.heapsnapshot: there is no such file$/);
  assert.match(errors[1]!, /^heapstat: .*cut-nodes\.heapsnapshot: the file is cut/);
});

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-files-'));
after(() => fs.rmSync(folder, { recursive: true }));

void test('where no file can be read, the file of --output stays as it was', async () => {
  const output = join(folder, 'summary.json');
  fs.writeFileSync(output, 'of yesterday');
  const missing = ['missing.heapsnapshot', 'lost.heapsnapshot'];
  const { code } = await heapstat(['summary', ...missing, '--format', 'json', '--output', output]);
  assert.deepEqual([code, fs.readFileSync(output, 'utf8')], [3, 'of yesterday']);
});

void test('of a file in a slow layout it is said that it is slow, among several too', async () => {
  const [good] = FILES as [string];
  const indented = join(folder, 'indented.heapsnapshot');
  const snapshot: unknown = JSON.parse(fs.readFileSync(FILES[1]!, 'utf8'));
  fs.writeFileSync(indented, JSON.stringify(snapshot, null, 1));
  const alone = await heapstat(['summary', indented]);
  assert.match(alone.stderr, /^heapstat: warning: .*indented\.heapsnapshot is not in V8's own layout/);
  const together = await heapstat(['summary', good, indented]);
  assert.deepEqual([together.code, together.stderr], [0, alone.stderr]);
});
