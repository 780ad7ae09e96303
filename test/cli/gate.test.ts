import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fixtureFile } from '../helpers/fixture-files.js';
import { BIN, run } from '../helpers/heapstat-process.js';

void test('the gate in a shell, as CI runs it: every outcome', async (context) => {
  const work = mkdtempSync(join(tmpdir(), 'heapstat-gate-'));
  context.after(() => rmSync(work, { recursive: true }));
  const script = fixtureFile('../test/cli/gate.sh');
  const { code, stdout, stderr } = await run('sh', [script, BIN, fixtureFile('snapshots'), work]);
  assert.deepEqual([code, stderr], [0, ''], stdout);
  assert.match(stdout, /\ndone\n$/);
});
