import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../../dist-url.js';
import type { GraphLayout } from './layout.js';

/** What a second thread can do. Either thread takes a task that the other has not begun. */
export const SHALLOW_SIZES = 0;
export const DISTANCES = 1;
export type Task = typeof SHALLOW_SIZES | typeof DISTANCES;

// States of a task.
const OPEN = 0;
const TAKEN = 1;
const DONE = 2;
const FAILED = 3;

/** Who does what. */
export class TaskBoard {
  readonly states: Int32Array<SharedArrayBuffer>;

  constructor(states: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(8))) {
    this.states = states;
  }

  /** Does a task that nobody has begun. What goes wrong is thrown, and the task counts as failed. */
  attempt(task: Task, run: () => void): void {
    if (Atomics.compareExchange(this.states, task, OPEN, TAKEN) !== OPEN) return;
    let outcome = FAILED;
    try {
      run();
      outcome = DONE;
    } finally {
      Atomics.store(this.states, task, outcome);
      Atomics.notify(this.states, task);
    }
  }

  /** Returns when the task is done: by the other thread, where that has begun it and succeeds, else by this one. */
  complete(task: Task, run: () => void): void {
    this.attempt(task, run);
    Atomics.wait(this.states, task, TAKEN);
    Atomics.compareExchange(this.states, task, FAILED, OPEN);
    this.attempt(task, run);
  }
}

/** What the second thread is started with. */
export interface GraphTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: GraphLayout;
  readonly states: Int32Array<SharedArrayBuffer>;
}

/** Starts a second thread, which does what there is to do and ends. */
export function startGraphWorker(task: GraphTask): void {
  const worker = new Worker(new URL('graph/kernel/graph-worker.js', DIST_URL), { workerData: task });
  worker.unref();
  // A thread that cannot start, or fails, leaves its tasks to this one, which then meets the same error, if it is one of the task.
  worker.once('error', () => {});
}
