import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { platform } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { HeapstatError, usageError } from '../errors.js';
import { InspectorConnection } from './connection.js';
import { listeningPorts } from './listening-ports.js';
import { evaluate } from './process-facts.js';
import { listTargets } from './targets.js';

/** process.kill(): throws with a code. A negative pid is a process group. */
export type SendSignal = (pid: number, signal: NodeJS.Signals | 0) => void;

/** A process's inspector, and whether it was opened for this. */
export interface OpenedInspector {
  readonly port: number;
  readonly socketUrl: string;
  readonly isOurs: boolean;
}

/** Where Node opens it unless told otherwise. */
const DEFAULT_PORT = 9229;
const OPEN_MS = 5000;
const POLL_MS = 50;
/** SIGUSR1's bit in the mask of /proc/PID/status. */
const SIGUSR1_BIT = 1n << 9n;
const NODE_NAMES = /^(node|nodejs|node\d*|iojs|electron|MainThread)([.-].*)?$/i;

/**
 * The inspector of a process of this machine: the one it has, or else opened by SIGUSR1, which Node takes as the request for it.
 * @throws HeapstatError USAGE where the process is none of Node's or would not survive the signal; UNREADABLE when none opens
 */
export async function openInspectorOf(pid: number, send: SendSignal): Promise<OpenedInspector> {
  checkExists(pid, send);
  const portsBefore = listeningPorts(pid);
  const before = await findInspector(pid, likelyPorts(pid, portsBefore));
  if (before) return { ...before, isOurs: false };
  checkIsNode(pid);
  send(pid, 'SIGUSR1');
  for (const deadline = performance.now() + OPEN_MS; performance.now() < deadline;) {
    await pause(POLL_MS);
    const found = await findInspector(pid, newPorts(listeningPorts(pid), portsBefore));
    if (found) return { ...found, isOurs: true };
  }
  throw new HeapstatError(
    'UNREADABLE',
    `process ${pid} has not opened its inspector within ${OPEN_MS / 1000} s of SIGUSR1: it is busy or stopped, takes the signal for itself, or its port (9229 unless --inspect-port says otherwise) is in use`,
  );
}

/**
 * Closes it again, from within. The connection has to be closed soon after: the process waits for that.
 * @throws HeapstatError UNREADABLE
 */
export async function scheduleInspectorClose(connection: InspectorConnection): Promise<void> {
  await evaluate(
    connection,
    `setTimeout(() => (process.getBuiltinModule ?? require)('inspector').close(), 50), undefined`,
  );
}

/** Whether nothing listens there any more, at last. */
export async function isClosed(port: number): Promise<boolean> {
  for (const deadline = performance.now() + OPEN_MS; performance.now() < deadline; await pause(POLL_MS)) {
    const targets = await listTargets({ host: '127.0.0.1', port }).catch(() => null);
    if (targets === null) return true;
  }
  return false;
}

function checkExists(pid: number, send: SendSignal): void {
  try {
    send(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM')
      throw new HeapstatError('UNREADABLE', `process ${pid} belongs to another user: capture it as that user`);
    throw usageError(`there is no process ${pid}`);
  }
}

/** To any other program the signal may mean anything; unless caught it is the end of it. @throws HeapstatError USAGE */
function checkIsNode(pid: number): void {
  if (platform() === 'win32')
    throw usageError('--pid needs signals, which Windows has not: start the program with node --inspect');
  const name = programName(pid);
  if (!NODE_NAMES.test(name))
    throw usageError(
      `process ${pid} is ${name === '' ? 'unknown' : `"${name}"`}, not node: it may not survive the signal that opens an inspector`,
    );
  const caught = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readText(`/proc/${pid}/status`))?.[1];
  if (caught !== undefined && (BigInt(`0x${caught}`) & SIGUSR1_BIT) === 0n)
    throw usageError(
      `process ${pid} does not take SIGUSR1 (it is still starting, or was started with --disable-sigusr1) and would not survive it: start it with node --inspect`,
    );
}

function programName(pid: number): string {
  try {
    return fs.readlinkSync(`/proc/${pid}/exe`).split('/').at(-1)!;
  } catch {
    try {
      return execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' })
        .trim()
        .split('/')
        .at(-1)!;
    } catch {
      return '';
    }
  }
}

/** Where an inspector may be open already. Other ports are the program's own: it is asked nothing there. */
function likelyPorts(pid: number, ports: readonly number[] | null): readonly number[] {
  if (ports === null) return [DEFAULT_PORT];
  const wasAsked = `${readText(`/proc/${pid}/cmdline`)}${readText(`/proc/${pid}/environ`)}`.includes('--inspect');
  return wasAsked ? ports : ports.filter((port) => port === DEFAULT_PORT);
}

function newPorts(now: readonly number[] | null, before: readonly number[] | null): readonly number[] {
  return now === null ? [DEFAULT_PORT] : now.filter((port) => !before?.includes(port));
}

/** Of these ports the one where that process's inspector answers. */
async function findInspector(
  pid: number,
  ports: readonly number[],
): Promise<Pick<OpenedInspector, 'port' | 'socketUrl'> | null> {
  for (const port of ports) {
    const targets = await listTargets({ host: '127.0.0.1', port }).catch(() => []);
    const target = targets.find(({ type }) => type === 'node');
    if (target && (await isProcess(target.socketUrl, pid))) return { port, socketUrl: target.socketUrl };
  }
  return null;
}

/** Another process may have the port that is asked first. */
async function isProcess(socketUrl: string, pid: number): Promise<boolean> {
  const connection = await InspectorConnection.connect(socketUrl, `process ${pid}`);
  try {
    const own = await evaluate(connection, 'process.pid');
    return own === pid || ownNumbers(pid).includes(Number(own));
  } finally {
    await connection.close();
  }
}

/** A process's numbers from the outermost namespace in: within a container it has another. */
function ownNumbers(pid: number): number[] {
  const line = /^NSpid:\s+(.*)$/m.exec(readText(`/proc/${pid}/status`))?.[1] ?? '';
  return line.split(/\s+/).map(Number);
}

function readText(path: string): string {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
