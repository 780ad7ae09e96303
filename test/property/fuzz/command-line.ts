import { spawn } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import type { SummaryResult } from '../../../dist/analysis/summary.js';
import { BIN, plainEnvironment } from '../../helpers/heapstat-process.js';
import { plainSummary } from '../../helpers/results.js';
import { differenceOf, shorten, type Understood } from './expectation.js';
import { UNSAFE } from './graphs.js';
import { Find, type Told } from './readers.js';
import type { Trial } from './trial.js';

/** What a process may take, on a busy machine; it takes a tenth of a second. */
const MOST_MS = 60_000;
/** MiB of heap; WebAssembly's memory is beside it. */
const MOST_HEAP = 256;

interface Run {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** File names stand for: D the damaged file, O the original. */
const COMMANDS: readonly (readonly string[])[] = [
  ['summary', 'D', '--format', 'json'],
  ['summary', '-', '--format', 'json'],
  ['summary', 'D', '--retained', '--format', 'csv'],
  ['summary', 'D', '--by', 'shape'],
  ['diff', 'O', 'D', '--format', 'markdown'],
  ['diff', 'D', 'O', '--retained', '--by', 'location'],
  ['diff', 'O', '-'],
  ['stats', 'D'],
  ['stats', '-', '--format', 'markdown'],
  ['dominators', 'D', '--min-size', '0'],
  ['inspect', 'D', '@1'],
  ['inspect', 'D', '/./', '--format', 'tsv'],
  ['why', 'D', '@5', '--cut', '--raw'],
  ['why', 'D', '/a/', '--format', 'json'],
  ['leaks', 'O', 'D', 'D'],
  ['leaks', 'D'],
  ['trend', 'O', 'D', 'D', '--format', 'tsv'],
  ['check', 'O', 'D', '--max-growth', '1', '--max-suspects', '0', '--max-detached', '0', '--format', 'junit'],
  ['check', 'D', '--max-retained-size', '10', '--format', 'sarif'],
  ['check', 'D', '--max-count', '3', '--format', 'github'],
];

/** Runs one of the commands on the damaged file. */
export async function tryCommandLine(
  trial: Trial,
  files: { readonly damaged: string; readonly original: string },
  understood: Understood | null,
  told: Told,
): Promise<void> {
  const command = COMMANDS[trial.random(COMMANDS.length)]!;
  const args = command.map((word) => ({ D: files.damaged, O: files.original })[word] ?? word);
  const way = `heapstat ${command.join(' ')}`;
  const run = await runBounded(args, trial.damaged);
  const { code, signal, stdout, stderr } = run;
  const fail = (what: string): never => {
    throw new Find(
      `${way}: ${what} (exit code ${code ?? signal}, standard error ${JSON.stringify(shorten(stderr, 1500))})`,
    );
  };
  if (signal === 'SIGKILL') fail(`does not end in ${MOST_MS} ms`);
  if (code === null || ![0, 1, 2, 3].includes(code)) fail('crashes');
  if (/^\s+at /m.test(stderr)) fail('prints a stack');
  const unsafe = UNSAFE.exec(stdout) ?? UNSAFE.exec(stderr);
  if (unsafe) fail(`prints ${JSON.stringify(unsafe[0])}`);
  if (code === 3 && (stdout !== '' || !/^(heapstat: warning: .*\n)*heapstat: .+\n$/.test(stderr)))
    fail('does not say in one line why it cannot read its input');
  if (code === 3 && understood?.complaint === null) fail('refuses what is sound');
  if (code !== 3 && code !== 2 && command[0] === 'summary' && args.includes('json') && understood !== null)
    checkJson(way, stdout, understood);
  told.outcome('command line', code === 3 ? 'refused' : 'read');
}

function checkJson(way: string, stdout: string, understood: Understood): void {
  const result = JSON.parse(stdout) as SummaryResult;
  const wrong = differenceOf(plainSummary(result), understood);
  if (wrong !== null) throw new Find(`${way}: ${wrong}`);
  if (!isDeepStrictEqual(result.matched, { ...result.total, constructors: result.rows.length }))
    throw new Find(`${way}: the total is not what is matched`);
}

function runBounded(args: readonly string[], input: Buffer): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [`--max-old-space-size=${MOST_HEAP}`, BIN, ...args], {
      env: plainEnvironment(),
      timeout: MOST_MS,
      killSignal: 'SIGKILL',
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() }),
    );
    // What is refused early is not read to its end.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
