import { tmpdir } from 'node:os';
import { createHash } from 'node:crypto';
import { usageError } from '../errors.js';
import { isProduction } from './this-process.js';

export interface HeapdumpOptions {
  /** Where the endpoint is: the path of its URL. Default: `/debug/heapdump`. */
  readonly path?: string | undefined;
  /** Lets in who sends it, from anywhere: `Authorization: Bearer TOKEN`. 16 characters or more. Default: none. */
  readonly token?: string | undefined;
  /** Whether there is an endpoint at all. Default: unless NODE_ENV is `production`. */
  readonly enabled?: boolean | undefined;
  /**
   * Whether clients of the loopback interface come in without the token. Default: unless NODE_ENV is `production`, where a
   * proxy on the same machine may make everybody such a client.
   */
  readonly trustLoopback?: boolean | undefined;
  /** Host names that loopback clients may ask for, beside `localhost` and loopback addresses. */
  readonly hosts?: readonly string[] | undefined;
  /** Milliseconds from the request to the last byte of the answer. Default: 120,000. */
  readonly timeLimit?: number | undefined;
  /** False: takes a snapshot even where the memory does not seem to suffice. Default: true. */
  readonly checkMemory?: boolean | undefined;
  /**
   * True: V8 goes on following objects after a look, which slows down the service, so that snapshots taken otherwise before
   * and after it can be matched by id. Default: false, until a snapshot has been sent, which the next may be compared with.
   */
  readonly keepIds?: boolean | undefined;
  /** Where a snapshot is written before it is sent, in a file without a name. Default: the system's for temporary files. */
  readonly directory?: string | undefined;
  /** Whether there are pages to look at, below `path` at `/pages/`; then memory and allocations are sampled. Default: false. */
  readonly pages?: boolean | undefined;
  /**
   * Whether requests are profiled, for the pages: 1 in so many (true: 1 in 1,000), and no more than takes 1% of the time; or
   * those that ask for it by the header `x-heapstat-profile`, if they may look. Not for Fastify. Default: none.
   */
  readonly profileRequests?: boolean | number | undefined;
  /**
   * Minutes after which the endpoint takes a look by itself, for the pages' lines of constructors; 1 or more. Each stops the
   * service, so that they are taken less often where that would be more than 1% of the time. Default: none are taken.
   */
  readonly lookEvery?: number | undefined;
}

export interface Settings {
  readonly path: string;
  readonly enabled: boolean;
  /** Of the token. */
  readonly tokenHash: Buffer | null;
  readonly trustsLoopback: boolean;
  /** In lower case. */
  readonly hosts: readonly string[];
  readonly timeLimit: number;
  readonly checksMemory: boolean;
  readonly keepsIds: boolean;
  readonly directory: string;
  readonly hasPages: boolean;
  /** One request in so many is profiled; null: none. */
  readonly profileEvery: number | null;
  /** Milliseconds between looks that the endpoint takes by itself; null: none. */
  readonly lookEvery: number | null;
}

const LEAST_TOKEN = 16;
const USUAL_EVERY = 1000;
const LONGEST_TIMER = 2 ** 31 - 1;
const MINUTE = 60_000;
const KNOWN: ReadonlySet<string> = new Set<keyof HeapdumpOptions>([
  'path',
  'token',
  'enabled',
  'trustLoopback',
  'hosts',
  'timeLimit',
  'checkMemory',
  'keepIds',
  'directory',
  'pages',
  'profileRequests',
  'lookEvery',
]);

/** @throws HeapstatError USAGE for an option that makes no sense: a mistake here may open what should be closed */
export function readOptions(options: HeapdumpOptions): Settings {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw usageError(`heapdump() has no option ${unknown}: it has ${[...KNOWN].join(', ')}`);
  const { path = '/debug/heapdump', token, hosts = [], timeLimit = 120_000, directory = tmpdir() } = options;
  if (!/^(\/[\w.~-]+)+$/.test(path))
    throw usageError(
      `path is ${JSON.stringify(path)}, but it should be like /debug/heapdump, without a "/" at its end`,
    );
  if (token !== undefined && token.length < LEAST_TOKEN)
    throw usageError(
      `the token has ${token.length} characters, but it should have ${LEAST_TOKEN} or more: openssl rand -hex 16 makes one`,
    );
  if (!(timeLimit > 0 && timeLimit <= LONGEST_TIMER))
    throw usageError(`timeLimit is ${timeLimit}, but it should be milliseconds, above 0 and up to ${LONGEST_TIMER}`);
  const enabled = options.enabled ?? !isProduction();
  const trustsLoopback = options.trustLoopback ?? !isProduction();
  if (enabled && !trustsLoopback && token === undefined)
    throw usageError(
      'nobody could come in: set a token (or trustLoopback, which in production is off unless set, as a proxy on the same machine would let everybody in)',
    );
  return {
    path,
    enabled,
    tokenHash: token === undefined ? null : hashToken(token),
    trustsLoopback,
    hosts: hosts.map((host) => host.toLowerCase()),
    timeLimit,
    checksMemory: options.checkMemory ?? true,
    keepsIds: options.keepIds ?? false,
    directory,
    hasPages: options.pages ?? false,
    profileEvery: readProfileEvery(options),
    lookEvery: readLookEvery(options),
  };
}

function readProfileEvery({ profileRequests = false, pages = false }: HeapdumpOptions): number | null {
  if (profileRequests === false) return null;
  const every = profileRequests === true ? USUAL_EVERY : profileRequests;
  if (!(every >= 1 && Number.isFinite(every)))
    throw usageError(
      `profileRequests is ${JSON.stringify(profileRequests)}, but it should be true, or 1 or more: one request in so many`,
    );
  if (!pages) throw usageError('profileRequests is for the pages, which are off: set pages: true');
  return every;
}

function readLookEvery({ lookEvery, pages = false }: HeapdumpOptions): number | null {
  if (lookEvery === undefined) return null;
  const most = Math.floor(LONGEST_TIMER / MINUTE);
  if (!(lookEvery >= 1 && lookEvery <= most))
    throw usageError(
      `lookEvery is ${JSON.stringify(lookEvery)}, but it should be minutes, 1 or more and up to ${most}: each look stops the service`,
    );
  if (!pages) throw usageError('lookEvery is for the pages, which are off: set pages: true');
  return lookEvery * MINUTE;
}

/** Tokens are compared by their hashes, which are of one length. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
