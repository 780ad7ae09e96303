import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventListener, InspectorSession } from '../../dist/capture/connection.js';
import { takeHeapSnapshot } from '../../dist/capture/heap-snapshot.js';

/** A session that hands out chunks for as long as it is not paused, as a socket does. */
function session(chunks: readonly string[], end: (resolve: () => void, reject: (error: Error) => void) => void) {
  const left = [...chunks];
  const state = { isPaused: false, sent: 0, mostAhead: 0, read: 0 };
  let listener: EventListener | null = null;
  let finish: (() => void) | null = null;
  const pump = (): void => {
    if (state.isPaused) return;
    const chunk = left.shift();
    if (chunk === undefined) {
      finish?.();
      return;
    }
    state.sent += chunk.length;
    state.mostAhead = Math.max(state.mostAhead, state.sent - state.read);
    listener?.('HeapProfiler.addHeapSnapshotChunk', { chunk });
    setImmediate(pump);
  };
  const made: InspectorSession = {
    listen: (given) => {
      listener = given;
      return () => {
        listener = null;
      };
    },
    send: () =>
      new Promise((resolve, reject) => {
        finish = () => end(() => resolve({}), reject);
        setImmediate(pump);
      }),
    pause: () => {
      state.isPaused = true;
    },
    resume: () => {
      if (!state.isPaused) return;
      state.isPaused = false;
      setImmediate(pump);
    },
  };
  return { made, state };
}

const CHUNK = 'x'.repeat(100_000);

void test('a slow reader holds the other side back: some megabytes wait, not all', async () => {
  const { made, state } = session(
    Array.from({ length: 300 }, () => CHUNK),
    (resolve) => resolve(),
  );
  for await (const chunk of takeHeapSnapshot(made)) {
    state.read += chunk.length;
    if (state.read % 1_000_000 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    // The other side has its turns while this one does nothing.
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal(state.read, 30_000_000);
  assert.ok(state.mostAhead < 5_000_000, String(state.mostAhead));
});

void test('it ends by itself only when it is whole', async () => {
  const { made } = session(['{"snap', 'shot"'], (_, reject) => reject(new Error('gone')));
  const parts: string[] = [];
  await assert.rejects(async () => {
    for await (const chunk of takeHeapSnapshot(made)) parts.push(Buffer.from(chunk).toString());
  }, /gone/);
  assert.deepEqual(parts, ['{"snap', 'shot"']);
});
