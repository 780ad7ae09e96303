import { writeSync } from 'node:fs';
import { HeapstatError } from '../errors.js';
import { visibleText } from '../report/untrusted-text.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { readVersion } from './version.js';
import { writeReason } from './write-reason.js';

/** argv to exit code. The only place that prints errors. */
async function main(argv: readonly string[]): Promise<number> {
  // Before the rest is loaded: a version has to come at once. Node's streams alone take 5 ms to set up.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) return printVersion();
  watchStreams();
  if (argv[0] === 'summary') (await import('./early-thread.js')).startThreadEarly(argv.slice(1));
  const { runProgram } = await import('./program.js');
  try {
    return await runProgram(argv);
  } catch (error) {
    if (!(error instanceof HeapstatError)) throw error;
    // What a file holds (a field's name, a section's) and its name may be in the message.
    process.stderr.write(`heapstat: ${visibleText(error.message)}\n`);
    return exitCodeOf(error);
  }
}

function printVersion(): number {
  try {
    writeSync(1, `${readVersion()}\n`);
    return EXIT.fine;
  } catch (error) {
    return onOutputError(error as NodeJS.ErrnoException);
  }
}

/** A reader that has seen enough (`heapstat ... | head`) is no failure, and changes no exit code: a gate may have failed. */
function watchStreams(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (onOutputError(error) !== EXIT.fine) process.exit(EXIT.unreadable);
    });
}

function onOutputError(error: NodeJS.ErrnoException): number {
  if (error.code === 'EPIPE') return EXIT.fine;
  process.stderr.write(`heapstat: cannot write the output: ${writeReason(error)}\n`);
  return EXIT.unreadable;
}

void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // Anything but a HeapstatError is a defect of ours, which the stack helps to find. No gate may take it for its own.
    const stack = (error instanceof Error ? error.stack : undefined) ?? String(error);
    const text = stack.split('\n').map(visibleText).join('\n');
    process.stderr.write(`heapstat: internal error, please report it: ${text}\n`);
    process.exitCode = EXIT.internal;
  },
);
