import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HeapstatError } from '../errors.js';
import type { SendSignal } from './open-by-signal.js';

/** What of the surrounding process is needed to start others. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly send: SendSignal;
  /** What the program writes, line by line; both streams. */
  readonly onOutput: (line: string) => void;
  /** Whether to have it open its inspector. */
  readonly inspect: boolean;
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const STOP_MS = 5000;
const POLL_MS = 50;
/** Lines of output that are kept to tell why it ended. */
const KEPT_LINES = 60;
const ANNOUNCEMENT = /^Debugger listening on (ws:\/\/\S+)$/;
/** What Node says of the inspector on standard error, which is nobody's business here. */
const INSPECTOR_TALK =
  /^(Debugger (listening on|attached|ending on)|For help, see: https:\/\/nodejs\.org\/|Waiting for the debugger to disconnect)/;

/** A program that was started, in a process group of its own, with what it starts. */
export class Program {
  readonly command: readonly string[];
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  readonly #send: SendSignal;
  readonly #lines: string[] = [];
  readonly #watchers = new Set<(line: string) => void>();
  readonly #inspectors: string[] = [];
  #ending: Ending | null = null;

  /** @throws nothing: where it cannot be started, `ended` rejects with a HeapstatError UNREADABLE */
  constructor(command: readonly string[], surroundings: Surroundings) {
    this.command = command;
    this.#send = surroundings.send;
    const actual = surroundings.inspect ? withInspector(command, surroundings.env) : { command, env: surroundings.env };
    const [file, ...args] = actual.command;
    this.#child = spawn(file!, args, {
      env: actual.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      if (stream) eachLine(stream, (line) => this.#take(line, surroundings.onOutput));
    this.ended = new Promise((resolve, reject) => {
      this.#child.on('error', (error: NodeJS.ErrnoException) => {
        this.#ending ??= { code: null, signal: null };
        const reason = error.code === 'ENOENT' ? 'there is no such command' : error.message;
        reject(new HeapstatError('UNREADABLE', `cannot start ${commandText(command)}: ${reason}`, { cause: error }));
      });
      this.#child.on('exit', (code, signal) => {
        this.#ending = { code, signal };
        // What it wrote last may still be on its way.
        setTimeout(() => resolve({ code, signal }), POLL_MS);
      });
    });
    // Whoever waits for it is told; nobody may be.
    this.ended.catch(() => {});
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  /** The last lines that it wrote. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Inspectors that it and what it starts have opened, in their order. */
  get inspectors(): readonly string[] {
    return this.#inspectors;
  }

  /** Told each line from now on. Returns what ends it. */
  watch(watcher: (line: string) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /**
   * Asks it to end, then makes it, with all that it has started; resolves when none is left, or does not end even so. What it
   * writes is not listened to any more.
   */
  async stop(): Promise<void> {
    if (this.#child.pid === undefined) return;
    await this.#endGroup();
    // A daemon that has left the group may hold them open, for as long as it lives.
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  async #endGroup(): Promise<void> {
    for (const next of ['SIGTERM', 'SIGKILL'] as const) {
      if (!this.#signalGroup(next)) return;
      for (const deadline = performance.now() + STOP_MS; performance.now() < deadline;) {
        await pause(POLL_MS);
        if (!this.#signalGroup(0)) return;
      }
    }
  }

  /** At once, where there is no time to wait. */
  kill(): void {
    if (this.#child.pid !== undefined) this.#signalGroup('SIGKILL');
  }

  /** Whether there was anybody to send it to. */
  #signalGroup(signal: NodeJS.Signals | 0): boolean {
    try {
      this.#send(-this.pid, signal);
      return true;
    } catch {
      return false;
    }
  }

  #take(line: string, onOutput: (line: string) => void): void {
    const inspector = ANNOUNCEMENT.exec(line)?.[1];
    if (inspector !== undefined) this.#inspectors.push(inspector);
    if (INSPECTOR_TALK.test(line)) {
      for (const watcher of this.#watchers) watcher('');
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
    onOutput(line);
    for (const watcher of this.#watchers) watcher(line);
  }
}

/**
 * A command that has Node open its inspector, at any free port of this machine alone: by an argument where the command is
 * node itself; else (npm, a shell script) by the environment, which every Node process below it heeds.
 */
function withInspector(
  command: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): { command: readonly string[]; env: Readonly<Record<string, string | undefined>> } {
  const flag = '--inspect=127.0.0.1:0';
  const [file = '', ...args] = command;
  if (/^node(js)?(\.exe)?$/i.test(basename(file))) return { command: [file, flag, ...args], env };
  return { command, env: { ...env, NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} ${flag}`.trim() } };
}

export function commandText(command: readonly string[]): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}

/** Lines of a stream, however its chunks are cut; endless ones in pieces. */
function eachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  const most = 1 << 16;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    for (const line of lines) take(line.replace(/\r$/, ''));
    if (rest.length > most) {
      take(rest);
      rest = '';
    }
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}
