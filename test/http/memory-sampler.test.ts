import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveMemory, startMemorySampler } from '../../dist/http/pages/memory-sampler.js';

void test('where the process may open no more files, samples are left out, and the service goes on', (context) => {
  context.mock.timers.enable({ apis: ['setInterval'] });
  const told = context.mock.method(process, 'emitWarning', () => {});
  startMemorySampler();
  const failing = context.mock.method(process, 'memoryUsage', () => {
    throw Object.assign(new Error('EMFILE: too many open files, uv_resident_set_memory'), { code: 'EMFILE' });
  });
  context.mock.timers.tick(15_000);
  assert.equal(failing.mock.callCount(), 3);
  assert.deepEqual(
    told.mock.calls.map(({ arguments: [error] }) => String(error)),
    ['Error: EMFILE: too many open files, uv_resident_set_memory'],
  );
  failing.mock.restore();
  context.mock.timers.tick(10_000);
  // One at first, two since; and one of now.
  assert.equal(liveMemory().at.length, 4);
});
