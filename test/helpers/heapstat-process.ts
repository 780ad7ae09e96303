import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The file that package.json names as the command. */
export const BIN: string = fileURLToPath(new URL('../../bin/heapstat.js', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: Uint8Array;
  /** Beyond the environment of the test, from which what decides on colours is taken out. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The environment without what the machine that tests may have set. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const {
    CI: _ci,
    NO_COLOR: _no,
    FORCE_COLOR: _force,
    NODE_OPTIONS: _options,
    COLUMNS: _columns,
    ...rest
  } = process.env;
  return { ...rest, ...extra };
}

/** Runs the command line as a process of its own, standard output and error in pipes. */
export function heapstat(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return run(process.execPath, [BIN, ...args], options);
}

export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: plainEnvironment(options.env) });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) =>
      resolve({ code, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    // The child may refuse its input and close it: that is for the test to judge by what it says.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}

/** Does a job for each item, a few at a time. */
export async function forEachInParallel<Item>(
  items: readonly Item[],
  job: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await job(item);
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
}
