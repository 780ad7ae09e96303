import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { captureUnderLoad } from '../../dist/capture/load-series.js';
import { Program } from '../../dist/capture/program.js';
import { waitUntilReady } from '../../dist/capture/ready.js';

void test('ended before the first command: none is started', { timeout: 60_000 }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-load-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const program = new Program([process.execPath, '-e', 'setInterval(() => {}, 1000)'], {
    env: process.env,
    send: (pid, signal) => process.kill(pid, signal),
    onOutput: () => {},
    inspect: true,
  });
  context.after(() => program.stop());
  await waitUntilReady(program, { kind: 'time', ms: 0 }, 30_000, new AbortController().signal);
  const [reason, steps] = [new Error('Ctrl-C'), [] as string[]];
  const plan = { warm: 'sleep 3600', load: 'true', repeat: 1, idle: 0, folder, force: false };
  const surroundings = {
    signal: AbortSignal.abort(reason),
    shell: () => assert.fail('a command was started'),
    onStep: (text: string) => void steps.push(text),
  };
  await assert.rejects(captureUnderLoad(program, plan, surroundings), (error) => error === reason);
  assert.deepEqual(steps, []);
});
