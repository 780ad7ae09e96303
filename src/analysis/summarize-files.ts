import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../dist-url.js';
import { type ErrorCode, HeapstatError } from '../errors.js';
import type { SummaryResult } from './summary.js';

/** What a worker says of a file, last of all. */
export type FileAnswer = { readonly result: SummaryResult } | { readonly code: ErrorCode; readonly message: string };

/** What a worker says while it reads: see ReadOptions.onWarning. */
export interface FileWarning {
  readonly warning: string;
}

type OnWarning = (warning: string) => void;

/**
 * Summaries of several files, in their order; the cores share them. A file that cannot be read gives its error instead,
 * and the others are read all the same.
 * @param onWarning told while reading: what makes the user wait
 */
export async function summarizeFiles(
  files: readonly string[],
  onWarning: OnWarning,
): Promise<(SummaryResult | HeapstatError)[]> {
  const answers: (SummaryResult | HeapstatError)[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('analysis/summary-worker.js', DIST_URL));
    try {
      for (let index = next++; index < files.length; index = next++) {
        const answer = await ask(worker, files[index]!, onWarning);
        answers[index] = 'result' in answer ? answer.result : new HeapstatError(answer.code, answer.message);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(files.length, availableParallelism()) }, work));
  return answers;
}

function ask(worker: Worker, file: string, onWarning: OnWarning): Promise<FileAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      act();
    };
    const onMessage = (message: FileAnswer | FileWarning): void => {
      if ('warning' in message) onWarning(message.warning);
      else settle(() => resolve(message));
    };
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(file);
  });
}
