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

// States of a handout.
const NOTHING = 0;
const OFFERED = 1;
const AT_WORK = 2;
const FINISHED = 3;
const BROKEN = 4;
const OVER = 5;

/** Work of one kind that the main thread hands out, one piece at a time, when the second thread has nothing else to do. */
export class Handout {
  /** The state, and what describes the piece: uint32. */
  readonly words: Int32Array<SharedArrayBuffer>;

  constructor(words: Int32Array<SharedArrayBuffer> = new Int32Array(new SharedArrayBuffer(64))) {
    this.words = words;
  }

  /** From the main thread: a piece, and after it complete(). */
  offer(piece: readonly number[]): void {
    piece.forEach((value, k) => (this.words[k + 1] = value));
    this.#set(OFFERED);
  }

  /**
   * From the main thread: returns when the piece is done, by the other thread, where that has begun and succeeds, else by this one.
   * @param leave waits until the other has begun. @throws Error where it does not for half a minute
   */
  complete(run: () => void, leave = false): void {
    if (leave && Atomics.wait(this.words, 0, OFFERED, 30_000) === 'timed-out')
      throw new Error('no second thread has begun');
    const isOwn = Atomics.compareExchange(this.words, 0, OFFERED, NOTHING) === OFFERED;
    if (!isOwn) Atomics.wait(this.words, 0, AT_WORK);
    if (isOwn || Atomics.load(this.words, 0) === BROKEN) run();
    Atomics.store(this.words, 0, NOTHING);
  }

  /** From the main thread: there is no more. */
  close(): void {
    this.#set(OVER);
  }

  /** From the second thread: works until there is no more. What goes wrong is thrown. */
  serve(run: (piece: Uint32Array) => void): void {
    for (let state; (state = Atomics.load(this.words, 0)) !== OVER;) {
      if (Atomics.compareExchange(this.words, 0, OFFERED, AT_WORK) !== OFFERED) {
        Atomics.wait(this.words, 0, state);
        continue;
      }
      let outcome = BROKEN;
      try {
        run(Uint32Array.from(this.words.subarray(1)));
        outcome = FINISHED;
      } finally {
        // Not where it is over: the main thread may have closed it meanwhile.
        Atomics.compareExchange(this.words, 0, AT_WORK, outcome);
        Atomics.notify(this.words, 0);
      }
    }
  }

  #set(state: number): void {
    Atomics.store(this.words, 0, state);
    Atomics.notify(this.words, 0);
  }
}

/** A second thread that does pieces of work when it has nothing else to do. */
export interface Helper {
  readonly handout: Handout;
  /** For tests: it does its part, however small that is. */
  readonly leaveToSecond: boolean;
}

/** What the second thread is started with. */
export interface GraphTask {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly layout: GraphLayout;
  readonly second: SecondLayout;
  readonly state: Int32Array<SharedArrayBuffer>;
  /** Of a Handout. */
  readonly words: Int32Array<SharedArrayBuffer>;
}

/** Starts a second thread, which does its task, where nobody has begun, then what is handed out. */
export function startGraphWorker(task: GraphTask): void {
  const worker = new Worker(new URL('graph/kernel/graph-worker.cjs', DIST_URL), { workerData: task });
  worker.unref();
  // A thread that cannot start, or fails, leaves the task to this one, which meets the same error where the task is to blame.
  worker.once('error', () => {});
}
