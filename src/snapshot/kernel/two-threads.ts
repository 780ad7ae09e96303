import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../../dist-url.js';
import type { FileTailParts } from '../file-tail.js';
import type { Schema } from '../schema.js';
import type { SharedKernel } from './load.js';
import { type SectionWords, SharedSection } from './shared-section.js';

/** What the worker that takes edges is started with. */
export interface EdgeTask {
  readonly kernel: SharedKernel;
  /** A descriptor of its own, see assembly/columns.ts. */
  readonly columns: number;
  readonly section: SectionWords;
  readonly fd: number;
  readonly size: number;
  readonly schema: Schema;
}

/** What the worker that adds up nodes is started with. */
export interface TallyTask {
  readonly module: WebAssembly.Module;
  readonly inputBytes: number;
  readonly section: SectionWords;
  readonly fd: number;
  /** Just past the section's bracket. */
  readonly end: number;
  readonly schema: Schema;
  /** The types that are told apart by name. */
  readonly named: ReadonlySet<number>;
}

/** A thread that reads a section from its end. */
export interface SectionWorker<Message> {
  /** The one that it sends. Rejected where the worker failed. */
  readonly message: Promise<Message>;
  /** Rejected where the worker failed. */
  readonly failure: Promise<never>;
  /** Returns when it does not read any more. One that has finished ends by itself, which takes a while that nobody has to wait. */
  readonly stop: () => Promise<void>;
}

/** What the one that takes edges sends is what stands behind them; null: to be read in order. */
export function startEdgeWorker(task: EdgeTask): SectionWorker<FileTailParts | null> {
  return sectionWorker(newThread('edge-worker', task), task.section);
}

/** Has no task yet. */
let early: Worker | null = null;

/**
 * Starts the thread that startTallyWorker() will ask for: it is ready later than the program that is still to be loaded. Where that does not
 * ask, it keeps no process from ending.
 */
export function startTallyEarly(): void {
  const thread = newThread('tally-worker', null);
  const forget = (): void => {
    if (early === thread) early = null;
  };
  thread.once('error', forget).once('exit', forget).unref();
  early = thread;
}

/** @template Part what it has added up; null: it gave up */
export function startTallyWorker<Part>(task: TallyTask): SectionWorker<Part | null> {
  const thread = early ?? newThread('tally-worker', null);
  early = null;
  thread.ref();
  thread.postMessage(task);
  return sectionWorker(thread, task.section);
}

function newThread(name: string, task: unknown): Worker {
  return new Worker(new URL(`snapshot/kernel/${name}.cjs`, DIST_URL), { workerData: task });
}

function sectionWorker<Message>(worker: Worker, words: SectionWords): SectionWorker<Message> {
  const section = new SharedSection(words);
  let hasSent = false;
  const hasFinished = (): boolean => hasSent && section.isDone;
  const failure = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      if (!hasFinished()) reject(new Error('the second thread ended too early'));
    });
  });
  const sent = new Promise<Message>((resolve) => {
    worker.once('message', (message: Message) => {
      hasSent = true;
      resolve(message);
    });
  });
  const message = Promise.race([sent, failure]);
  // They may not be asked for any more.
  for (const promise of [failure, message]) promise.catch(() => {});
  const stop = async (): Promise<void> => {
    if (!hasFinished()) await worker.terminate();
  };
  return { message, failure, stop };
}
