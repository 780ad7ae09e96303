import { Command, CommanderError } from 'commander';
import { visibleText } from '../report/untrusted-text.js';
import { EXIT } from './exit-codes.js';
import { readVersion } from './version.js';

const FOOTER = `
Exit codes: 0 fine, 1 a gate failed, 2 wrong use, 3 unreadable input, 70 a defect of heapstat.

Take a snapshot of a Node program:
  heapstat capture --pid PID
  node --heapsnapshot-signal=SIGUSR2 server.js   then: kill -USR2 PID
  node --heapsnapshot-near-heap-limit=2 server.js
  require('node:v8').writeHeapSnapshot()`;

type Register = (program: Command, setExitCode: (code: number) => void) => void;

/** By name; loaded only when called for, or when help has to list them: each pulls in the analysis that it runs. */
const COMMANDS: ReadonlyMap<string, () => Promise<Register>> = new Map([
  ['summary', async () => (await import('./commands/summary.js')).registerSummary],
  ['capture', async () => (await import('./commands/capture.js')).registerCapture],
  ['run', async () => (await import('./commands/run.js')).registerRun],
  ['diff', async () => (await import('./commands/diff.js')).registerDiff],
  ['trend', async () => (await import('./commands/trend.js')).registerTrend],
  ['check', async () => (await import('./commands/check.js')).registerCheck],
  ['stats', async () => (await import('./commands/stats.js')).registerStats],
  ['dominators', async () => (await import('./commands/dominators.js')).registerDominators],
  ['why', async () => (await import('./commands/why.js')).registerWhy],
  ['leaks', async () => (await import('./commands/leaks.js')).registerLeaks],
  ['doctor', async () => (await import('./commands/doctor.js')).registerDoctor],
  ['inspect', async () => (await import('./commands/inspect.js')).registerInspect],
  ['report', async () => (await import('./commands/report.js')).registerReport],
  ['view', async () => (await import('./commands/view.js')).registerView],
]);

/** Runs one command line; its exit code. @throws HeapstatError */
export async function runProgram(argv: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.fine;
  const setExitCode = (code: number): void => {
    exitCode = code;
  };
  const program = new Command('heapstat')
    .description('Reads V8 heap snapshots: what is on the heap, what grew, and what keeps it alive.')
    .version(readVersion())
    .helpCommand('help [command]', 'show what a command does, with examples')
    .addHelpText('after', FOOTER)
    .showHelpAfterError('(see heapstat --help)')
    .configureOutput({ outputError: (text, write) => write(visibleLines(text.replace(/^error: /, 'heapstat: '))) })
    .exitOverride();
  const named = COMMANDS.get(argv[0] ?? '');
  for (const load of named ? [named] : COMMANDS.values()) (await load())(program, setExitCode);
  for (const command of program.commands) command.copyInheritedSettings(program);
  try {
    await program.parseAsync(withoutVainHelp(argv), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  }
  return exitCode;
}

/** `help nonsense` as `nonsense`, of which commander says what is wrong; asked for help on it, it says nothing. */
function withoutVainHelp(argv: readonly string[]): readonly string[] {
  const [first, name] = argv;
  return first === 'help' && name !== undefined && !COMMANDS.has(name) ? argv.slice(1) : argv;
}

/** Arguments may be names of files, which may hold anything. The lines stay. */
function visibleLines(text: string): string {
  return text.split('\n').map(visibleText).join('\n');
}
