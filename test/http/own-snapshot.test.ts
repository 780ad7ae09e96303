import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { getHeapSnapshot } from 'node:v8';
import { summarizePushed } from '../../dist/analysis/summary.js';
import { OwnSnapshot } from '../../dist/http/own-snapshot.js';

class Planted {
  readonly name = 'planted';
}

void test('the text is handed over while V8 writes it, and none of it waits', async () => {
  const stream = getHeapSnapshot();
  const snapshot = new OwnSnapshot(stream);
  let [chunks, waiting, isInOneGo] = [0, 0, true];
  const writing = snapshot.writeTo(() => {
    chunks++;
    waiting = Math.max(waiting, stream.readableLength);
  });
  const chunksAtOnce = chunks;
  await writing;
  isInOneGo = chunks === chunksAtOnce;
  assert.ok(chunks > 10);
  assert.deepEqual({ waiting, isInOneGo }, { waiting: 0, isInOneGo: true });
});

void test('a snapshot of this process says what is in it', async () => {
  const planted = Array.from({ length: 321 }, () => new Planted());
  const summary = await summarizePushed('this');
  await new OwnSnapshot().writeTo((chunk) => summary.push(chunk));
  const { rows, total, snapshot } = summary.end();
  assert.equal(rows.find((row) => row.constructor === 'Planted')?.count, planted.length);
  assert.equal(snapshot.file, 'this');
  assert.ok(total.selfSize > 1e6);
});

void test('an error of the reader comes out, once V8 is done', async () => {
  let calls = 0;
  const failing = new OwnSnapshot().writeTo(() => {
    calls++;
    throw new Error('no more, please');
  });
  await assert.rejects(failing, /no more, please/);
  assert.equal(calls, 1);
});

void test('a Node that fills its stream by other ways is read all the same', async () => {
  const parts = ['{"a"', ':1', '}'].map((text) => Buffer.from(text));
  const stream = new Readable({ read() {} });
  for (const part of parts) stream.push(part);
  stream.push(null);
  const taken: Uint8Array[] = [];
  await new OwnSnapshot(stream).writeTo((chunk) => taken.push(Uint8Array.from(chunk)));
  assert.equal(Buffer.concat(taken).toString(), '{"a":1}');
});
