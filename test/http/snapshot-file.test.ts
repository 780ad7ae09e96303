import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { OneJob } from '../../dist/http/one-job.js';
import { keepSnapshot } from '../../dist/http/snapshot-file.js';
import { summaryOf } from '../helpers/results.js';

const NO_PROC = existsSync('/proc/self/fd') ? false : 'a file without a name is opened by /proc';

function folderFor(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-kept-'));
  context.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

const startJob = () => new OneJob().start(60_000, () => () => {});

void test(
  'a kept snapshot has no name that a killed process would leave behind',
  { skip: NO_PROC },
  async (context) => {
    const folder = folderFor(context);
    const kept = await keepSnapshot(folder, startJob(), () => {});
    assert.deepEqual(readdirSync(folder), []);
    assert.ok((await summaryOf(readFileSync(kept.path))).total.selfSize > 1e6);
    kept.remove();
    assert.ok(!existsSync(kept.path));
    kept.remove();
  },
);

void test('one that fails leaves nothing', async (context) => {
  const folder = folderFor(context);
  const failing = keepSnapshot(folder, startJob(), () => {
    throw new Error('no more, please');
  });
  await assert.rejects(failing, /no more, please/);
  assert.deepEqual(readdirSync(folder), []);
});
