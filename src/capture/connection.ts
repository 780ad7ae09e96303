import { WebSocket } from 'ws';
import { HeapstatError } from '../errors.js';

/** Parameters and results of the DevTools protocol: what is in them is checked where it is used. */
export type ProtocolObject = Readonly<Record<string, unknown>>;
export type EventListener = (method: string, params: ProtocolObject) => void;

/** One V8 isolate that can be asked over the DevTools protocol: a process's main thread, a worker, a page. */
export interface InspectorSession {
  /**
   * @param deadline milliseconds to wait for the answer; 0: as long as it takes
   * @throws HeapstatError UNREADABLE for an error, a closed connection, no answer in time
   */
  send(method: string, params?: ProtocolObject, deadline?: number): Promise<ProtocolObject>;
  /** Returns what ends it. */
  listen(listener: EventListener): () => void;
  /** No more bytes are read, until resume(): what the other side sends waits there. */
  pause(): void;
  resume(): void;
}

/** A program that is busy answers late: the inspector has its turn between two statements, but not within native code. */
const ANSWER_MS = 30_000;
const HANDSHAKE_MS = 10_000;
/** How long a closing handshake may take; then the socket is dropped. */
const CLOSE_MS = 1000;

interface Pending {
  readonly method: string;
  readonly resolve: (result: ProtocolObject) => void;
  readonly reject: (error: unknown) => void;
}

/** Requests under way, and who listens: the bookkeeping of the protocol, whatever carries its messages. */
export class ProtocolChannel {
  readonly #pending = new Map<number, Pending>();
  readonly #listeners = new Set<EventListener>();
  readonly #write: (message: string) => void;
  readonly #name: string;
  #next = 1;
  #broken: unknown = null;

  /** @param name of the other side, for messages */
  constructor(name: string, write: (message: string) => void) {
    this.#name = name;
    this.#write = write;
  }

  send(method: string, params: ProtocolObject = {}, deadline = ANSWER_MS): Promise<ProtocolObject> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== null) {
        reject(this.#broken);
        return;
      }
      const id = this.#next++;
      const timer =
        deadline === 0 ? undefined : setTimeout(() => this.#settle(id)?.reject(this.#late(method, deadline)), deadline);
      const settled = (act: () => void): void => {
        clearTimeout(timer);
        act();
      };
      this.#pending.set(id, {
        method,
        resolve: (result) => settled(() => resolve(result)),
        reject: (error) => settled(() => reject(error)),
      });
      this.#write(JSON.stringify({ id, method, params }));
    });
  }

  listen(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  receive(text: string): void {
    const message = parseMessage(text);
    if (message === null) {
      this.fail(new HeapstatError('UNREADABLE', `${this.#name} sent what is no message of the DevTools protocol`));
      return;
    }
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message.method ?? '', message.params ?? {});
      return;
    }
    const pending = this.#settle(message.id);
    if (message.error === undefined) pending?.resolve(message.result ?? {});
    else {
      const reason = message.error.message ?? 'it does not say why';
      pending?.reject(new HeapstatError('UNREADABLE', `${this.#name} refused ${pending.method}: ${reason}`));
    }
  }

  /** No answer will come any more. */
  fail(error: unknown): void {
    this.#broken ??= error;
    for (const id of this.#pending.keys()) this.#settle(id)?.reject(this.#broken);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #late(method: string, deadline: number): HeapstatError {
    return new HeapstatError(
      'UNREADABLE',
      `${this.#name} has not answered ${method} for ${deadline / 1000} s: it is busy or stopped (in a debugger?)`,
    );
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: ProtocolObject;
  readonly result?: ProtocolObject;
  readonly error?: { readonly message?: string };
}

/** null for anything else. */
function parseMessage(text: string): Message | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}

/** The inspector of a process or a page over its WebSocket. */
export class InspectorConnection implements InspectorSession {
  readonly #socket: WebSocket;
  readonly #channel: ProtocolChannel;

  private constructor(socket: WebSocket, name: string) {
    this.#socket = socket;
    this.#channel = new ProtocolChannel(name, (message) => socket.send(message));
    socket.on('message', (data: Buffer) => this.#channel.receive(data.toString()));
    socket.on('error', (error) => this.#channel.fail(lost(name, error)));
    socket.on('close', () => this.#channel.fail(lost(name)));
  }

  /**
   * @param name of the other side, for messages
   * @throws HeapstatError UNREADABLE
   */
  static connect(url: string, name: string): Promise<InspectorConnection> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, {
        perMessageDeflate: false,
        handshakeTimeout: HANDSHAKE_MS,
        followRedirects: false,
      });
      const onError = (error: Error): void => reject(cannotConnect(name, error));
      socket.once('error', onError);
      socket.once('open', () => {
        socket.off('error', onError);
        resolve(new InspectorConnection(socket, name));
      });
    });
  }

  send(method: string, params?: ProtocolObject, deadline?: number): Promise<ProtocolObject> {
    return this.#channel.send(method, params, deadline);
  }

  listen(listener: EventListener): () => void {
    return this.#channel.listen(listener);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /** @param reason what requests under way fail with */
  close(reason?: unknown): Promise<void> {
    if (reason !== undefined) this.#channel.fail(reason);
    return new Promise((resolve) => {
      if (this.#socket.readyState === WebSocket.CLOSED) {
        resolve();
        return;
      }
      const timer = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.resume();
      this.#socket.close();
    });
  }
}

function lost(name: string, cause?: Error): HeapstatError {
  const why = cause ? ` (${cause.message})` : '';
  return new HeapstatError('UNREADABLE', `${name} closed the connection${why}: the process has ended, or was killed`);
}

/** An error of a socket, as people can use it. */
export function cannotConnect(name: string, error: Error): HeapstatError {
  const { code } = error as NodeJS.ErrnoException;
  const reason =
    code === 'ECONNREFUSED'
      ? 'nothing listens there. Start the program with node --inspect, or give its --pid'
      : code === 'ENOTFOUND' || code === 'EAI_AGAIN'
        ? 'there is no such host'
        : error.message || (code ?? 'it does not say why');
  return new HeapstatError('UNREADABLE', `cannot connect to ${name}: ${reason}`, { cause: error });
}
