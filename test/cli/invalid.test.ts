import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fixtureFile, INVALID } from '../helpers/fixture-files.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-invalid-'));
after(() => fs.rmSync(folder, { recursive: true }));

const SOUND = fixtureFile('snapshots/lines.heapsnapshot');
/** One line, with nothing in it that a terminal obeys. */
const ONE_LINE = /^heapstat: [^\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]+\n$/;

void test('every unsound file: exit code 3 and one line that names it', async () => {
  assert.ok(INVALID.length > 70);
  await forEachInParallel(INVALID, async (name) => {
    const { code, stdout, stderr } = await heapstat(['summary', fixtureFile(name)]);
    assert.deepEqual([code, stdout], [3, ''], name);
    assert.match(stderr, ONE_LINE, name);
    assert.ok(stderr.includes(fixtureFile(name)), name);
  });
});

void test('a diff with an unsound file on either side', async () => {
  const names = ['cut-edges.heapsnapshot', 'cut-indented.heapsnapshot', 'gzip-cut.heapsnapshot.gz'];
  await forEachInParallel(names, async (name) => {
    const bad = fixtureFile(`invalid/${name}`);
    for (const files of [
      [bad, SOUND],
      [SOUND, bad],
    ]) {
      const { code, stdout, stderr } = await heapstat(['diff', ...files]);
      assert.deepEqual([code, stdout], [3, ''], name);
      assert.match(stderr, ONE_LINE, name);
      assert.ok(stderr.includes(bad), name);
    }
  });
});

void test('what cannot be opened: exit code 3 and one line', async () => {
  fs.writeFileSync(join(folder, 'file'), '');
  for (const [path, message] of [
    [join(folder, 'missing'), 'there is no such file'],
    [folder, 'is a directory'],
    [join(folder, 'file', 'below'), 'a part of its path is no directory'],
    [join(folder, 'esc\u001b[31m\nape'), 'there is no such file'],
  ] as const)
    for (const args of [
      ['summary', path],
      ['diff', SOUND, path],
    ]) {
      const { code, stdout, stderr } = await heapstat(args);
      assert.deepEqual([code, stdout], [3, ''], args.join(' '));
      assert.match(stderr, ONE_LINE);
      assert.ok(stderr.includes(message), stderr);
    }
});

void test('a file without permission', { skip: process.getuid?.() === 0 && 'root may read everything' }, async () => {
  const path = join(folder, 'secret');
  fs.writeFileSync(path, '{}', { mode: 0 });
  const { code, stderr } = await heapstat(['summary', path]);
  assert.equal(code, 3);
  assert.equal(stderr, `heapstat: cannot read ${path}: you are not allowed to read it\n`);
});

void test('an unsound file leaves the output file as it was, or absent', async () => {
  const old = join(folder, 'old.txt');
  fs.writeFileSync(old, 'old');
  for (const path of [old, join(folder, 'new.txt')]) {
    const { code } = await heapstat(['summary', fixtureFile('invalid/cut-string.heapsnapshot'), '--output', path]);
    assert.equal(code, 3);
  }
  assert.equal(fs.readFileSync(old, 'utf8'), 'old');
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => /new|tmp/.test(name)),
    [],
  );
});
