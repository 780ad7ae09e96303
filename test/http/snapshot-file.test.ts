import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { OneJob } from '../../dist/http/one-job.js';
import { keepSnapshot } from '../../dist/http/snapshot-file.js';

void test('a snapshot that is kept for readers: whole, timed, and gone when it is removed', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'heapstat-kept-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const job = new OneJob().start(60_000, () => () => {});
  const taken: Uint8Array[] = [];
  let names: readonly string[] = [];
  const file = await keepSnapshot(directory, job, (chunk) => {
    if (taken.length === 0) names = readdirSync(directory);
    taken.push(Uint8Array.from(chunk));
  });
  job.end();
  assert.ok(file.stopped > 0);
  if (process.platform === 'linux') assert.deepEqual(names, [], 'it has no name while V8 writes it');
  assert.ok(readFileSync(file.path).equals(Buffer.concat(taken)));
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     parentPort.postMessage(require('node:fs').readFileSync(workerData).length);`,
    { eval: true, workerData: file.path },
  );
  const length = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  assert.equal(length, Buffer.concat(taken).length, 'a thread of the process may read it');
  const { path } = file;
  file.remove();
  file.remove();
  assert.equal(existsSync(path), false);
  assert.deepEqual(readdirSync(directory), []);
});

void test('one that fails in the middle leaves nothing', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'heapstat-kept-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const job = new OneJob().start(60_000, () => () => {});
  const failing = keepSnapshot(directory, job, () => {
    throw new Error('no more, please');
  });
  await assert.rejects(failing, /no more, please/);
  job.end();
  assert.deepEqual(readdirSync(directory), []);
});
