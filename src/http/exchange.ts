import type { Writable } from 'node:stream';
import type { AskingRequest } from './guard.js';

/** What is used of a request of node:http, or of node:http2 in the same form. */
export interface ServedRequest extends AskingRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
}

/** What is used of its response. */
export interface ServedResponse extends Writable {
  readonly headersSent: boolean;
  readonly statusCode: number;
  /** Of HTTP/2. */
  readonly stream?: { readonly destroyed: boolean };
  writeHead(status: number, headers: Readonly<Record<string, string>>): unknown;
}

/** Whether the client has gone: a response of HTTP/2 does not say so itself, and tells it only once. */
export function hasGone({ destroyed, stream }: Pick<ServedResponse, 'destroyed' | 'stream'>): boolean {
  return destroyed || stream?.destroyed === true;
}
