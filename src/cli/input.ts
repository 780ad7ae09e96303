import { visibleText } from '../report/untrusted-text.js';
import { availableParallelism } from 'node:os';
import type { OnFilesProgress } from '../analysis/summarize-files.js';
import type { LoadOptions } from '../snapshot/load-columns.js';
import { fileSource, type SnapshotSource, standardInput } from '../snapshot/source.js';
import { freeMemory } from './memory.js';
import { Progress } from './progress.js';
import { Stopwatch } from './stopwatch.js';

/** The snapshot that an argument names; `-` is standard input. @throws HeapstatError UNREADABLE */
export function openInput(file: string): SnapshotSource {
  return file === '-' ? standardInput() : fileSource(file);
}

interface ReporterOptions {
  readonly quiet?: boolean;
  readonly profile?: boolean;
  readonly salvage?: boolean;
}

/** Warnings and progress on standard error, unless they are not wanted. */
export class Reporter {
  readonly #quiet: boolean;
  readonly #salvage: boolean;
  readonly #progress: Progress | null;
  readonly #stopwatch: Stopwatch | null;
  readonly #told = new Set<string>();

  constructor({ quiet = false, profile = false, salvage = false }: ReporterOptions) {
    this.#quiet = quiet;
    this.#salvage = salvage;
    this.#progress = !quiet && process.stderr.isTTY ? new Progress(process.stderr) : null;
    this.#stopwatch = profile ? new Stopwatch() : null;
    const stopwatch = this.#stopwatch;
    if (stopwatch) process.once('exit', () => process.stderr.write(`${visibleText(stopwatch.report())}\n`));
  }

  /** A new phase of the work begins; for --profile. */
  phase(name: string): void {
    this.#stopwatch?.phase(name);
  }

  /** Options for reading these files: what is done with which of them is told while it is done. */
  readOptions(files: readonly string[]): LoadOptions {
    const progress = this.#progress;
    const stopwatch = this.#stopwatch;
    let which = '';
    return {
      threads: availableParallelism() > 1 ? 2 : 1,
      salvage: this.#salvage,
      freeMemory,
      onFile: (name) => {
        which = files.length > 1 ? `${name} (${files.indexOf(name) + 1} of ${files.length})` : name;
      },
      onProgress: progress ? (done, total) => progress.update(`reading ${which}`, done, total) : undefined,
      onPhase:
        progress || stopwatch
          ? (phase) => {
              this.phase(phase ?? 'result');
              if (phase === null) progress?.clear();
              else progress?.say(files.length > 1 ? phase : `${phase}, ${which}`);
            }
          : undefined,
      onWarning: (warning) => this.warn(warning),
      onSection: stopwatch ? (section) => this.phase(section) : undefined,
    };
  }

  /** How far the reading of several files at once has come; undefined where nobody looks. */
  onFilesProgress(files: readonly string[]): OnFilesProgress | undefined {
    const progress = this.#progress;
    if (progress === null) return undefined;
    return (bytes, finished) => progress.update(`reading ${files.length} files, ${finished} done`, bytes, 0);
  }

  /** Says it once, whatever number of passes find it. */
  warn(warning: string): void {
    if (this.#quiet || this.#told.has(warning)) return;
    this.#told.add(warning);
    this.#progress?.clear();
    process.stderr.write(`heapstat: warning: ${visibleText(warning)}\n`);
  }

  /** Says so where two of the files, however named, are one: nothing can have changed between them. */
  warnOfSame(files: readonly string[]): void {
    const known = new Map<string, string>();
    for (const file of files) {
      const identity = file === '-' ? undefined : fileSource(file).identity;
      if (identity === undefined) continue;
      const first = known.get(identity);
      if (first !== undefined)
        this.warn(
          `${first === file ? `${file} is given twice` : `${first} and ${file} are the same file`}: nothing can have changed between the two`,
        );
      known.set(identity, first ?? file);
    }
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
