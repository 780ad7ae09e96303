import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { getHeapSnapshot } from 'node:v8';
import { summarizePushed } from '../../dist/analysis/summary.js';
import { Endpoint } from '../../dist/http/endpoint.js';
import { forgetIds, OwnSnapshot } from '../../dist/http/own-snapshot.js';

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

/** The highest id of an object on the heap, which are odd; the others are no numbers in a row. */
async function highestId(): Promise<number> {
  const chunks: Uint8Array[] = [];
  await new OwnSnapshot().writeTo((chunk) => chunks.push(Uint8Array.from(chunk)));
  const { nodes, snapshot } = JSON.parse(Buffer.concat(chunks).toString()) as {
    nodes: number[];
    snapshot: { meta: { node_fields: string[] } };
  };
  const { node_fields: fields } = snapshot.meta;
  let highest = 0;
  for (let at = fields.indexOf('id'); at < nodes.length; at += fields.length)
    if (nodes[at]! % 2 === 1) highest = Math.max(highest, nodes[at]!);
  return highest;
}

/** Sees V8 follow objects, and then, after `act`, begin anew. */
async function checkForgets(act: () => Promise<unknown>): Promise<void> {
  const count = 100_000;
  const first = await highestId();
  let planted: Planted[] | null = Array.from({ length: count }, () => new Planted());
  const second = await highestId();
  assert.ok(second >= first + 2 * planted.length, 'each new object has an id above those that were');
  planted = null;
  await act();
  const third = await highestId();
  assert.ok(third < second - count, `${third} after ${second}: ids begin anew`);
}

void test('V8 follows objects after a snapshot, until it is told to forget their ids', async () => {
  await checkForgets(forgetIds);
});

void test('nor does it go on for a download that nobody has got', async () => {
  const endpoint = new Endpoint({ checkMemory: false });
  const gone = Object.assign(new Writable().destroy(), { headersSent: false, statusCode: 0, writeHead: () => {} });
  const request = {
    method: 'GET',
    httpVersion: '1.1',
    headers: { host: 'localhost' },
    socket: { remoteAddress: '::1' },
  };
  await checkForgets(async () => {
    assert.equal(await endpoint.answer(request, gone, '/debug/heapdump/snapshot'), null);
  });
});
