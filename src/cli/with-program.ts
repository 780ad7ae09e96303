import { describeEnding } from '../capture/ending-text.js';
import { commandText, Program } from '../capture/program.js';
import { checkNobodyAnswers, type Ready, waitUntilReady } from '../capture/ready.js';
import { HeapstatError } from '../errors.js';
import { visibleText } from '../report/untrusted-text.js';

/** A program may think that it writes to a terminal. */
const COLOURS = /\u001b\[[\d;]*m/g;

export interface StartOptions {
  readonly ready: Ready;
  /** Milliseconds. */
  readonly readyTimeout: number;
  readonly quiet: boolean;
}

/**
 * Starts a program with its inspector open, waits until it is ready, does something with it, and ends it and all that it has
 * started, whatever happens. What it writes goes to standard error.
 * @throws HeapstatError UNREADABLE when it ends before it is ready, or while it is worked with; and what the work throws
 */
export async function withProgram<T>(
  command: readonly string[],
  { ready, readyTimeout, quiet }: StartOptions,
  signal: AbortSignal,
  work: (program: Program) => Promise<T>,
): Promise<T> {
  await checkNobodyAnswers(ready);
  const program = startProgram(command, { inspect: true, quiet });
  const atLast = (): void => program.kill();
  process.once('exit', atLast);
  try {
    await waitUntilReady(program, ready, readyTimeout, signal);
    if (program.ending !== null) throw new HeapstatError('UNREADABLE', 'it was never ready');
    return await work(program);
  } catch (error) {
    if (signal.aborted || program.ending === null) throw error;
    // Whatever failed, did so because the program is no more.
    const { text } = describeEnding(await program.ended, program.lines, null);
    throw new HeapstatError('UNREADABLE', `${commandText(command)} ended too early: it ${text}`, { cause: error });
  } finally {
    await program.stop();
    process.off('exit', atLast);
  }
}

/** Its output goes to standard error: standard output is the result's. */
export function startProgram(
  command: readonly string[],
  { inspect, quiet }: { readonly inspect: boolean; readonly quiet: boolean },
): Program {
  return new Program(command, {
    env: process.env,
    inspect,
    send: (pid, name) => process.kill(pid, name),
    onOutput: (line) => {
      if (!quiet) process.stderr.write(`| ${visibleText(line.replace(COLOURS, ''))}\n`);
    },
  });
}
