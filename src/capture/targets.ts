import { lookup } from 'node:dns/promises';
import { get } from 'node:http';
import { isIPv6 } from 'node:net';
import { HeapstatError, usageError } from '../errors.js';
import { cannotConnect } from './connection.js';

/** Where an inspector listens. */
export interface InspectorAddress {
  readonly host: string;
  readonly port: number;
}

/** What can be connected to there: the process of Node, or a page, a worker... of a browser. */
export interface InspectorTarget {
  readonly id: string;
  /** `node`, `page`, `service_worker`, `iframe`... */
  readonly type: string;
  readonly title: string;
  readonly url: string;
  /** To connect to: at the address that was asked, whatever the answer said. */
  readonly socketUrl: string;
}

const ANSWER_MS = 10_000;
const MOST_BYTES = 8 << 20;
const DEFAULT_PORT = 9229;

/** `9229`, `host:9229`, `[::1]:9229`, `host`. @throws HeapstatError USAGE */
export function parseAddress(text: string): InspectorAddress {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]*))(?::(\d+))?$/i.exec(/^\d+$/.test(text) ? `:${text}` : text);
  const port = parts?.[3] === undefined ? DEFAULT_PORT : Number(parts[3]);
  if (!parts || port < 1 || port > 65_535)
    throw usageError(`"${text}" is no address of an inspector: give HOST:PORT or PORT, such as 127.0.0.1:9229`);
  return { host: (parts[1] ?? parts[2]) || '127.0.0.1', port };
}

export function addressText({ host, port }: InspectorAddress): string {
  return `${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** @throws HeapstatError UNREADABLE */
export async function listTargets(address: InspectorAddress): Promise<InspectorTarget[]> {
  const name = `the inspector at ${addressText(address)}`;
  // By number: Node's inspector answers no other host name than localhost, lest a page on the web reaches it.
  const { address: ip } = await lookup(address.host).catch((error: unknown) => {
    throw cannotConnect(name, error as Error);
  });
  const where = addressText({ host: ip, port: address.port });
  const answer = await getJson(`http://${where}/json/list`, name);
  if (!Array.isArray(answer)) throw noInspector(name);
  return answer.filter(isObject).flatMap((entry) => {
    const { webSocketDebuggerUrl: socket } = entry;
    // Without: somebody else (DevTools in an old browser) is connected.
    if (typeof socket !== 'string') return [];
    const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
    const path = /^wss?:\/\/[^/]*(\/.*)$/.exec(socket)?.[1];
    if (path === undefined) return [];
    return [
      {
        id: text('id'),
        type: text('type'),
        title: text('title'),
        url: text('url'),
        socketUrl: `ws://${where}${path}`,
      },
    ];
  });
}

/**
 * The target that `wanted` names by its id, or by a part of its title or URL; without: the only one, or the only page.
 * @throws HeapstatError USAGE with what there is
 */
export function chooseTarget(targets: readonly InspectorTarget[], wanted: string | undefined): InspectorTarget {
  const matching =
    wanted === undefined
      ? targets
      : targets.filter(({ id, title, url }) => id === wanted || title.includes(wanted) || url.includes(wanted));
  const pages = matching.filter(({ type }) => type === 'page' || type === 'node');
  const [only, ...more] = pages.length > 0 ? pages : matching;
  if (only && more.length === 0) return only;
  const list = targets.map(({ type, title, url }) => `${type} ${title} (${url})`).join('; ');
  if (targets.length === 0) throw usageError('there is nothing to capture at that address: it lists no targets');
  throw usageError(
    only
      ? `there are several to choose from, name one by --target (an id, or a part of its title or URL): ${list}`
      : `nothing there is called "${wanted}"; there is: ${list}`,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function getJson(url: string, name: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get(url, { timeout: ANSWER_MS, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > MOST_BYTES) request.destroy(noInspector(name));
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve(JSON.parse(Buffer.concat(chunks).toString()));
        } catch {
          reject(noInspector(name));
        }
      });
    });
    request.on('timeout', () =>
      request.destroy(
        new HeapstatError(
          'UNREADABLE',
          `${name} has not answered for ${ANSWER_MS / 1000} s: is something else at that port?`,
        ),
      ),
    );
    request.on('error', (error) => reject(error instanceof HeapstatError ? error : cannotConnect(name, error)));
  });
}

function noInspector(name: string): HeapstatError {
  return new HeapstatError(
    'UNREADABLE',
    `${name} does not answer as an inspector does (a list of targets in JSON): is it the port of the program itself? Node's inspector has 9229 unless told otherwise`,
  );
}
