import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { BIN, plainEnvironment } from './heapstat-process.js';

/** False, or why there is no pseudo-terminal to be had: for a test's `skip`. */
export const NO_TERMINAL: string | false =
  spawnSync('script', ['-qec', 'stty cols 80', '/dev/null'], { encoding: 'utf8' }).status === 0
    ? false
    : 'there is no util-linux script(1) and stty here to make a terminal with';

export interface TerminalRun {
  /** What has come so far, standard output and error together, as the terminal gets it. */
  output(): string;
  /** The exit code, when it has ended. */
  readonly ended: Promise<number | null>;
  readonly process: ChildProcess;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Shell text behind the command, such as a redirection. */
  readonly after?: string;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Starts the command line on a pseudo-terminal of its own. */
export function startOnTerminal(args: readonly string[], options: TerminalOptions = {}): TerminalRun {
  const { columns = 80, env = {}, after = '' } = options;
  const words = [process.execPath, BIN, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qec', `stty cols ${columns} rows 40; ${words} ${after}`, '/dev/null'], {
    env: plainEnvironment({ TERM: 'xterm-256color', SHELL: '/bin/sh', ...env }),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    output: () => Buffer.concat(chunks).toString().replaceAll('\r\n', '\n'),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    }),
    process: child,
  };
}

export async function runOnTerminal(
  args: readonly string[],
  options: TerminalOptions = {},
): Promise<{ code: number | null; output: string }> {
  const run = startOnTerminal(args, options);
  const code = await run.ended;
  return { code, output: run.output() };
}
