// Loads and reduces snapshots for load-visible-heap.ts, one at a time, in a thread of its own.
import { parentPort } from 'node:worker_threads';
import { HeapstatError } from '../errors.js';
import { loadVisibleHeap, type VisibleHeapAnswer, type VisibleHeapQuestion } from './load-visible-heap.js';

/** Milliseconds from one message about progress to the next. */
const INTERVAL = 100;

async function answer({ index, file, wantsProgress }: VisibleHeapQuestion): Promise<VisibleHeapAnswer> {
  let next = 0;
  const onProgress = (done: number, total: number): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + INTERVAL;
    post({ index, done, total });
  };
  try {
    const options = { threads: 1, onProgress: wantsProgress ? onProgress : undefined } as const;
    return { index, loaded: await loadVisibleHeap(file, options) };
  } catch (error) {
    // A class does not survive the way between threads.
    if (error instanceof HeapstatError) return { index, code: error.code, message: error.message };
    throw error;
  }
}

function post(message: VisibleHeapAnswer): void {
  const columns = 'loaded' in message ? message.loaded.heap : null;
  const buffers = columns ? [columns.id, columns.classOf, columns.parent, columns.bytes, columns.nameHash] : [];
  parentPort!.postMessage(
    message,
    buffers.map(({ buffer }) => buffer as ArrayBuffer),
  );
}

let done: Promise<void> = Promise.resolve();
parentPort!.on('message', (question: VisibleHeapQuestion) => {
  done = done.then(async () => post(await answer(question)));
});
