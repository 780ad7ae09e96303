// Loads a heap and answers questions about it (remote-heap-browser.ts), in a thread of its own: it keeps that busy for seconds.
import { parentPort, workerData } from 'node:worker_threads';
import { HeapstatError } from '../errors.js';
import { HeapBrowser } from './heap-browser.js';
import { loadHeap } from './load-heap.js';
import type { BrowserFailure, BrowserJob, BrowserMessage, BrowserRequest } from './remote-heap-browser.js';

const port = parentPort!;
const { file, threads, base } = workerData as BrowserJob;

function send(message: BrowserMessage): void {
  port.postMessage(message);
}

/** A class does not survive the way between threads. @throws what is no HeapstatError: a defect */
function failure(error: unknown): BrowserFailure {
  if (error instanceof HeapstatError) return { code: error.code, message: error.message };
  throw error;
}

try {
  const heap = await loadHeap(file, {
    threads,
    onProgress: (done, total) => send({ type: 'progress', done, total }),
    onWarning: (warning) => send({ type: 'warning', warning }),
  });
  send({ type: 'computing' });
  const browser = new HeapBrowser(heap, { base });
  // Asked for by every page, and the same for all.
  const report = JSON.stringify(browser.answer({ type: 'report' }));
  port.on('message', ({ id, query }: BrowserRequest) => {
    try {
      const json = query.type === 'report' ? report : JSON.stringify(browser.answer(query));
      send({ type: 'answer', id, json });
    } catch (error) {
      send({ type: 'refusal', id, failure: failure(error) });
    }
  });
  send({ type: 'ready', warnings: heap.warnings });
} catch (error) {
  send({ type: 'failed', failure: failure(error) });
}
