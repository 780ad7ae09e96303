// Summarizes files for summarize-files.ts, one at a time, in a thread of its own.
import { parentPort } from 'node:worker_threads';
import { HeapstatError } from '../errors.js';
import { fileSource } from '../snapshot/source.js';
import type { FileAnswer, FileWarning } from './summarize-files.js';
import { summarize } from './summary.js';

function tell(warning: string): void {
  parentPort!.postMessage({ warning } satisfies FileWarning);
}

async function answer(file: string): Promise<FileAnswer> {
  try {
    return { result: await summarize(fileSource(file), { onWarning: tell }) };
  } catch (error) {
    // A class does not survive the way between threads.
    if (error instanceof HeapstatError) return { code: error.code, message: error.message };
    throw error;
  }
}

parentPort!.on('message', (file: string) => {
  void answer(file).then((message) => parentPort!.postMessage(message));
});
