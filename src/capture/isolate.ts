import { basename } from 'node:path';
import { HeapstatError } from '../errors.js';
import { InspectorConnection, type InspectorSession } from './connection.js';
import { isClosed, openInspectorOf, scheduleInspectorClose, type SendSignal } from './open-by-signal.js';
import { commandText, type Program } from './program.js';
import { evaluate } from './process-facts.js';
import { addressText, chooseTarget, type InspectorAddress, type InspectorTarget, listTargets } from './targets.js';
import { attachToWorkers, chooseWorker, type WorkerThread } from './workers.js';

/** Where to look for the isolate. */
export type IsolateSource =
  | { readonly kind: 'address'; readonly address: InspectorAddress; readonly target?: string | undefined }
  | { readonly kind: 'pid'; readonly pid: number; readonly send: SendSignal }
  | { readonly kind: 'program'; readonly program: Program };

/** An isolate that is connected to. */
export interface OpenIsolate {
  /** For people. */
  readonly name: string;
  readonly session: InspectorSession;
  /** What the user should know of the choice; null: nothing. */
  readonly remark: string | null;
  /**
   * Ends the connection, and what was opened for it.
   * @param reason what is under way fails with
   * @returns what could not be undone; null: nothing
   */
  close(reason?: unknown): Promise<string | null>;
}

/** @param worker which thread; undefined: the main one @throws HeapstatError */
export async function openIsolate(source: IsolateSource, worker?: string): Promise<OpenIsolate> {
  const main = await openMain(source);
  if (worker === undefined) return main;
  try {
    const { id, title, session } = chooseWorker(await attachToWorkers(main.session), worker);
    return { ...main, name: `worker thread ${id} ${title} of ${main.name}`, session };
  } catch (error) {
    await main.close();
    throw error;
  }
}

/** What there is to choose from. @throws HeapstatError */
export async function listIsolates(
  source: IsolateSource,
): Promise<{ targets: readonly InspectorTarget[]; workers: readonly WorkerThread[] }> {
  const targets = source.kind === 'address' ? await listTargets(source.address) : [];
  if (targets.length > 1) return { targets, workers: [] };
  const main = await openMain(source);
  try {
    return { targets, workers: await attachToWorkers(main.session) };
  } finally {
    await main.close();
  }
}

async function openMain(source: IsolateSource): Promise<OpenIsolate> {
  switch (source.kind) {
    case 'address': {
      const { type, title, url, socketUrl } = chooseTarget(await listTargets(source.address), source.target);
      const name = `${type} ${title || url} at ${addressText(source.address)}`;
      return plain(await connectLoosely(socketUrl, name), name);
    }
    case 'pid': {
      const { pid, send } = source;
      const name = `process ${pid}`;
      const { socketUrl, port, isOurs } = await openInspectorOf(pid, send);
      const connection = await connectLoosely(socketUrl, name);
      return isOurs ? closingAfter(connection, name, port) : plain(connection, name);
    }
    case 'program': {
      const { program } = source;
      const name = commandText(program.command);
      const { connection, others } = await connectToProgram(program, name);
      const remark =
        others === 0
          ? null
          : `${name} has started other Node processes (${others}; a cluster?): they are not looked at`;
      return { ...plain(connection, name), remark };
    }
  }
}

/** A process that has an inspector connected does not end before that is gone: as soon as it wants to, let it. */
async function connectLoosely(socketUrl: string, name: string): Promise<InspectorConnection> {
  const connection = await InspectorConnection.connect(socketUrl, name);
  connection.listen((method) => {
    if (method === 'NodeRuntime.waitingForDisconnect') void connection.close();
  });
  // A page knows of no such thing, and does not wait.
  await connection.send('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true }).catch(() => {});
  return connection;
}

function plain(connection: InspectorConnection, name: string): OpenIsolate {
  return {
    name,
    session: connection,
    remark: null,
    close: async (reason) => {
      await connection.close(reason);
      return null;
    },
  };
}

function closingAfter(connection: InspectorConnection, name: string, port: number): OpenIsolate {
  return {
    name,
    session: connection,
    remark: null,
    close: async (reason) => {
      const closing = scheduleInspectorClose(connection).catch(() => {});
      // Given up in the middle of a snapshot, the process takes this in when it is done with that.
      if (reason === undefined) await closing;
      await connection.close(reason);
      if (await isClosed(port)) return null;
      const until = reason === undefined ? '' : ', until it is done with the snapshot';
      return `the inspector of ${name} is still open at port ${port}${until}`;
    },
  };
}

/** Programs that only start others. */
const STARTERS = /^(npm|npx|pnpm|pnpx|yarn|corepack)(-cli)?(\.[cm]?js)?$/;

/** Of the Node processes below a program the one that does its work: itself, or else the last that is no package manager. */
async function connectToProgram(
  program: Program,
  name: string,
): Promise<{ connection: InspectorConnection; others: number }> {
  const found: { readonly connection: InspectorConnection; readonly pid: number; readonly script: string }[] = [];
  let chosen: InspectorConnection | undefined;
  let problem: unknown = null;
  try {
    for (const url of program.inspectors) {
      try {
        const connection = await connectLoosely(url, name);
        found.push({ connection, pid: 0, script: '' });
        const [pid, script] = (await evaluate(connection, '[process.pid, process.argv[1] ?? ""]')) as [number, string];
        found[found.length - 1] = { connection, pid, script };
      } catch (error) {
        problem = error; // one that has ended by now
      }
    }
    const workers = found.filter(({ pid, script }) => pid !== 0 && !STARTERS.test(basename(script)));
    chosen = (workers.find(({ pid }) => pid === program.pid) ?? workers.at(-1))?.connection;
    if (chosen) return { connection: chosen, others: workers.length - 1 };
  } finally {
    const rest = found.filter(({ connection }) => connection !== chosen);
    await Promise.all(rest.map(({ connection }) => connection.close()));
  }
  if (problem instanceof HeapstatError) throw problem;
  throw new HeapstatError('UNREADABLE', `${name} has no inspector open: is it a Node program?`);
}
