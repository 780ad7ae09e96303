import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { groupLadder } from '../../dist/cli/series-files.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { heapstat } from '../helpers/heapstat-process.js';

const folder = mkdtempSync(join(tmpdir(), 'heapstat-trend-'));
after(() => rmSync(folder, { recursive: true }));

/** A folder of snapshots, each a copy of a fixture. */
function folderOf(name: string, files: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [file, fixture] of Object.entries(files))
    copyFileSync(fixtureFile(`snapshots/${fixture}.heapsnapshot`), join(path, file));
  return path;
}

function bySize(a: readonly string[], b: readonly string[]): number {
  return a.length - b.length;
}

async function filesOf(args: readonly string[]): Promise<string[][]> {
  const { code, stdout, stderr } = await heapstat(['trend', ...args, '--format', 'json']);
  assert.deepEqual([code, stderr], [0, '']);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) =>
    (JSON.parse(line) as { snapshots: { file: string }[] }).snapshots.map(({ file }) => file.slice(folder.length + 3)),
  );
}

void test("V8's ladder is ordered by time, and is a series for each process", async () => {
  const ladder = [
    'Heap.20260101.235959.7.0.001.heapsnapshot',
    'Heap.20260102.000001.7.0.002.heapsnapshot',
    'Heap.20260102.000001.7.0.010.heapsnapshot',
    'Heap.20260101.120000.12.0.001.heapsnapshot',
    'Heap.20260101.120000.12.0.002.heapsnapshot',
  ];
  assert.deepEqual(groupLadder([...ladder.toReversed(), 'x/a.heapsnapshot']), [
    { process: null, files: ['x/a.heapsnapshot'] },
    { process: 'process 12', files: ladder.slice(3) },
    { process: 'process 7', files: ladder.slice(0, 3) },
  ]);
  const path = folderOf('l', Object.fromEntries(ladder.map((name) => [name, 'lines'])));
  // The folder has them by date of the file, which orders the processes.
  assert.deepEqual((await filesOf([path])).toSorted(bySize), [ladder.slice(3), ladder.slice(0, 3)]);
});

void test('a folder: its snapshots, oldest first, then by number', async () => {
  const path = folderOf('f', {
    'app.2.heapsnapshot': 'lines',
    'app.10.heapsnapshot': 'lines',
    'z.heapsnapshot': 'lines',
    'notes.txt': 'lines',
  });
  const time = new Date('2026-01-02');
  for (const name of ['app.2', 'app.10']) utimesSync(join(path, `${name}.heapsnapshot`), time, time);
  utimesSync(join(path, 'z.heapsnapshot'), new Date('2026-01-01'), new Date('2026-01-01'));
  assert.deepEqual(await filesOf([path]), [['z.heapsnapshot', 'app.2.heapsnapshot', 'app.10.heapsnapshot']]);
});

void test('a folder without snapshots, a process with one, a file that is none', async () => {
  mkdirSync(join(folder, 'empty'));
  const alone = folderOf('a', { 'Heap.20260101.120000.12.0.001.heapsnapshot': 'lines' });
  for (const [args, code, message] of [
    [[join(folder, 'empty')], 2, /^heapstat: .*empty holds no \.heapsnapshot files\n$/],
    [[alone], 2, /^heapstat: a trend needs two snapshots at least: there is only .* of process 12\n$/],
    [['missing', 'missing'], 3, /^heapstat: cannot read missing: there is no such file\n$/],
  ] as const) {
    const result = await heapstat(['trend', ...args]);
    assert.deepEqual([result.code, result.stdout], [code, '']);
    assert.match(result.stderr, message);
  }
});

void test('a diff of three is a trend; what is within noise is grey', async () => {
  const [before, later, final] = ['leak-before', 'leak-after', 'leak-final'].map((name) =>
    fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
  ) as [string, string, string];
  const diff = await heapstat(['diff', before, later, final, '--per', '500']);
  assert.deepEqual(diff, await heapstat(['trend', before, later, final, '--per', '500']));
  assert.match(diff.stdout, /^CachedResponse .* step .* \+84 B$/m);
  const { stdout } = await heapstat(['trend', later, final, '--control', `${before},${later}`, '--color']);
  assert.match(stdout, /^\u001b\[2mArray\u001b\[22m /m);
});

void test('what cannot be looked at is unreadable, and no defect of ours', async () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  const withGone = folderOf('with-gone', { 'a.heapsnapshot': 'lines' });
  symlinkSync(join(folder, 'nowhere'), join(withGone, 'gone.heapsnapshot'));
  for (const args of [
    ['trend', loop, loop],
    ['check', loop, '--max-size', '1'],
    ['report', loop],
    ['trend', withGone],
  ]) {
    const { code, stdout, stderr } = await heapstat(args);
    assert.deepEqual([code, stdout], [3, ''], stderr);
    assert.match(stderr, /^heapstat: cannot read .*\n$/);
  }
});
