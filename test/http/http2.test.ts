import assert from 'node:assert/strict';
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Fastify from 'fastify';
import Koa from 'koa';
import { fastifyHeapdump, heapdump, type HeapdumpOptions, koaHeapdump } from 'heapstat/http';
import { summaryOf } from '../helpers/results.js';

const BOUNDED = { timeout: 60_000 };

interface Reply {
  readonly headers: IncomingHttpHeaders & IncomingHttpStatusHeader;
  readonly status: number;
  readonly body: Buffer;
}

/** A connection to a server that is there until the test is over. */
async function sessionWith(context: TestContext, server: Http2Server): Promise<ClientHttp2Session> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://localhost:${(server.address() as AddressInfo).port}`);
  context.after(() => {
    session.destroy();
    server.close();
  });
  await once(session, 'connect');
  return session;
}

async function ask(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}): Promise<Reply> {
  const stream = session.request({ ':path': path, ...headers });
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const [received] = (await once(stream, 'response')) as [Reply['headers']];
  if (!stream.readableEnded) await once(stream, 'end');
  return { headers: received, status: received[':status']!, body: Buffer.concat(chunks) };
}

/** As soon as no job is under way. */
async function askPatiently(session: ClientHttp2Session, path: string): Promise<Reply> {
  for (;;) {
    const reply = await ask(session, path);
    if (reply.status !== 429) return reply;
    await sleep(20);
  }
}

const SERVERS: Readonly<Record<string, (options: HeapdumpOptions) => Promise<Http2Server>>> = {
  'node:http2': async (options) => createServer(heapdump(options)),
  Koa: async (options) => {
    const app = new Koa().use(koaHeapdump(options)).on('error', () => {});
    // oxlint-disable-next-line typescript/no-misused-promises
    return createServer(app.callback());
  },
  Fastify: async (options) => {
    const app = Fastify({ http2: true });
    await app.register(fastifyHeapdump, options);
    await app.ready();
    return app.server;
  },
};

for (const [name, start] of Object.entries(SERVERS)) {
  void test(`HTTP/2, ${name}: look, download, pages, and who may not`, BOUNDED, async (context) => {
    const session = await sessionWith(context, await start({ pages: true, checkMemory: false }));
    const look = await ask(session, '/debug/heapdump?limit=2');
    assert.equal(look.status, 200);
    assert.match(look.body.toString(), /^process \d+ at .* nodes, /);
    const file = await ask(session, '/debug/heapdump/snapshot');
    assert.equal(Number(file.headers['content-length']), file.body.length);
    assert.ok((await summaryOf(file.body)).total.selfSize > 1e6);
    const page = await ask(session, '/debug/heapdump/pages/');
    assert.equal(page.status, 200);
    const stranger = await ask(session, '/debug/heapdump', { ':authority': 'evil.example' });
    assert.equal(stranger.status, 403);
    const proxied = await ask(session, '/debug/heapdump', { via: '2 proxy' });
    assert.equal(proxied.status, 403);
  });

  void test(`HTTP/2, ${name}: a client that hangs up ends its download`, BOUNDED, async (context) => {
    const session = await sessionWith(context, await start({}));
    const download = session.request({ ':path': '/debug/heapdump/snapshot' });
    await once(download, 'data');
    download.pause();
    assert.equal((await ask(session, '/debug/heapdump?limit=1')).status, 429, 'as long as it takes');
    download.close(constants.NGHTTP2_CANCEL);
    assert.equal((await askPatiently(session, '/debug/heapdump?limit=1')).status, 200);
  });
}

void test('HTTP/2: a client that went before its turn holds up nobody', BOUNDED, async (context) => {
  // By its token: the address of who has gone is not known any more.
  const token = 'a-token-of-some-length';
  const dump = heapdump({ token });
  let served: (() => void) | null = null;
  const late = new Promise<void>((resolve) => {
    served = resolve;
  });
  const server = createServer((request, response) => {
    if (request.headers['x-late'] === undefined) dump(request, response);
    else
      response.once('close', () => {
        dump(request, response);
        served?.();
      });
  });
  const session = await sessionWith(context, server);
  const gone = session.request({
    ':path': '/debug/heapdump/snapshot',
    'x-late': '1',
    authorization: `Bearer ${token}`,
  });
  gone.on('error', () => {});
  // It has come to the server by then: one connection keeps the order.
  await ask(session, '/debug/heapdump?limit=x');
  gone.close(constants.NGHTTP2_CANCEL);
  await late;
  assert.equal((await askPatiently(session, '/debug/heapdump/snapshot')).status, 200);
});
