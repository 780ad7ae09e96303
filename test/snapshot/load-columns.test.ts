import assert from 'node:assert/strict';
import { closeSync, openSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { loadKernel } from '../../dist/snapshot/kernel/load.js';
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { fileSource, streamSource } from '../../dist/snapshot/source.js';
import type { PlainFile } from '../../dist/snapshot/source-file.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';

const source = fileSource(fixtureFile('snapshots/node20.heapsnapshot.gz'));

void test('where a kernel has no memory left, plain script reads it', async () => {
  const kernel = loadKernel()!;
  kernel.exports.startOfFreeMemory(0xffff_ffff);
  let reads = 0;
  const { columns } = await loadColumns(source, { kernel, onFile: () => reads++ });
  assert.equal(reads, 2);
  const { columns: wanted } = await loadColumns(source);
  assert.deepEqual(columns.nodeId, wanted.nodeId);
  assert.equal(columns.edgeCount, wanted.edgeCount);
});

void test('where a kernel has no memory left for what can be read once, what to do is told', async () => {
  const kernel = loadKernel()!;
  kernel.exports.startOfFreeMemory(0xffff_ffff);
  const once = streamSource(() => Readable.from([fixtureBytes('node20')]), '-');
  await assert.rejects(loadColumns(once, { kernel }), {
    name: 'HeapstatError',
    code: 'TOO_LARGE',
    message: /^standard input: this snapshot needs more than the 4 GiB .*: save it to a file first$/,
  });
});

void test('any other error is what it is', async () => {
  const error = new RangeError('not of ours');
  let reads = 0;
  const onProgress = (): void => {
    throw error;
  };
  await assert.rejects(loadColumns(source, { onProgress, onFile: () => reads++ }), (thrown) => thrown === error);
  assert.equal(reads, 1);
});

void test('what the system says to a read by two threads is told with the name of the file', async (context) => {
  const bytes = fixtureBytes('node26');
  // As on a share that is gone in the middle: the beginning can be read, and then nothing.
  const fd = openSync(tmpdir(), 'r');
  context.after(() => closeSync(fd));
  const failing = {
    size: 300_000_000,
    fd,
    read: (buffer: Uint8Array, position: number) => bytes.copy(buffer, 0, position),
    checkUnchanged: () => {},
    close: () => {},
  } as unknown as PlainFile;
  const gone = { ...fileSource(fixtureFile('snapshots/node26.heapsnapshot.gz')), name: 'share/x' };
  await assert.rejects(loadColumns({ ...gone, openFile: () => failing }, { threads: 2 }), {
    code: 'UNREADABLE',
    message: /^cannot read share\/x: it is a directory/,
  });
});
