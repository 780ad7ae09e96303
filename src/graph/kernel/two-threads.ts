import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../../dist-url.js';
import type { GraphLayout, SecondLayout } from './layout.js';

// States of a task.
const OPEN = 0;
const TAKEN = 1;
const DONE = 2;
const FAILED = 3;

/** A task for the thread that comes to it first. */
export class SharedTask {
  readonly state: Int32Array<SharedArrayBuffer>;

  constructor(state: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(4))) {
    this.state = state;
  }

  /** Does it where nobody has begun. What goes wrong is thrown. */
  attempt(run: () => void): void {
    if (Atomics.compareExchange(this.state, 0, OPEN, TAKEN) !== OPEN) return;
    Atomics.notify(this.state, 0);
    let outcome = FAILED;
    try {
      run();
      outcome = DONE;
    } finally {
      Atomics.store(this.state, 0, outcome);
      Atomics.notify(this.state, 0);
    }
  }

  /** Returns when another thread has begun. @throws Error where none does for half a minute */
  waitForOther(): void {
    if (Atomics.wait(this.state, 0, OPEN, 30_000) === 'timed-out') throw new Error('no second thread has begun');
  }

  /** Returns when it is done: by the other thread, where that has begun and succeeds, else by this one. */
  complete(run: () => void): void {
    this.attempt(run);
    Atomics.wait(this.state, 0, TAKEN);
    Atomics.compareExchange(this.state, 0, FAILED, OPEN);
    this.attempt(run);
  }
}

/** What the second thread is started with. */
export interface GraphTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: GraphLayout;
  readonly second: SecondLayout;
  readonly state: Int32Array<SharedArrayBuffer>;
}

/** Starts a second thread, which does its task, where nobody has begun, and ends. */
export function startGraphWorker(task: GraphTask): void {
  const worker = new Worker(new URL('graph/kernel/graph-worker.js', DIST_URL), { workerData: task });
  worker.unref();
  // A thread that cannot start, or fails, leaves the task to this one, which meets the same error where the task is to blame.
  worker.once('error', () => {});
}
