import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserQuery } from '../analysis/heap-browser.js';
import type { LoadState } from '../analysis/live-heap-state.js';
import { HeapstatError, usageError } from '../errors.js';
import { parseBrowserQuery } from './browser-query.js';

/** How far the loading is, for the page that waits. Where it fails, nothing is served any more. */
export type ViewState = Exclude<LoadState, { type: 'none' | 'failed' }>;

export interface ViewOptions {
  /** The page as HTML, and the policy that it is under. */
  readonly page: { readonly html: string; readonly policy: string };
  /** In every path: who does not know it learns nothing. */
  readonly token: string;
  /** 0: any free one. */
  readonly port: number;
  readonly state: () => ViewState;
  /** The answer as JSON. @throws HeapstatError */
  readonly ask: (query: BrowserQuery) => Promise<string>;
  /** A defect, which the page can only say so much of. */
  readonly onDefect: (error: unknown) => void;
}

export interface View {
  /** Of the page, token included. */
  readonly url: string;
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';
const HOST = /^(127\.0\.0\.1|localhost)(:\d+)?$/i;

/** Serves one heap's pages to browsers on this machine. @throws HeapstatError USAGE where the port is taken */
export async function serveView(options: ViewOptions): Promise<View> {
  const server = createServer();
  const port = await listen(server, options.port);
  const handler = new ViewHandler(options);
  server.on('request', (request, response) => void handler.handle(request, response));
  return {
    url: `http://${LOOPBACK}:${port}/${options.token}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message;
      reject(usageError(`cannot listen on port ${port}: ${why}; without --port any free one is taken`));
    });
    server.listen(port, LOOPBACK, () => resolve((server.address() as AddressInfo).port));
  });
}

/** What every answer carries: nothing is kept, guessed, framed, or read by another origin. */
const HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

class ViewHandler {
  readonly #options: ViewOptions;

  constructor(options: ViewOptions) {
    this.#options = options;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another name for this address: a page elsewhere that has the browser ask here (DNS rebinding). Any port: of a tunnel.
    if (!HOST.test(request.headers.host ?? '')) return refuse(response, 403, 'this host is not served here');
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return refuse(response, 405, 'only GET is served here');
    }
    // By hand: URL refuses some of what a client may send.
    const [, pathname = '', search = ''] = /^([^?]*)\??(.*)$/s.exec(request.url ?? '')!;
    const [, token = '', ...path] = pathname.split('/');
    if (!isEqual(token, this.#options.token))
      return refuse(response, 403, 'open the whole address that heapstat view printed');
    await this.#serve(path.join('/'), new URLSearchParams(search), response);
  }

  async #serve(path: string, parameters: URLSearchParams, response: ServerResponse): Promise<void> {
    const { page, state, ask, onDefect } = this.#options;
    if (path === '') return send(response, 200, 'text/html', page.html, { 'content-security-policy': page.policy });
    if (path === 'api/state') return send(response, 200, 'application/json', JSON.stringify(state()));
    try {
      const query = parseBrowserQuery(path, parameters);
      if (query === null) return refuse(response, 404, 'there is no such page');
      send(response, 200, 'application/json', await ask(query));
    } catch (error) {
      if (error instanceof HeapstatError) return refuse(response, 400, error.message);
      onDefect(error);
      refuse(response, 500, 'internal error: see where heapstat view runs');
    }
  }
}

/** In time that does not depend on where they differ. */
function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function refuse(response: ServerResponse, status: number, message: string): void {
  send(response, status, 'text/plain', `${message}\n`);
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...HEADERS,
    'content-security-policy': "default-src 'none'",
    'content-type': `${type}; charset=utf-8`,
    'content-length': Buffer.byteLength(body),
    ...headers,
  });
  // Node leaves out the body of an answer to HEAD.
  response.end(body);
}
