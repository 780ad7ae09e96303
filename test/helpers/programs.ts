import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { BIN, plainEnvironment, type Run } from './heapstat-process.js';

/** A program that holds three `InMemory` objects; told `grows`, three more for each snapshot, before which it is asked for its memory. */
export const KEEPER = `
class InMemory {}
const keep = [];
const grow = () => { for (let i = 0; i < 3; i++) keep.push(new InMemory()); };
grow();
const { memoryUsage } = process;
if (process.argv[2] === 'grows') process.memoryUsage = () => (grow(), memoryUsage());
setInterval(() => keep.length, 1000);
console.log('ready');
`;

/** A folder with files in it, gone after the test. */
export function folderWith(context: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-live-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A program that has not written what is waited for by then will not: what it wrote instead tells why. */
const START_MS = 60_000;

/** Starts a program and waits for a line of either output; killed after the test. The two come in any order. */
export async function startProgram(
  context: TestContext,
  args: readonly string[],
  wanted: RegExp,
): Promise<{ child: ChildProcess; found: RegExpExecArray }> {
  const child = spawn(process.execPath, args, { env: plainEnvironment(), stdio: ['pipe', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGKILL'));
  let text = '';
  const found = await new Promise<RegExpExecArray>((resolve, reject) => {
    const take = (chunk: Buffer): void => {
      text += chunk.toString();
      const match = wanted.exec(text);
      if (match) resolve(match);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => reject(new Error(`the program ended with ${code}: ${text}`)));
    child.on('error', reject);
    setTimeout(() => reject(new Error(`the program has not written ${wanted}, but: ${text}`)), START_MS).unref();
  });
  return { child, found };
}

/** Starts the command line; `until` tells from its standard error when to go on with something else. */
export function startHeapstat(
  args: readonly string[],
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): {
  child: ChildProcess;
  ended: Promise<Run>;
  /** Until now. */
  output: { readonly stdout: string; readonly stderr: string };
  until: (wanted: RegExp) => Promise<void>;
} {
  const child = spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: plainEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk.toString();
    for (const watcher of watchers) watcher();
  });
  const ended = new Promise<Run>((resolve) => {
    child.on('close', (code) => resolve({ code, ...out }));
  });
  const until = async (wanted: RegExp): Promise<void> => {
    const seen = new Promise<void>((resolve) => {
      const look = (): void => {
        if (wanted.test(out.stderr)) resolve();
      };
      watchers.add(look);
      look();
    });
    const early = ended.then(() => {
      throw new Error(`ended before it wrote ${wanted}: ${out.stderr}`);
    });
    await Promise.race([seen, early]);
  };
  return { child, ended, output: out, until };
}

/** Processes of this machine whose command line has `text`; Linux only, elsewhere none. */
export function processesWith(text: string): { readonly pid: number; readonly line: string }[] {
  return folderNames('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((name) => ({ pid: Number(name), line: readText(`/proc/${name}/cmdline`).replaceAll('\0', ' ') }))
    .filter(({ line }) => line.includes(text));
}

function folderNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** A process may have ended since it was listed. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
