import { HeapstatError } from '../errors.js';
import { visibleText } from '../report/untrusted-text.js';
import { EXIT, exitCodeOf } from './exit-codes.js';
import { readVersion } from './version.js';
import { writeReason } from './write-reason.js';

/** argv to exit code. The only place that prints errors. */
async function main(argv: readonly string[]): Promise<number> {
  // Before the rest is loaded: a version has to come at once.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${readVersion()}\n`);
    return EXIT.fine;
  }
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

// A reader that has seen enough (`heapstat ... | head`) is no failure, and changes no exit code: a gate may have failed.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`heapstat: cannot write the output: ${writeReason(error)}\n`);
    process.exit(EXIT.unreadable);
  });
}

void main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    // Anything but a HeapstatError is a defect of ours, which the stack helps to find. No gate may take it for its own.
    process.stderr.write(
      `heapstat: internal error, please report it: ${error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exitCode = EXIT.internal;
  },
);
