import { visibleText } from '../report/untrusted-text.js';
import { availableParallelism } from 'node:os';
import type { LoadOptions } from '../snapshot/load-columns.js';
import { fileSource, type SnapshotSource, standardInput } from '../snapshot/source.js';
import { Progress } from './progress.js';
import { Stopwatch } from './stopwatch.js';

/** The snapshot that an argument names; `-` is standard input. @throws HeapstatError UNREADABLE */
export function openInput(file: string): SnapshotSource {
  return file === '-' ? standardInput() : fileSource(file);
}

/** Warnings and progress on standard error, unless they are not wanted. */
export class Reporter {
  readonly #quiet: boolean;
  readonly #progress: Progress | null;
  readonly #stopwatch: Stopwatch | null;
  readonly #told = new Set<string>();

  constructor({ quiet = false, profile = false }: { readonly quiet?: boolean; readonly profile?: boolean }) {
    this.#quiet = quiet;
    this.#progress = !quiet && process.stderr.isTTY ? new Progress(process.stderr) : null;
    this.#stopwatch = profile ? new Stopwatch() : null;
    const stopwatch = this.#stopwatch;
    if (stopwatch) process.once('exit', () => process.stderr.write(`${visibleText(stopwatch.report())}\n`));
  }

  /** A new phase of the work begins; for --profile. */
  phase(name: string): void {
    this.#stopwatch?.phase(name);
  }

  /** Options for reading `what`, the words that the progress line shows. */
  readOptions(what: string): LoadOptions {
    const progress = this.#progress;
    return {
      threads: availableParallelism() > 1 ? 2 : 1,
      onProgress: progress ? (done, total) => progress.update(what, done, total) : undefined,
      onWarning: (warning) => this.warn(warning),
      onSection: this.#stopwatch ? (section) => this.phase(section) : undefined,
    };
  }

  /** Says it once, whatever number of passes find it. */
  warn(warning: string): void {
    if (this.#quiet || this.#told.has(warning)) return;
    this.#told.add(warning);
    this.#progress?.clear();
    process.stderr.write(`heapstat: warning: ${visibleText(warning)}\n`);
  }

  /** Says what is going on, a line of its own. */
  say(text: string): void {
    if (this.#quiet) return;
    this.#progress?.clear();
    process.stderr.write(`heapstat: ${visibleText(text)}\n`);
  }

  /** The line on a terminal that is drawn over and over. */
  tell(text: string): void {
    this.#progress?.tell(text);
  }

  /** Says what went wrong with one of several inputs; the others go on. */
  error(message: string): void {
    this.finish();
    process.stderr.write(`heapstat: ${visibleText(message)}\n`);
  }

  /** The reading is over: clears the progress line. */
  finish(): void {
    this.phase('result');
    this.#progress?.clear();
  }
}
