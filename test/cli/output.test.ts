import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SummaryResult } from '../../dist/analysis/summary.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { BIN, forEachInParallel, heapstat, plainEnvironment, run } from '../helpers/heapstat-process.js';

const folder = fs.mkdtempSync(join(tmpdir(), 'heapstat-output-'));
after(() => fs.rmSync(folder, { recursive: true }));

const NAMES = fixtureFile('snapshots/names.heapsnapshot');
// Plain copies: unpacking four times per diff is not what is tested here.
const [BEFORE, AFTER] = ['leak-before', 'leak-after'].map((name) => {
  const path = join(folder, `${name}.heapsnapshot`);
  fs.writeFileSync(path, fixtureBytes(name));
  return path;
}) as [string, string];
const NODE20 = fixtureFile('snapshots/node20.heapsnapshot.gz');

void test('--limit: 25 rows for people, all in data, 0 for all, and as many as told', async () => {
  const rowsOf = async (...args: string[]): Promise<number> => {
    const { stdout } = await heapstat(['summary', NODE20, ...args]);
    const end = stdout.indexOf('\n\n', stdout.indexOf('\n\n') + 2);
    return stdout.slice(stdout.indexOf('\n\n') + 2, end).split('\n').length - 1;
  };
  const { stdout } = await heapstat(['summary', NODE20, '--format', 'json']);
  const { rows, constructors } = JSON.parse(stdout) as SummaryResult;
  assert.equal(rows.length, constructors);
  assert.ok(constructors > 100);
  assert.equal(await rowsOf(), 25);
  assert.equal(await rowsOf('--limit', '0'), constructors);
  assert.equal(await rowsOf('-n', '3'), 3);
  const limited = await heapstat(['summary', NODE20, '--format', 'ndjson', '--limit', '7']);
  assert.equal(limited.stdout.trimEnd().split('\n').length, 7);
});

async function rowsOfDiff(...args: string[]): Promise<string[]> {
  const { stdout } = await heapstat(['diff', BEFORE, AFTER, '--format', 'csv', ...args]);
  return stdout.trimEnd().split('\n').slice(1);
}

void test('diff leaves out what did not change, unless --all', async () => {
  const [changed, all] = [await rowsOfDiff(), await rowsOfDiff('--all')];
  assert.equal(changed.length, 49);
  assert.equal(all.length, 257);
  assert.ok(all.some((row) => row.startsWith('LinkedNode,5000,5000,0,0,0,')));
  assert.ok(!changed.some((row) => row.startsWith('LinkedNode,')));
});

void test('--output writes the whole of it, without colours, and nothing else', async () => {
  const { stdout: expected } = await heapstat(['summary', NAMES]);
  const path = join(folder, 'out.txt');
  fs.writeFileSync(path, 'something longer that was there before, '.repeat(1000), { mode: 0o640 });
  const link = join(folder, 'link.txt');
  fs.symlinkSync(path, link);
  for (const target of [join(folder, 'fresh.txt'), path, link]) {
    const result = await heapstat(['summary', NAMES, '--output', target], { env: { FORCE_COLOR: '1' } });
    assert.deepEqual(result, { code: 0, stdout: '', stderr: '' });
    assert.equal(fs.readFileSync(target, 'utf8'), expected);
  }
  assert.equal(fs.statSync(path).mode & 0o777, 0o640, 'it keeps who may read it');
  assert.ok(fs.lstatSync(link).isSymbolicLink(), 'a link stays one');
  assert.deepEqual(
    fs.readdirSync(folder).filter((name) => name.includes('tmp')),
    [],
  );
});

void test('--output to a device writes to it', async () => {
  // Through cat: what a Node process gives its children for a pipe is a socket, which cannot be opened by a name.
  const through = ['-c', '"$0" "$@" --output /dev/stdout | cat', process.execPath, BIN, 'summary', NAMES];
  const { stdout } = await run('/bin/sh', through);
  assert.match(stdout, /^.*names\.heapsnapshot: /);
  assert.equal((await heapstat(['summary', NAMES, '--output', '/dev/null'])).code, 0);
  assert.ok(fs.statSync('/dev/null').isCharacterDevice());
});

void test('--output where nothing can be written: exit code 3 and one line', async () => {
  for (const path of [join(folder, 'missing', 'out.txt'), folder]) {
    const { code, stdout, stderr } = await heapstat(['summary', NAMES, '--output', path]);
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /^heapstat: cannot write [^\n]+: [a-z ]+\n$/);
    assert.doesNotMatch(stderr, /tmp\n|\.heapstat-/, 'no name but the one that was asked for');
    assert.ok(stderr.includes(path));
  }
});

void test(
  'a full disk: exit code 3 and one line',
  { skip: !fs.existsSync('/dev/full') && 'no /dev/full' },
  async () => {
    for (const args of [['summary', NAMES], ['--help']]) {
      const { code, stderr } = await run('/bin/sh', ['-c', '"$0" "$@" >/dev/full', process.execPath, BIN, ...args]);
      assert.equal(code, 3);
      assert.match(stderr, /^heapstat: cannot write the output: the disk is full\n$/);
    }
  },
);

void test('--fail-on-growth: exit code 1 when it grew by more, and a last line that says so', async () => {
  const filter = ['--filter', 'cachedresponse'];
  const filtered = 'what passes the filter cachedresponse grew by 84.0 kB';
  await forEachInParallel(
    [
      { args: ['1MB'], code: 0, verdict: 'PASSED: the heap grew by 825.9 kB, which is within the 1.0 MB allowed' },
      {
        args: ['100kB'],
        code: 1,
        verdict: 'FAILED: the heap grew by 825.9 kB, which is more than the 100.0 kB allowed',
      },
      { args: ['100kB', ...filter], code: 0, verdict: `PASSED: ${filtered}, which is within the 100.0 kB allowed` },
      { args: ['80kB', ...filter], code: 1, verdict: `FAILED: ${filtered}, which is more than the 80.0 kB allowed` },
      {
        args: ['0', '--bytes', '--limit', '1', '--min-size', '1GB'],
        code: 1,
        verdict: 'FAILED: the heap grew by 825,904 B, which is more than the 0 B allowed',
      },
    ],
    async ({ args, code, verdict }) => {
      const result = await heapstat(['diff', BEFORE, AFTER, '--fail-on-growth', ...args]);
      assert.deepEqual([result.code, result.stderr], [code, ''], args.join(' '));
      assert.equal(result.stdout.trimEnd().split('\n').at(-1), verdict);
    },
  );
  // Data stays data: the line goes to standard error.
  const data = await heapstat(['diff', BEFORE, AFTER, '--format', 'json', '--fail-on-growth', '0']);
  assert.deepEqual(
    [data.code, data.stderr],
    [1, 'FAILED: the heap grew by 825.9 kB, which is more than the 0 B allowed\n'],
  );
  assert.doesNotThrow(() => JSON.parse(data.stdout) as unknown);
  const shrunk = await heapstat(['diff', AFTER, BEFORE, '--fail-on-growth', '0', '--output', join(folder, 'gate.txt')]);
  assert.deepEqual(shrunk, {
    code: 0,
    stdout: '',
    stderr: 'PASSED: the heap shrank by 825.9 kB, which is within the 0 B allowed\n',
  });
});

void test('a reader that leaves is no error, and does not hide a failed gate', async () => {
  for (const [args, expected] of [
    [['summary', NAMES, '--limit', '0'], 0],
    [['diff', BEFORE, AFTER, '--all', '--limit', '0', '--fail-on-growth', '1MB'], 0],
    [['diff', BEFORE, AFTER, '--all', '--limit', '0', '--fail-on-growth', '0'], 1],
    [['--help'], 0],
  ] as const) {
    const child = spawn(process.execPath, [BIN, ...args], { env: plainEnvironment() });
    child.stdout.destroy(); // before a word is written
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([code, stderr], [expected, ''], args.join(' '));
  }
});

void test('a pipe gets no escape codes, unless colours are asked for', async () => {
  const diff = ['diff', ...['bun.1', 'bun.2'].map((name) => fixtureFile(`snapshots/${name}.heapsnapshot.gz`))];
  for (const [args, env, coloured] of [
    [[], {}, false],
    [['--color'], {}, true],
    [['--no-color'], { FORCE_COLOR: '1' }, false],
    [[], { FORCE_COLOR: '1' }, true],
    [[], { FORCE_COLOR: '0' }, false],
    [[], { NO_COLOR: '1' }, false],
    [['--color'], { NO_COLOR: '1' }, true],
    [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  ] as const) {
    const { stdout } = await heapstat([...diff, ...args], { env });
    assert.equal(stdout.includes('\u001b['), coloured, `${args.join(' ')} ${JSON.stringify(env)}`);
  }
});
