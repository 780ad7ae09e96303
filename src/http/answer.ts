import type { Readable } from 'node:stream';

/** What is sent to the client. */
export interface Answer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Readable;
}

/** Why a request is not served: thrown, and sent as it is. The message is a line or two of plain text. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A heap's names and numbers are for nobody but who asked: no cache keeps them, no other page may read them. */
const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

export function makeAnswer(
  status: number,
  type: string,
  body: string | Readable,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const length: Record<string, string> =
    typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  return { status, headers: { 'content-type': type, ...HEADERS, ...length, ...headers }, body };
}

export function refusalAnswer({ status, message, headers }: Refusal): Answer {
  return makeAnswer(status, 'text/plain; charset=utf-8', `heapstat: ${message}\n`, headers);
}
