import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeaksIn, type LeaksResult } from '../analysis/leaks.js';
import { failedByEnd, type RunResult } from '../analysis/run-result.js';
import { captureUnderLoad } from '../capture/load-series.js';
import { commandText } from '../capture/program.js';
import { parseReady, type Ready } from '../capture/ready.js';
import { HeapstatError, usageError } from '../errors.js';
import { renderRun } from '../report/render-run.js';
import { type CheckOptions, toRequest } from './check-options.js';
import { Reporter } from './input.js';
import { interruptible } from './interruptible.js';
import { isColorWelcome } from './output.js';
import { type CheckRequest, runCheck } from './run-check.js';
import { placeSources } from './place-sources.js';
import { workingFolder } from './source-maps.js';
import { startProgram, withProgram } from './with-program.js';
import { writeForms } from './write-forms.js';

export interface RunOptions extends CheckOptions {
  readonly load: string;
  readonly warm?: string;
  readonly repeat: number;
  readonly ready?: string;
  readonly readyTimeout: number;
  readonly idle?: number;
  readonly output?: string;
  readonly force?: true;
}

const DEFAULT_READY_MS = 1000;

/** Starts the program, tests it, and reports. @returns whether all is fine @throws HeapstatError */
export async function runUnderLoad(command: readonly string[], options: RunOptions): Promise<boolean> {
  const ready: Ready = options.ready === undefined ? { kind: 'time', ms: DEFAULT_READY_MS } : parseReady(options.ready);
  const request = withLeakBudget(toRequest([], options));
  const reporter = new Reporter(options);
  const folder = makeFolder(options.output);
  let isKept = options.output !== undefined;
  const cleanUp = (): void => {
    if (!isKept) fs.rmSync(folder, { recursive: true, force: true });
  };
  // A second Ctrl-C ends all at once.
  process.once('exit', cleanUp);
  try {
    return await interruptible(async (signal) => {
      const tested = await test(command, ready, folder, options, reporter, signal);
      const result = await judge(command, tested, request, folder, reporter);
      signal.throwIfAborted();
      const { check } = result;
      const isFine = check.outcome === 'passed' || (check.outcome === 'inconclusive' && check.allowInconclusive);
      isKept ||= !isFine && tested.steps.length > 0;
      await report({ ...result, kept: isKept ? folder : null }, options);
      return isFine;
    });
  } finally {
    cleanUp();
    process.off('exit', cleanUp);
  }
}

async function report(result: RunResult, options: RunOptions): Promise<void> {
  await writeForms(options, result.check, async (format, rendering, toFile) => {
    const color = !toFile && isColorWelcome();
    return renderRun(result, format, { exactBytes: false, color, width: rendering.width }, rendering);
  });
}

type Tested = Awaited<ReturnType<typeof captureUnderLoad>>;

async function test(
  command: readonly string[],
  ready: Ready,
  folder: string,
  options: RunOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Tested> {
  const quiet = options.quiet ?? false;
  const { load, warm = load, repeat, idle = null, force = false } = options;
  reporter.say(`starting ${commandText(command)}`);
  const start = { ready, readyTimeout: options.readyTimeout, quiet };
  return withProgram(command, start, signal, (program) =>
    captureUnderLoad(
      program,
      { warm, load, repeat, idle, folder, force },
      {
        signal,
        // What a client gets is no news; why it failed is told.
        shell: (text) => startProgram(['sh', '-c', text], { inspect: false, quiet: true }),
        onStep: (text) => reporter.say(text),
      },
    ),
  );
}

/** What the snapshots tell: of those after nothing was done and after each load; the ones around the idle time show the noise. */
async function judge(
  command: readonly string[],
  { steps, earlyEnd }: Tested,
  request: CheckRequest,
  folder: string,
  reporter: Reporter,
): Promise<RunResult> {
  const files = steps.filter(({ step }) => step !== 'warm').map(({ file }) => file);
  const leaks = files.length < 2 ? null : await leaksIn(files, request, reporter);
  const control = [steps[0]?.file ?? '', files[0] ?? ''] as const;
  const check = leaks === null ? null : await runCheck({ ...request, files, control }, { format: 'table' }, leaks);
  const end = earlyEnd ?? { cause: 'other', text: 'left too few snapshots to compare' };
  return {
    type: 'run',
    version: 1,
    command,
    steps,
    earlyEnd,
    leaks,
    check: check !== null && earlyEnd === null ? check : failedByEnd(check, commandText(command), end),
    kept: folder,
  };
}

async function leaksIn(files: readonly string[], request: CheckRequest, reporter: Reporter): Promise<LeaksResult> {
  const leaks = await findLeaksIn(files, {
    ...reporter.readOptions(files),
    operations: request.operations ?? undefined,
    base: workingFolder(),
    ...placeSources(),
  }).finally(() => reporter.finish());
  leaks.warnings.forEach((warning) => reporter.warn(warning));
  return leaks;
}

/** Nothing may leak, unless the user says how much may. */
function withLeakBudget(request: CheckRequest): CheckRequest {
  if (request.budgets.some(({ maxSuspects }) => maxSuspects !== undefined)) return request;
  return { ...request, budgets: [...request.budgets, { filter: [], maxSuspects: 0 }] };
}

function makeFolder(output: string | undefined): string {
  if (output === undefined) return fs.mkdtempSync(join(tmpdir(), 'heapstat-run-'));
  try {
    fs.mkdirSync(output, { recursive: true });
  } catch (error) {
    throw new HeapstatError('UNWRITABLE', `cannot make the folder ${output}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (fs.readdirSync(output).some((name) => name.endsWith('.heapsnapshot')))
    throw usageError(`there are snapshots in ${output} already: name another folder, or clear it`);
  return output;
}
