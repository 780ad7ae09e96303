import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { HeapstatError } from '../errors.js';
import type { SummaryResult } from '../analysis/summary.js';
import type { RenderOptions } from '../report/document.js';
import { isForPeople, type Result, render, renderSummaries } from '../report/render.js';
import type { OutputOptions } from './options.js';
import { writeReason } from './write-reason.js';

/** Renders a result as the options ask, and writes it where they say. @throws HeapstatError UNWRITABLE */
export async function writeResult(result: Result, options: OutputOptions, lastLine = ''): Promise<void> {
  await writeText((await render(result, options.format, renderOptions(options))) + lastLine, options);
}

/** Several results, one behind the other. @throws HeapstatError UNWRITABLE */
export async function writeResults(results: readonly Result[], options: OutputOptions): Promise<void> {
  const texts = await Promise.all(results.map((result) => render(result, options.format, renderOptions(options))));
  await writeText(texts.join(isForPeople(options.format) ? '\n' : ''), options);
}

/** The same for the summaries of several files. @throws HeapstatError UNWRITABLE */
export async function writeSummaries(results: readonly SummaryResult[], options: OutputOptions): Promise<void> {
  await writeText(await renderSummaries(results, options.format, renderOptions(options)), options);
}

function renderOptions(options: OutputOptions): RenderOptions {
  const toTerminal = options.output === undefined && process.stdout.isTTY;
  return {
    exactBytes: options.bytes ?? false,
    color: options.color ?? (options.output === undefined && isColorWelcome()),
    width: toTerminal ? process.stdout.columns || 80 : undefined,
  };
}

async function writeText(text: string, options: OutputOptions): Promise<void> {
  if (options.output === undefined) await writeStandardOutput(text);
  else writeWholeFile(options.output, text);
}

/** FORCE_COLOR (also for pipes), then NO_COLOR, then what the terminal can do. As in Node, the first outweighs the second. */
export function isColorWelcome(): boolean {
  const { FORCE_COLOR: force, NO_COLOR: no } = process.env;
  if (force !== undefined) return force !== '0' && force !== 'false';
  return !no && process.stdout.isTTY && process.stdout.hasColors();
}

export function writeStandardOutput(text: string): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write(text, () => resolve());
  });
}

/** @throws HeapstatError UNWRITABLE */
export function appendToFile(path: string, text: string): void {
  try {
    fs.appendFileSync(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** @param path the file that the user asked for; the system's message may name another one. */
function unwritable(path: string, error: unknown): HeapstatError {
  return new HeapstatError('UNWRITABLE', `cannot write ${path}: ${writeReason(error)}`, { cause: error });
}

/** Under another name first, so that an interrupted run leaves the old file or the new one, never half of it. */
export function writeWholeFile(path: string, text: string): void {
  let temporary: string | null = null;
  try {
    const existing = fs.statSync(path, { throwIfNoEntry: false });
    if (existing && !existing.isFile()) {
      fs.writeFileSync(path, text); // a FIFO or a device is not to be replaced
      return;
    }
    // A link (/dev/stdout is one) is followed, not replaced.
    const target = existing ? fs.realpathSync(path) : path;
    temporary = join(dirname(target), `.heapstat-${process.pid}-${Date.now()}.tmp`);
    fs.writeFileSync(temporary, text, { flag: 'wx', mode: existing ? existing.mode : 0o666 });
    fs.renameSync(temporary, target);
  } catch (error) {
    if (temporary) fs.rmSync(temporary, { force: true });
    throw unwritable(path, error);
  }
}
