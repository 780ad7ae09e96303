import { HeapstatError, usageError } from '../errors.js';
import { type InspectorSession, ProtocolChannel, type ProtocolObject } from './connection.js';

/** A worker thread of a Node process. */
export interface WorkerThread {
  /** Node's threadId. */
  readonly id: string;
  readonly title: string;
  readonly url: string;
  readonly session: InspectorSession;
}

/** Threads announce themselves when asked: all that are there come before the answer, but for slow ones. */
const ANNOUNCE_MS = 200;

/** The worker threads of a process; none where it knows of no workers (a page). @throws HeapstatError UNREADABLE */
export async function attachToWorkers(session: InspectorSession): Promise<WorkerThread[]> {
  const workers: WorkerThread[] = [];
  const channels = new Map<string, ProtocolChannel>();
  session.listen((method, params) => {
    const id = String(params['sessionId']);
    if (method === 'NodeWorker.receivedMessageFromWorker') channels.get(id)?.receive(String(params['message']));
    if (method === 'NodeWorker.detachedFromWorker')
      channels.get(id)?.fail(new HeapstatError('UNREADABLE', 'the worker thread has ended'));
    if (method === 'NodeWorker.attachedToWorker') workers.push(attach(session, id, params, channels));
  });
  try {
    await session.send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  } catch {
    return []; // no such domain: not Node
  }
  await new Promise((resolve) => {
    setTimeout(resolve, ANNOUNCE_MS);
  });
  return workers.toSorted((a, b) => Number(a.id) - Number(b.id));
}

function attach(
  session: InspectorSession,
  sessionId: string,
  params: ProtocolObject,
  channels: Map<string, ProtocolChannel>,
): WorkerThread {
  const info = (params['workerInfo'] ?? {}) as ProtocolObject;
  const text = (key: string): string => (typeof info[key] === 'string' ? info[key] : '');
  // The inspector's own numbers are others each time it is asked; the title has Node's: `[worker 2] name`.
  const id = /\d+/.exec(text('title'))?.[0] ?? text('workerId');
  const channel = new ProtocolChannel(`worker thread ${id}`, (message) => {
    session
      .send('NodeWorker.sendMessageToWorker', { sessionId, message })
      .catch((error: unknown) => channel.fail(error));
  });
  channels.set(sessionId, channel);
  return {
    id,
    title: text('title'),
    url: text('url'),
    session: {
      send: (method, given, deadline) => channel.send(method, given, deadline),
      listen: (listener) => channel.listen(listener),
      pause: () => session.pause(),
      resume: () => session.resume(),
    },
  };
}

/** The worker that `wanted` names by its number, or by a part of its title or URL. @throws HeapstatError USAGE with what there is */
export function chooseWorker(workers: readonly WorkerThread[], wanted: string): WorkerThread {
  if (workers.length === 0) throw usageError('the process has no worker threads');
  const byId = workers.filter(({ id }) => id === wanted);
  const matching =
    byId.length > 0 ? byId : workers.filter(({ title, url }) => title.includes(wanted) || url.includes(wanted));
  if (matching.length === 1) return matching[0]!;
  const list = workers.map(({ id, title, url }) => `${id} ${title} (${url})`).join('; ');
  throw usageError(
    `${matching.length === 0 ? 'no' : 'more than one'} worker thread is called "${wanted}"; there is: ${list}`,
  );
}
