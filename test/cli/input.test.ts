import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  createWriteStream,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import * as zlib from 'node:zlib';
import type { DiffResult } from '../../dist/analysis/diff.js';
import type { SummaryResult } from '../../dist/analysis/summary.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { BIN, heapstat, plainEnvironment } from '../helpers/heapstat-process.js';

const [BUN1, BUN2] = ['bun.1', 'bun.2'].map((name) => fixtureFile(`snapshots/${name}.heapsnapshot.gz`)) as [
  string,
  string,
];

const folder = mkdtempSync(join(tmpdir(), 'heapstat-input-'));
after(() => rmSync(folder, { recursive: true }));
const FIFO = join(folder, 'fifo');

async function json<Result>(args: readonly string[], input?: Uint8Array): Promise<Result> {
  const { code, stdout, stderr } = await heapstat([...args, '--format', 'json'], input ? { input } : {});
  assert.deepEqual([code, stderr], [0, '']);
  return JSON.parse(stdout) as Result;
}

void test('standard input, plain and packed, is the file', async () => {
  const fromFile = await json<SummaryResult>(['summary', BUN1]);
  assert.equal(fromFile.snapshot.file, BUN1);
  for (const input of [fixtureBytes('bun.1'), readFileSync(BUN1)]) {
    const fromInput = await json<SummaryResult>(['summary', '-'], input);
    assert.equal(fromInput.snapshot.file, '-');
    assert.deepEqual({ ...fromInput, snapshot: { ...fromInput.snapshot, file: BUN1 } }, fromFile);
  }
});

void test('a packed stream is known by its first bytes, though they come one after the other', async () => {
  const packed = readFileSync(BUN1);
  const child = spawn(process.execPath, [BIN, 'summary', '-', '--format', 'csv'], { env: plainEnvironment() });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.write(packed.subarray(0, 1));
  // Time to start and to read it. Where it is too short nothing is tested, and nothing fails.
  await sleep(1000);
  child.stdin.end(packed.subarray(1));
  assert.equal(await ended, 0);
  assert.equal(stdout, (await heapstat(['summary', BUN1, '--format', 'csv'])).stdout);
});

void test('standard input on either side of a diff', async () => {
  const expected = await json<DiffResult>(['diff', BUN1, BUN2]);
  assert.ok(expected.rows.length > 0);
  for (const [args, input] of [
    [['diff', '-', BUN2], BUN1],
    [['diff', BUN1, '-'], BUN2],
  ] as const) {
    const result = await json<DiffResult>(args, readFileSync(input));
    assert.deepEqual([result.total, result.rows], [expected.total, expected.rows]);
  }
});

void test('a table of standard input says so', async () => {
  const { stdout } = await heapstat(['summary', '-'], { input: fixtureBytes('lines') });
  assert.match(stdout, /^\(standard input\): 1\.1 kB, 4 nodes, 4 edges, V8 of Node 22\n/);
});

void test('another layout is read all the same, with a note that it is slow, unless --quiet', async () => {
  const input = Buffer.from(JSON.stringify(JSON.parse(fixtureBytes('bun.1').toString()), null, 2));
  const { stdout: expected } = await heapstat(['summary', '-', '--format', 'csv'], { input: fixtureBytes('bun.1') });
  const told = await heapstat(['summary', '-', '--format', 'csv'], { input });
  assert.equal(told.stdout, expected);
  assert.match(
    told.stderr,
    /^heapstat: warning: standard input is not in V8's own layout \(.*\); read by the general reader, at about 10 MB\/s\n$/,
  );
  assert.deepEqual(await heapstat(['summary', '-', '--format', 'csv', '--quiet'], { input }), {
    code: 0,
    stdout: expected,
    stderr: '',
  });
});

void test('a diff says it once for each file, though one is read twice', async () => {
  const input = Buffer.from(JSON.stringify(JSON.parse(fixtureBytes('bun.1').toString()), null, 2));
  const { stderr } = await heapstat(['diff', fixtureFile('snapshots/bun.2.heapsnapshot.gz'), '-'], { input });
  assert.equal(stderr.split('\n').length, 2, stderr);
});

void test('names that JavaScript objects have of their own are rows like others', async () => {
  const { rows } = await json<SummaryResult>(['summary', fixtureFile('snapshots/names.heapsnapshot')]);
  for (const [name, count, selfSize] of [
    ['__proto__', 1, 528],
    ['constructor', 2, 1024],
    ['toString', 3, 1488],
    ['hasOwnProperty', 1, 480],
  ] as const)
    assert.deepEqual(
      rows.filter((row) => row.constructor === name),
      [{ constructor: name, count, selfSize }],
    );
});

void test('an error ends it, though whoever writes to standard input does not', async () => {
  // No more than a pipe takes at once: nobody reads the rest.
  const damaged = zlib.gzipSync(fixtureBytes('node20')).fill(0xff, 10_000, 10_100).subarray(0, 20_000);
  // Refused by a Node that cannot unpack it.
  const zstd = 'createZstdDecompress' in zlib ? [] : [Buffer.from('28b52ffd00', 'hex')];
  for (const bytes of [Buffer.from('garbage'), zlib.gzipSync('garbage'), damaged, ...zstd]) {
    // What Node gives a child for a pipe is a socket; a shell gives a pipe.
    execFileSync('mkfifo', [FIFO]);
    const [writer, reader] = [openSync(FIFO, 'r+'), openSync(FIFO, 'r')];
    const bySocket = spawn(process.execPath, [BIN, 'summary', '-'], { env: plainEnvironment() });
    const byPipe = spawn(process.execPath, [BIN, 'summary', '-'], {
      env: plainEnvironment(),
      stdio: [reader, 'pipe', 'pipe'],
    });
    const ended = [bySocket, byPipe].map((child) => new Promise((resolve) => child.on('exit', resolve)));
    // And no end.
    bySocket.stdin.write(bytes);
    createWriteStream(FIFO, { fd: writer, autoClose: false }).write(bytes);
    assert.deepEqual(await Promise.all(ended), [3, 3]);
    bySocket.stdin.destroy();
    closeSync(writer);
    closeSync(reader);
    rmSync(FIFO);
  }
});

void test('a thread that is started for a large file, and has nothing to do, holds nothing up', async () => {
  const text = fixtureBytes('n20.1');
  const inNodes = text.indexOf('"nodes":[') + 1000;
  for (const [bytes, reason] of [
    [Buffer.from('garbage'), /: no heap snapshot: it starts with "garbage/],
    [text.subarray(0, inNodes), /in or after the "nodes" section .*byte 0x00 where a number should start/],
  ] as const) {
    const path = join(folder, 'large.heapsnapshot');
    writeFileSync(path, bytes);
    // Nothing but zeros, which take no room on the disk.
    truncateSync(path, 500_000_000);
    for (const args of [[path], [path, '--sort', 'count'], [path, '--retained']]) {
      const { code, stdout, stderr } = await heapstat(['summary', ...args]);
      assert.deepEqual([code, stdout], [3, '']);
      assert.match(stderr, reason);
    }
    rmSync(path);
  }
});

void test('a packed pipe is read to its end', async () => {
  for (const length of [1, 70_000, readFileSync(BUN1).length]) {
    execFileSync('mkfifo', [FIFO]);
    const packed = readFileSync(BUN1);
    const [writer, reader] = [openSync(FIFO, 'r+'), openSync(FIFO, 'r')];
    const child = spawn(process.execPath, [BIN, 'summary', '-', '--format', 'csv'], {
      env: plainEnvironment(),
      stdio: [reader, 'pipe', 'inherit'],
    });
    closeSync(reader);
    let stdout = '';
    child.stdout!.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const stream = createWriteStream(FIFO, { fd: writer });
    stream.write(packed.subarray(0, length));
    stream.end(packed.subarray(length));
    assert.equal(await ended, 0);
    assert.equal(stdout, (await heapstat(['summary', BUN1, '--format', 'csv'])).stdout);
    rmSync(FIFO);
  }
});
