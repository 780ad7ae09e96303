import { timingSafeEqual } from 'node:crypto';
import { Refusal } from './answer.js';
import { hashToken } from './options.js';

/** Who may come in. */
export interface AccessPolicy {
  /** SHA-256 of the token; null: there is none. */
  readonly tokenHash: Buffer | null;
  readonly trustsLoopback: boolean;
  /** Host names that a loopback client may ask for beside the usual, in lower case. */
  readonly hosts: readonly string[];
}

/** What the decision is made from: a node:http request, of HTTP/1 or 2. */
export interface AskingRequest {
  readonly httpVersion: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127(?:\.\d{1,3}){3})$/i;
/** What proxies add. Its presence tells that the socket's other end is not the client. */
const PROXY_HEADER =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-original-.+|x-(?:real|client|cluster-client)-ip|(?:cf-connecting|true-client|fastly-client)-ip|x-envoy-.+)$/;

/**
 * Decides about a request: null lets it in. With the right token it may come from anywhere. Without one it has to come from
 * this machine, by no proxy, and not from a page of another site in this machine's browser.
 */
export function refuseAccess(request: AskingRequest, policy: AccessPolicy): Refusal | null {
  const { tokenHash, trustsLoopback } = policy;
  const sent = bearerToken(request);
  if (tokenHash !== null && sent !== null) {
    // A wrong one is refused from anywhere: who sends it means to be judged by it.
    return timingSafeEqual(hashToken(sent), tokenHash) ? null : askForToken('the token is not the right one');
  }
  const objection = trustsLoopback ? objectionToLoopback(request, policy.hosts) : 'every request needs the token';
  if (objection === null) return null;
  if (tokenHash !== null) return askForToken(objection);
  return new Refusal(
    403,
    `${objection}; and the service has set no token that would let others in (heapdump({ token }))`,
  );
}

function askForToken(why: string): Refusal {
  return new Refusal(401, `${why}: send it as "Authorization: Bearer TOKEN"`, {
    'www-authenticate': 'Bearer realm="heapstat"',
  });
}

function bearerToken({ headers }: AskingRequest): string | null {
  return /^Bearer +(\S+) *$/i.exec(String(headers['authorization'] ?? ''))?.[1] ?? null;
}

/** Why a request without the token is not taken for one of this machine's own; null: it is. */
function objectionToLoopback(request: AskingRequest, hosts: readonly string[]): string | null {
  const { headers, httpVersion, socket } = request;
  if (!LOOPBACK.test(socket.remoteAddress ?? '')) return 'only clients on this machine come in without the token';
  const proxyHeader = Object.keys(headers).find((name) => PROXY_HEADER.test(name));
  if (proxyHeader !== undefined)
    return `the request came by a proxy (header ${proxyHeader}), from anywhere: it needs the token`;
  // nginx, unless told otherwise, forwards without any such header, and with a Host of its own; but by HTTP/1.0.
  if (httpVersion === '1.0') return 'a request by HTTP/1.0 may come by a proxy, from anywhere: it needs the token';
  const host = hostName(headers['host'] ?? headers[':authority']);
  // A name of the attacker's that resolves to 127.0.0.1 makes a page of theirs one origin with this service.
  if (host === null || !isOwnHost(host, hosts))
    return 'the request asks for another host than localhost, which needs the token (or heapdump({ hosts }))';
  // Pages of other sites cannot read the answer, but they could make the service take snapshots.
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'the request came from a page of another site, which needs the token';
  const { origin } = headers;
  if (origin !== undefined && !isOriginOf(String(origin), String(headers['host'] ?? headers[':authority'])))
    return 'the request came from a page of another origin, which needs the token';
  return null;
}

function hostName(host: string | readonly string[] | undefined): string | null {
  if (typeof host !== 'string') return null;
  return /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i.exec(host)?.[1]?.toLowerCase() ?? null;
}

function isOwnHost(host: string, hosts: readonly string[]): boolean {
  return host === 'localhost' || LOOPBACK.test(host.replace(/^\[|\]$/g, '')) || hosts.includes(host);
}

function isOriginOf(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`;
}
