import type { GraphLayout } from './layout.js';
import { Handout, type Helper, SharedTask, startGraphWorker } from './two-threads.js';

/** With fewer nodes a second thread is not worth its start. */
const WORTH_A_THREAD = 300_000;
/** With fewer, its own memory (some 9 MB) is worth more than the time that it saves after the dominators. */
const WORTH_KEEPING = 4_000_000;

/** Computes distances and shallow sizes beside the dominators, then does pieces that it is handed, until it is dismissed. */
export class SecondThread {
  readonly #isLeftItsPart: boolean;
  /** Distances and shallow sizes. */
  readonly #task = new SharedTask();
  #helper: Helper | null = null;
  #isWanted = false;

  /** @param isLeftItsPart for tests: it does its part, however small the graph */
  constructor(isLeftItsPart: boolean) {
    this.#isLeftItsPart = isLeftItsPart;
  }

  /** Null before its start and after its dismissal. */
  get helper(): Helper | null {
    return this.#helper;
  }

  /** Where the layout has a place for what it computes, and the graph is worth it. */
  start(module: WebAssembly.Module, memory: WebAssembly.Memory, layout: GraphLayout): void {
    const { second, nodeCount } = layout;
    if (!second || (nodeCount < WORTH_A_THREAD && !this.#isLeftItsPart)) return;
    const handout = new Handout();
    startGraphWorker({ module, memory, layout, second, state: this.#task.state, words: handout.words });
    this.#helper = { handout, leaveToSecond: this.#isLeftItsPart };
  }

  /** There will be work for it after the dominators. */
  expectWork(): void {
    this.#isWanted = true;
  }

  /** The dominators are there: only what there will be work for stays. */
  dismissUnlessWanted(nodeCount: number): void {
    if (!this.#isWanted || (nodeCount < WORTH_KEEPING && !this.#isLeftItsPart)) this.dismiss();
  }

  dismiss(): void {
    this.#isWanted = false;
    this.#helper?.handout.close();
    this.#helper = null;
  }

  /** Returns when distances and shallow sizes are there: by that thread, where it has begun and succeeds, else by `run`. */
  complete(layout: GraphLayout, run: () => void): void {
    if (layout.second && this.#isLeftItsPart) this.#task.waitForOther();
    this.#task.complete(run);
  }
}
