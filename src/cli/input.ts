import { visibleText } from '../report/untrusted-text.js';
import type { ReadOptions } from '../snapshot/read.js';
import { fileSource, type SnapshotSource, streamSource } from '../snapshot/source.js';
import { Progress } from './progress.js';

/** The snapshot that an argument names; `-` is standard input. @throws HeapstatError UNREADABLE */
export function openInput(file: string): SnapshotSource {
  return file === '-' ? streamSource(() => process.stdin, '-') : fileSource(file);
}

/** Warnings and progress on standard error, unless they are not wanted. */
export class Reporter {
  readonly #quiet: boolean;
  readonly #progress: Progress | null;
  readonly #told = new Set<string>();

  constructor(quiet: boolean) {
    this.#quiet = quiet;
    this.#progress = !quiet && process.stderr.isTTY ? new Progress(process.stderr) : null;
  }

  /** Options for reading `what`, the words that the progress line shows. */
  readOptions(what: string): ReadOptions {
    const progress = this.#progress;
    return {
      onProgress: progress ? (done, total) => progress.update(what, done, total) : undefined,
      onWarning: (warning) => this.warn(warning),
    };
  }

  /** Says it once, whatever number of passes find it. */
  warn(warning: string): void {
    if (this.#quiet || this.#told.has(warning)) return;
    this.#told.add(warning);
    this.finish();
    process.stderr.write(`heapstat: warning: ${visibleText(warning)}\n`);
  }

  /** Clears the progress line. */
  finish(): void {
    this.#progress?.clear();
  }
}
