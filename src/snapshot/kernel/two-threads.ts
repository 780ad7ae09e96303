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
  readonly worker: Worker;
  /** The one that it sends. Rejected where the worker failed. */
  readonly message: Promise<Message>;
  /** Rejected where the worker failed. */
  readonly failure: Promise<never>;
}

/** What the one that takes edges sends is what stands behind them; null: to be read in order. */
export function startEdgeWorker(task: EdgeTask): SectionWorker<FileTailParts | null> {
  return start('edge-worker', task);
}

/** @template Part what it has added up; null: it gave up */
export function startTallyWorker<Part>(task: TallyTask): SectionWorker<Part | null> {
  return start('tally-worker', task);
}

function start<Message>(name: string, task: { readonly section: SectionWords }): SectionWorker<Message> {
  const worker = new Worker(new URL(`snapshot/kernel/${name}.cjs`, DIST_URL), { workerData: task });
  const section = new SharedSection(task.section);
  const failure = new Promise<never>((_, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => {
      if (!section.isDone) reject(new Error('the second thread ended too early'));
    });
  });
  const sent = new Promise<Message>((resolve) => {
    worker.once('message', resolve);
  });
  const message = Promise.race([sent, failure]);
  // They may not be asked for any more.
  for (const promise of [failure, message]) promise.catch(() => {});
  return { worker, message, failure };
}
