import { setTimeout as pause } from 'node:timers/promises';
import type { CapturedSnapshot } from '../analysis/capture-result.js';
import { selectFromSummary, SUMMARY_SORT_KEYS, summarize } from '../analysis/summary.js';
import { takeHeapSnapshot } from '../capture/heap-snapshot.js';
import { type IsolateSource, listIsolates, openIsolate, type OpenIsolate } from '../capture/isolate.js';
import { checkMemory, prepareSnapshot, type PreparedSnapshot, snapshotToFile } from '../capture/take-snapshot.js';
import { parseReady, type Ready } from '../capture/ready.js';
import { checkFileName } from '../capture/snapshot-file.js';
import { parseAddress } from '../capture/targets.js';
import { usageError } from '../errors.js';
import { visibleText } from '../report/untrusted-text.js';
import { streamSource } from '../snapshot/source.js';
import { formatBytes } from '../util/bytes.js';
import { formatDuration } from '../util/duration.js';
import { Reporter } from './input.js';
import { interruptible } from './interruptible.js';
import { type RowOptions, selectOptions } from './options.js';
import { writeResult, writeStandardOutput } from './output.js';
import { checkSeriesName, snapshotName } from './snapshot-names.js';
import { withProgram } from './with-program.js';

export interface CaptureOptions extends RowOptions {
  readonly inspect?: string;
  readonly pid?: number;
  readonly target?: string;
  readonly worker?: string;
  readonly list?: true;
  readonly summary?: true;
  readonly gc?: true;
  readonly count: number;
  readonly every: number;
  readonly ready?: string;
  readonly readyTimeout: number;
  readonly after?: number;
  readonly force?: true;
}

/** @param command a program to start; empty: one that runs already @throws HeapstatError */
export async function runCapture(command: readonly string[], options: CaptureOptions): Promise<void> {
  checkUse(command, options);
  const reporter = new Reporter(options);
  await interruptible(async (signal) => {
    if (command.length === 0) return work(runningSource(options), options, reporter, signal);
    const ready: Ready = options.ready === undefined ? { kind: 'time', ms: 0 } : parseReady(options.ready);
    const after = options.after ?? (options.ready === undefined ? 1000 : 0);
    await withProgram(
      command,
      { ready, readyTimeout: options.readyTimeout, quiet: options.quiet ?? false },
      signal,
      async (program) => {
        await pause(after, undefined, { signal });
        await work({ kind: 'program', program }, options, reporter, signal);
      },
    );
  }).finally(() => reporter.finish());
}

function checkUse(command: readonly string[], options: CaptureOptions): void {
  const { inspect, pid, output, count, summary } = options;
  if ([command.length > 0, inspect !== undefined, pid !== undefined].filter(Boolean).length > 1)
    throw usageError('choose one: --inspect, --pid, or a command to start');
  if (command.length === 0 && (options.ready !== undefined || options.after !== undefined))
    throw usageError('--ready and --after are for a program that is started: put it behind --');
  if (options.target !== undefined && (pid !== undefined || command.length > 0))
    throw usageError('--target chooses a page at --inspect; a process has --worker');
  if (summary) selectOptions(options, SUMMARY_SORT_KEYS);
  else {
    if (
      options.filter.length > 0 ||
      options.sort !== undefined ||
      options.limit !== undefined ||
      options.minSize !== undefined
    )
      throw usageError('--filter, --sort, --limit and --min-size are for --summary');
    checkSeriesName(output, count);
    checkFileName(snapshotName(output, { time: new Date(), pid: pid ?? 0, thread: '0', number: 1 }));
  }
}

function runningSource({ inspect, pid, target }: CaptureOptions): IsolateSource {
  if (pid !== undefined) return { kind: 'pid', pid, send: (to, signal) => process.kill(to, signal) };
  return { kind: 'address', address: parseAddress(inspect ?? ''), target };
}

async function work(
  source: IsolateSource,
  options: CaptureOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  if (options.list) return list(source);
  const isolate = await openIsolate(source, options.worker);
  if (isolate.remark !== null) reporter.warn(isolate.remark);
  const onAbort = (): void => void isolate.close(signal.reason);
  signal.addEventListener('abort', onAbort);
  const rows: CapturedSnapshot[] = [];
  try {
    for (let number = 1; number <= options.count; number++) {
      const start = performance.now();
      signal.throwIfAborted();
      await captureOne(isolate, number, options, reporter, rows);
      if (number < options.count)
        await pause(Math.max(0, options.every - (performance.now() - start)), undefined, { signal });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    const remark = await isolate.close(signal.aborted ? signal.reason : undefined);
    if (remark !== null) reporter.warn(remark);
    reporter.finish();
    // What is whole is there, even if a later one failed.
    // --output is the snapshot's: what is said of it goes to standard output.
    const { output: _output, ...said } = options;
    if (rows.length > 0) await writeResult({ type: 'capture', version: 1, of: isolate.name, rows }, said);
  }
}

async function captureOne(
  isolate: OpenIsolate,
  number: number,
  options: CaptureOptions,
  reporter: Reporter,
  rows: CapturedSnapshot[],
): Promise<void> {
  const prepared = await prepareSnapshot(isolate.session, { gc: options.gc ?? false });
  const { cost, facts } = prepared;
  reporter.say(`${isolate.name}: ${cost.text}`);
  checkMemory(prepared, options.force ?? false);
  const onBuild = (done: number, total: number): void =>
    reporter.tell(
      `${isolate.name} stands still: ${Math.min(100, Math.floor((100 * done) / Math.max(1, total)))}% of its objects seen`,
    );
  if (options.summary) {
    await summarizeOne(isolate, prepared, onBuild, options, reporter);
    return;
  }
  const thread = facts?.thread?.replace(/\D/g, '') ?? '0';
  const file = snapshotName(options.output, { time: new Date(), pid: facts?.pid ?? 0, thread, number });
  const onBytes = (bytes: number): void => reporter.tell(`${formatBytes(bytes)} of the snapshot written`);
  const captured = await snapshotToFile(isolate.session, file, prepared, { onBuild, onBytes });
  rows.push(captured);
  if (options.count > 1)
    reporter.say(`wrote ${file}: ${formatBytes(captured.bytes)} in ${formatDuration(captured.took)}`);
}

async function summarizeOne(
  isolate: OpenIsolate,
  { facts }: PreparedSnapshot,
  onBuild: (done: number, total: number) => void,
  options: CaptureOptions,
  reporter: Reporter,
): Promise<void> {
  const name = facts === null ? isolate.name : `${isolate.name}, pid ${facts.pid}`;
  const source = streamSource(() => takeHeapSnapshot(isolate.session, { onBuild }), name);
  const whole = await summarize(source, reporter.readOptions([name])).finally(() => reporter.finish());
  whole.warnings.forEach((warning) => reporter.warn(warning));
  await writeResult(selectFromSummary(whole, selectOptions(options, SUMMARY_SORT_KEYS)), options);
}

async function list(source: IsolateSource): Promise<void> {
  const { targets, workers } = await listIsolates(source);
  const lines = [
    ...targets.map(({ type, id, title, url }) => `${type}  ${id}  ${title}  ${url}`),
    ...workers.map(({ id, title, url }) => `worker  ${id}  ${title}  ${url}`),
  ];
  if (lines.length === 0) lines.push('the main thread alone: there are no worker threads');
  await writeStandardOutput(lines.map((line) => `${visibleText(line)}\n`).join(''));
}
