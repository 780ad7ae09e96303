import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EarlyEnd, RunStep } from '../analysis/run-result.js';
import { HeapstatError } from '../errors.js';
import { formatBytes } from '../util/bytes.js';
import { formatDuration } from '../util/duration.js';
import { describeEnding } from './ending-text.js';
import { openIsolate } from './isolate.js';
import type { Program } from './program.js';
import { checkMemory, prepareSnapshot, snapshotToFile } from './take-snapshot.js';

export interface LoadPlan {
  /** Shell commands. */
  readonly warm: string;
  readonly load: string;
  readonly repeat: number;
  /** Milliseconds without work; null: as long as the warm-up took, within bounds. */
  readonly idle: number | null;
  /** Where the snapshots go. */
  readonly folder: string;
  /** Even where memory does not suffice. */
  readonly force: boolean;
}

export interface LoadSurroundings {
  readonly signal: AbortSignal;
  /** Starts a shell command. */
  readonly shell: (command: string) => Program;
  /** Told what is done, a sentence each. */
  readonly onStep: (text: string) => void;
}

const LEAST_IDLE_MS = 1000;
const MOST_IDLE_MS = 10_000;
/** What the load leaves behind in passing: sockets that are being closed, timers that are about to fire. */
const SETTLE_MS = 500;
/** Of a line that tells why a command failed, in characters. */
const MOST_WORDS = 300;
/** How much later than its connections a process is seen to have ended. */
const END_MS = 2000;

/**
 * Warms a program up, leaves it alone for a while, and puts it under load again and again; a snapshot after each, with garbage
 * collected. Where it ends before that is over, this is told, and the snapshots until then are there.
 * @throws HeapstatError UNREADABLE when a command fails, UNWRITABLE
 */
export async function captureUnderLoad(
  program: Program,
  plan: LoadPlan,
  surroundings: LoadSurroundings,
): Promise<{ steps: RunStep[]; earlyEnd: EarlyEnd | null }> {
  const { signal, onStep } = surroundings;
  const steps: RunStep[] = [];
  let heapSizeLimit = 0;
  // One connection to the end: V8 numbers its objects anew when the inspector was gone.
  const isolate = await openIsolate({ kind: 'program', program });
  if (isolate.remark !== null) onStep(isolate.remark);
  const onAbort = (): void => void isolate.close(signal.reason);
  signal.addEventListener('abort', onAbort);
  const snapshot = async (step: RunStep['step'], name: string, lasted: number): Promise<void> => {
    await pause(SETTLE_MS, undefined, { signal });
    onStep(`snapshot after ${name}`);
    const file = join(plan.folder, `${steps.length + 1}-${name.replaceAll(' ', '-')}.heapsnapshot`);
    const prepared = await prepareSnapshot(isolate.session, { gc: true });
    heapSizeLimit = prepared.facts?.heapSizeLimit ?? 0;
    checkMemory(prepared, plan.force);
    steps.push({ step, lasted, ...(await snapshotToFile(isolate.session, file, prepared)) });
  };
  const idle = async (lasted: number): Promise<number> => {
    const ms = plan.idle ?? Math.min(MOST_IDLE_MS, Math.max(LEAST_IDLE_MS, lasted));
    onStep(`idle for ${formatDuration(ms)}`);
    await pause(ms, undefined, { signal });
    return ms;
  };
  try {
    const warmed = await runShell(plan.warm, 'warm-up', program, surroundings);
    await snapshot('warm', 'warm-up', warmed);
    await snapshot('idle', 'idle', await idle(warmed));
    for (let round = 1; round <= plan.repeat; round++)
      await snapshot('load', `load ${round}`, await runShell(plan.load, `load ${round}`, program, surroundings));
    if (program.ending === null) return { steps, earlyEnd: null };
  } catch (error) {
    // Whatever failed, did so because the program is no more, if it is.
    if (signal.aborted) throw error;
    const ended = await Promise.race([program.ended, pause(END_MS, null, { ref: false })]);
    if (ended === null) throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    await isolate.close();
  }
  const ending = await program.ended;
  const limit = heapSizeLimit > 0 ? formatBytes(heapSizeLimit) : null;
  return { steps, earlyEnd: describeEnding(ending, program.lines, limit) };
}

/** Milliseconds that it took. @throws HeapstatError UNREADABLE when it fails, or the program ends meanwhile */
async function runShell(
  command: string,
  name: string,
  program: Program,
  { signal, shell, onStep }: LoadSurroundings,
): Promise<number> {
  // Who ended it before hears nothing of that any more.
  signal.throwIfAborted();
  onStep(`${name}: ${command}`);
  const start = performance.now();
  const run = shell(command);
  const onAbort = (): void => run.kill();
  signal.addEventListener('abort', onAbort);
  try {
    const ending = await Promise.race([run.ended, program.ended.then(() => null)]);
    signal.throwIfAborted();
    if (ending === null) throw new HeapstatError('UNREADABLE', `the program ended during ${name}`);
    if (ending.code !== 0) {
      const last = run.lines.filter((line) => line !== '').at(-1);
      const words =
        last === undefined
          ? 'it wrote nothing'
          : `its last line: ${last.length > MOST_WORDS ? `${last.slice(0, MOST_WORDS)}…` : last}`;
      throw new HeapstatError(
        'UNREADABLE',
        `${name} failed, so there is nothing to judge: "${command}" ${describeEnding(ending, [], null).text}; ${words}`,
      );
    }
    return Math.round(performance.now() - start);
  } finally {
    signal.removeEventListener('abort', onAbort);
    await run.stop();
  }
}
