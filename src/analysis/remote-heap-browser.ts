import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../dist-url.js';
import { type ErrorCode, HeapstatError } from '../errors.js';
import type { BrowserQuery } from './heap-browser.js';

export interface BrowserJob {
  readonly file: string;
  readonly threads?: 1 | 2 | undefined;
  /** Folder that paths are told from. */
  readonly base?: string | undefined;
}

export interface BrowserFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

export interface BrowserRequest {
  readonly id: number;
  readonly query: BrowserQuery;
}

/** What the worker says. */
export type BrowserMessage =
  | { readonly type: 'progress'; readonly done: number; readonly total: number }
  | { readonly type: 'warning'; readonly warning: string }
  | { readonly type: 'computing' }
  | { readonly type: 'ready'; readonly warnings: readonly string[] }
  | { readonly type: 'failed'; readonly failure: BrowserFailure }
  | { readonly type: 'answer'; readonly id: number; readonly json: string }
  | { readonly type: 'refusal'; readonly id: number; readonly failure: BrowserFailure };

export interface BrowserEvents {
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** The file is read; what is left is computing. */
  readonly onComputing?: (() => void) | undefined;
}

interface Waiting {
  readonly resolve: (json: string) => void;
  readonly reject: (error: Error) => void;
}

/** A HeapBrowser in a thread of its own. It answers in JSON, one query after the other. */
export class RemoteHeapBrowser {
  /** Settles when the heap is loaded. Rejects with a HeapstatError: UNREADABLE, INVALID_SNAPSHOT. */
  readonly ready: Promise<void>;
  readonly #worker: Worker;
  readonly #events: BrowserEvents;
  readonly #waiting = new Map<number, Waiting>();
  #settleReady: Waiting | undefined;
  #next = 0;
  #ended: Error | null = null;

  constructor(job: BrowserJob, events: BrowserEvents = {}) {
    this.#events = events;
    this.ready = new Promise((resolve, reject) => {
      this.#settleReady = { resolve: () => resolve(), reject };
    });
    this.#worker = new Worker(new URL('analysis/heap-browser-worker.js', DIST_URL), { workerData: job });
    this.#worker.on('message', (message: BrowserMessage) => this.#take(message));
    // A defect of ours, or no memory.
    this.#worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    this.#worker.on('exit', () => this.#end(new Error('the heap was closed')));
  }

  /** The answer as JSON: see HeapBrowser. @throws HeapstatError USAGE where a target matches nothing */
  async ask(query: BrowserQuery): Promise<string> {
    await this.ready;
    if (this.#ended) throw this.#ended;
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, query } satisfies BrowserRequest);
    });
  }

  /** From now on it does not keep the process alive. */
  unref(): void {
    this.#worker.unref();
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #take(message: BrowserMessage): void {
    switch (message.type) {
      case 'progress':
        return this.#events.onProgress?.(message.done, message.total);
      case 'warning':
        return this.#events.onWarning?.(message.warning);
      case 'computing':
        return this.#events.onComputing?.();
      case 'ready':
        message.warnings.forEach((warning) => this.#events.onWarning?.(warning));
        return this.#settleReady?.resolve('');
      case 'failed':
        return this.#end(toError(message.failure));
      case 'answer':
        return this.#settle(message.id, ({ resolve }) => resolve(message.json));
      case 'refusal':
        return this.#settle(message.id, ({ reject }) => reject(toError(message.failure)));
    }
  }

  #settle(id: number, act: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (waiting) act(waiting);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#settleReady?.reject(error);
    for (const id of this.#waiting.keys()) this.#settle(id, ({ reject }) => reject(error));
  }
}

function toError({ code, message }: BrowserFailure): HeapstatError {
  return new HeapstatError(code, message);
}
