import { pipeline } from 'node:stream/promises';
import type { Answer } from './answer.js';
import { Endpoint } from './endpoint.js';
import type { ServedRequest, ServedResponse } from './exchange.js';
import type { HeapdumpOptions } from './options.js';
import { warn } from './this-process.js';

/**
 * For node:http, node:http2 in its compatible form, and Express. Requests that are not for it go to `next`; where there is none they get 404.
 */
export interface HeapdumpHandler {
  (request: ServedRequest, response: ServedResponse, next?: (error?: unknown) => void): void;
  /** Ends the looks that it takes by itself (`lookEvery`); requests are answered as before. */
  close(): void;
}

/**
 * A handler that shows the heap of the process it runs in, to clients on this machine or who have the token.
 * @throws HeapstatError USAGE for options that make no sense
 */
export function heapdump(options: HeapdumpOptions = {}): HeapdumpHandler {
  const endpoint = new Endpoint(options);
  const handler = (request: ServedRequest, response: ServedResponse, next?: (error?: unknown) => void): void => {
    const url = originalUrl(request);
    if (endpoint.isOwn(url)) void serve(endpoint, url, request, response, next);
    else if (next) {
      endpoint.observe(request, response);
      next();
    } else sendPlain(response, 404, 'heapstat: there is nothing here\n');
  };
  return Object.assign(handler, { close: () => endpoint.close() });
}

/** Express cuts the path that a handler is mounted at from `url`. */
function originalUrl(request: ServedRequest & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '';
}

async function serve(
  endpoint: Endpoint,
  url: string,
  request: ServedRequest,
  response: ServedResponse,
  next: ((error?: unknown) => void) | undefined,
): Promise<void> {
  try {
    const answer = await endpoint.answer(request, response, url);
    if (answer) await send(response, answer);
  } catch (error) {
    if (next && !response.headersSent) return next(error);
    warn(error as Error);
    if (!response.headersSent) sendPlain(response, 500, 'heapstat: internal error, told by the service as a warning\n');
  }
}

async function send(response: ServedResponse, { status, headers, body }: Answer): Promise<void> {
  response.writeHead(status, headers);
  if (typeof body === 'string') {
    response.end(body);
    return;
  }
  try {
    await pipeline(body, response);
  } catch (error) {
    // The client has gone, or its time is over: the length that it was told shows that this is not all.
    if (!(error instanceof Error && (error.name === 'Refusal' || isPrematureClose(error)))) throw error;
  }
}

function isPrematureClose(error: NodeJS.ErrnoException): boolean {
  return error.code === 'ERR_STREAM_PREMATURE_CLOSE' || error.code === 'ECONNRESET' || error.code === 'EPIPE';
}

function sendPlain(response: ServedResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(text);
}
