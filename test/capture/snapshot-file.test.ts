import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { checkFileName, writeSidecar, writeSnapshotFile } from '../../dist/capture/snapshot-file.js';
import { HeapstatError } from '../../dist/errors.js';
import { processMemory } from '../helpers/process-memory.js';

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-file-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function* chunks(fails: boolean): AsyncIterable<Uint8Array> {
  yield Buffer.from('{"snapshot":');
  yield Buffer.from('{}}');
  if (fails) throw new HeapstatError('UNREADABLE', 'the process is gone');
}

void test('plain and packed, by the name', async (context) => {
  const folder = folderFor(context);
  assert.equal(await writeSnapshotFile(join(folder, 'a.heapsnapshot'), chunks(false)), 15);
  await writeSnapshotFile(join(folder, 'a.heapsnapshot.gz'), chunks(false));
  assert.equal(readFileSync(join(folder, 'a.heapsnapshot'), 'utf8'), '{"snapshot":{}}');
  assert.equal(gunzipSync(readFileSync(join(folder, 'a.heapsnapshot.gz'))).toString(), '{"snapshot":{}}');
  assert.deepEqual(readdirSync(folder).toSorted(), ['a.heapsnapshot', 'a.heapsnapshot.gz']);
});

void test('what ends early leaves nothing, and an older file as it was', async (context) => {
  const folder = folderFor(context);
  for (const name of ['old.heapsnapshot', 'new.heapsnapshot', 'new.heapsnapshot.gz']) {
    const path = join(folder, name);
    if (name.startsWith('old')) writeFileSync(path, 'older');
    await assert.rejects(writeSnapshotFile(path, chunks(true)), {
      code: 'UNREADABLE',
      message: `the process is gone; ${path} is not written`,
    });
  }
  assert.deepEqual(readdirSync(folder), ['old.heapsnapshot']);
  assert.equal(readFileSync(join(folder, 'old.heapsnapshot'), 'utf8'), 'older');
});

void test('names that cannot be written are told before anything is done', async (context) => {
  const folder = folderFor(context);
  assert.throws(() => checkFileName(join(folder, 'none', 'a.heapsnapshot')), { code: 'USAGE', message: /no folder/ });
  assert.throws(() => checkFileName(join(folder, 'a.heapsnapshot.br')), {
    code: 'USAGE',
    message: /as \.gz or as \.zst/,
  });
  assert.throws(() => checkFileName('/dev/null'), { code: 'USAGE', message: /no plain file/ });
  await assert.rejects(writeSnapshotFile(join(folder, 'none', 'a'), chunks(false)), { code: 'UNWRITABLE' });
});

void test('what an earlier capture wrote beside goes with it', (context) => {
  const folder = folderFor(context);
  const path = join(folder, 'a.heapsnapshot.gz');
  writeSidecar(path, processMemory());
  assert.deepEqual(readdirSync(folder), ['a.heapsnapshot.memory.json']);
  writeSidecar(path, null);
  assert.deepEqual(readdirSync(folder), []);
});
