// Summarizes files for summarize-files.ts, one at a time, in a thread of its own.
import { parentPort } from 'node:worker_threads';
import { HeapstatError } from '../errors.js';
import { fileSource } from '../snapshot/source.js';
import type { FileAnswer, FileNews, FileQuestion } from './summarize-files.js';
import { summarize } from './summary.js';

/** Milliseconds from one message about progress to the next. */
const INTERVAL = 100;

function tell(news: FileNews): void {
  parentPort!.postMessage(news);
}

async function answer({ file, wantsProgress, forComparison }: FileQuestion): Promise<FileAnswer> {
  let next = 0;
  const onProgress = (bytes: number): void => {
    const now = performance.now();
    if (now < next) return;
    next = now + INTERVAL;
    tell({ bytes });
  };
  try {
    const result = await summarize(fileSource(file), {
      forComparison,
      onWarning: (warning) => tell({ warning }),
      onProgress: wantsProgress ? onProgress : undefined,
    });
    return { result };
  } catch (error) {
    // A class does not survive the way between threads.
    if (error instanceof HeapstatError) return { code: error.code, message: error.message };
    throw error;
  }
}

parentPort!.on('message', (question: FileQuestion) => {
  void answer(question).then((message) => parentPort!.postMessage(message));
});
