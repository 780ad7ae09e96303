import type { BrowserQuery } from '../../analysis/heap-browser.js';
import { RemoteHeapBrowser } from '../../analysis/remote-heap-browser.js';
import type { LoadState } from '../../analysis/live-heap-state.js';
import { HeapstatError } from '../../errors.js';
import { Refusal } from '../answer.js';
import type { SnapshotFile } from '../snapshot-file.js';
import { warn } from '../this-process.js';

/** Milliseconds without a question after which the graph's memory is given back. */
const IDLE = 10 * 60_000;

interface Current {
  readonly browser: RemoteHeapBrowser;
  readonly file: SnapshotFile;
}

/** The latest snapshot's graph, in a thread of its own, which does not hold the service up. */
export class LiveHeap {
  #current: Current | null = null;
  #state: LoadState = { type: 'none' };
  #idle: NodeJS.Timeout | null = null;

  get state(): LoadState {
    return this.#state;
  }

  /** Loads it instead of the one before. The file is removed when it is read, or cannot be. */
  load(file: SnapshotFile): void {
    this.#close('none');
    const { path } = file;
    // One thread: the service has its own work to do.
    const browser = new RemoteHeapBrowser(
      { file: path, threads: 1 },
      {
        onProgress: (done, total) => this.#tell(browser, { type: 'reading', done, total }),
        onComputing: () => {
          file.remove();
          this.#tell(browser, { type: 'computing' });
        },
        onWarning: (warning) => warn(new Error(`heapstat: ${warning}`)),
      },
    );
    browser.unref();
    this.#current = { browser, file };
    this.#state = { type: 'reading', done: 0, total: 0 };
    browser.ready.then(
      () => {
        this.#tell(browser, { type: 'ready' });
        if (this.#current?.browser === browser) this.#waitIdle();
      },
      (error: Error) => {
        file.remove();
        if (this.#current?.browser !== browser) return;
        this.#state = { type: 'failed', message: error.message };
        if (!(error instanceof HeapstatError)) warn(error);
      },
    );
  }

  #tell(browser: RemoteHeapBrowser, state: LoadState): void {
    if (this.#current?.browser === browser) this.#state = state;
  }

  /** The answer as JSON. @throws Refusal 409 where there is no graph @throws HeapstatError USAGE */
  async ask(query: BrowserQuery): Promise<string> {
    if (this.#state.type === 'failed') throw new Refusal(409, `the snapshot could not be read: ${this.#state.message}`);
    if (!this.#current)
      throw new Refusal(409, 'there is no snapshot to look into, or it has been given up after 10 minutes: take one');
    this.#waitIdle();
    return this.#current.browser.ask(query);
  }

  #waitIdle(): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#close('none'), IDLE).unref();
  }

  #close(type: 'none'): void {
    const current = this.#current;
    this.#current = null;
    this.#state = { type };
    if (this.#idle) clearTimeout(this.#idle);
    if (!current) return;
    // Not while it may be read.
    void current.browser.close().finally(() => current.file.remove());
  }
}
