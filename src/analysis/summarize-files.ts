import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../dist-url.js';
import { type ErrorCode, HeapstatError } from '../errors.js';
import type { SummaryResult } from './summary.js';

/** What a worker says of a file, last of all. */
export type FileAnswer = { readonly result: SummaryResult } | { readonly code: ErrorCode; readonly message: string };

/** What a worker says while it reads: see ReadOptions.onWarning; or how many bytes it has passed. */
export type FileNews = { readonly warning: string } | { readonly bytes: number };

/** What a worker is asked for. */
export interface FileQuestion {
  readonly file: string;
  readonly wantsProgress: boolean;
  readonly forComparison: boolean;
}

/** Bytes passed of all files, and the number of those that are finished. */
export type OnFilesProgress = (bytes: number, finished: number) => void;

interface SummarizeFilesOptions {
  /** Told while reading: what makes the user wait. */
  readonly onWarning: (warning: string) => void;
  readonly onProgress?: OnFilesProgress | undefined;
  /** See SummarizeOptions. */
  readonly forComparison?: boolean;
}

/**
 * Summaries of several files, in their order; the cores share them. A file that cannot be read gives its error instead,
 * and the others are read all the same.
 */
export async function summarizeFiles(
  files: readonly string[],
  { onWarning, onProgress, forComparison = false }: SummarizeFilesOptions,
): Promise<(SummaryResult | HeapstatError)[]> {
  const answers: (SummaryResult | HeapstatError)[] = [];
  const passed = files.map(() => 0);
  let finished = 0;
  let next = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('analysis/summary-worker.js', DIST_URL));
    try {
      for (let index = next++; index < files.length; index = next++) {
        const question = { file: files[index]!, wantsProgress: onProgress !== undefined, forComparison };
        const answer = await ask(worker, question, (news) => {
          if ('warning' in news) return onWarning(news.warning);
          passed[index] = news.bytes;
          onProgress?.(
            passed.reduce((sum, bytes) => sum + bytes, 0),
            finished,
          );
        });
        finished++;
        answers[index] = 'result' in answer ? answer.result : new HeapstatError(answer.code, answer.message);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(files.length, availableParallelism()) }, work));
  return answers;
}

function ask(worker: Worker, question: FileQuestion, onNews: (news: FileNews) => void): Promise<FileAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      act();
    };
    const onMessage = (message: FileAnswer | FileNews): void => {
      if ('warning' in message || 'bytes' in message) onNews(message);
      else settle(() => resolve(message));
    };
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(question);
  });
}
