import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import express from 'express';
import Fastify from 'fastify';
import Koa from 'koa';
import { fastifyHeapdump, heapdump, type HeapdumpOptions, koaHeapdump } from 'heapstat/http';
import type { DiffResult } from '../../dist/analysis/diff.js';
import { ask } from '../helpers/ask.js';
import { plainEnvironment } from '../helpers/heapstat-process.js';
import { summaryOf } from '../helpers/results.js';

class Planted {
  readonly name = 'planted';
}

/** Serves on a free port of loopback until the test is over; the URL. */
async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

/** How each server takes the endpoint, in front of a page `/hello`. */
const SERVERS: Readonly<Record<string, (options: HeapdumpOptions) => Promise<RequestListener>>> = {
  'node:http': async (options) => {
    const dump = heapdump(options);
    return (request, response) => dump(request, response, () => response.end('hello'));
  },
  Express: async (options) => {
    const app = express();
    app.use(heapdump(options));
    app.get('/hello', (_, response) => void response.send('hello'));
    return app;
  },
  Fastify: async (options) => {
    const app = Fastify();
    await app.register(fastifyHeapdump, options);
    app.get('/hello', async () => 'hello');
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  Koa: async (options) => {
    const app = new Koa();
    app.use(koaHeapdump(options));
    app.use((context) => {
      if (context.path === '/hello') context.body = 'hello';
    });
    // oxlint-disable-next-line typescript/no-misused-promises
    return app.callback();
  },
};

for (const [name, listener] of Object.entries(SERVERS)) {
  void test(`${name}: look, compare, download; the other pages are as before`, async (context) => {
    const url = await serve(context, await listener({}));
    const planted = Array.from({ length: 1234 }, () => new Planted());
    assert.equal((await ask(`${url}/hello`)).text, 'hello');
    const early = await ask(`${url}/debug/heapdump?diff=last`);
    assert.equal(early.status, 409);

    const look = await ask(`${url}/debug/heapdump?filter=Planted&filter=Uint8Array`);
    assert.equal(look.status, 200);
    assert.match(look.headers['content-type']!, /^text\/plain; charset=utf-8$/i);
    assert.equal(look.headers['cache-control'], 'no-store');
    assert.equal(look.headers['x-content-type-options'], 'nosniff');
    assert.match(look.text, /^process \d+ at [\dTZ:-]+: .* nodes, .* edges, V8 .*Node \d+/);
    assert.match(look.text, /^Planted +1,234 /m);

    planted.push(...Array.from({ length: 66 }, () => new Planted()));
    const compared = await ask(`${url}/debug/heapdump?diff=last&format=json&filter=Planted`);
    assert.match(compared.headers['content-type']!, /^application\/json/);
    const diff = JSON.parse(compared.text) as DiffResult;
    assert.equal(diff.match.mode, 'class');
    assert.equal(diff.rows.length, 1);
    const { before, after, delta } = diff.rows[0]!;
    assert.deepEqual([before.count, after.count, delta.count], [1234, 1300, 66]);

    const file = await ask(`${url}/debug/heapdump/snapshot`);
    assert.equal(file.status, 200);
    assert.equal(Number(file.headers['content-length']), file.body.length);
    assert.match(
      file.headers['content-disposition']!,
      /^attachment; filename="Heap\.\d{8}\.\d{6}\.\d+\.heapsnapshot"$/,
    );
    const { rows } = await summaryOf(file.body);
    assert.equal(rows.find((row) => row.constructor === 'Planted')!.count, planted.length);

    const wrong = await ask(`${url}/debug/heapdump?limit=x`);
    assert.equal(wrong.status, 400);
    assert.match(wrong.text, /^heapstat: limit is "x", but it should be a whole number/);
    const stranger = await ask(`${url}/debug/heapdump`, { headers: { 'x-forwarded-for': '10.1.2.3' } });
    assert.equal(stranger.status, 403);
  });

  void test(`${name}: switched off, it is not there`, async (context) => {
    const url = await serve(context, await listener({ enabled: false }));
    const switchedOff = await ask(`${url}/debug/heapdump`);
    const unknown = await ask(`${url}/debug/heapdump-not`);
    assert.equal(switchedOff.status, unknown.status);
    assert.equal(
      switchedOff.text.replaceAll('/debug/heapdump', ''),
      unknown.text.replaceAll('/debug/heapdump-not', ''),
    );
    assert.equal((await ask(`${url}/hello`)).text, 'hello');
  });
}

void test('a path of its own, below one that the framework cuts off', async (context) => {
  const mounted = express().use('/internal', heapdump({ path: '/internal/heap' }));
  const inExpress = await serve(context, mounted);
  const app = Fastify();
  await app.register(fastifyHeapdump, { path: '/heap', prefix: '/internal' });
  await app.ready();
  const inFastify = await serve(context, (request, response) => app.routing(request, response));
  for (const url of [inExpress, inFastify]) {
    assert.equal((await ask(`${url}/internal/heap?limit=x`)).status, 400);
    assert.equal((await ask(`${url}/internal/heap/snapshot?limit=x`)).status, 400);
    for (const other of ['/internal/heap2', '/heap', '/debug/heapdump', '/internal/heap/other'])
      assert.equal((await ask(`${url}${other}`)).status, 404, other);
  }
});

void test('alone it answers 404 for what is not its own, and 405 for what only sends', async (context) => {
  const url = await serve(context, heapdump());
  assert.equal((await ask(`${url}/other`)).status, 404);
  for (const method of ['POST', 'HEAD', 'DELETE', 'OPTIONS']) {
    const reply = await ask(`${url}/debug/heapdump`, { method });
    assert.deepEqual([reply.status, reply.headers.allow], [405, 'GET'], method);
  }
});

void test('as data too', async (context) => {
  const url = await serve(context, heapdump());
  const { headers, text } = await ask(`${url}/debug/heapdump?format=csv`);
  assert.equal(headers['content-type'], 'text/csv; charset=utf-8');
  assert.match(text, /^constructor,count,selfSize\n/);
  assert.ok(text.split('\n').length > 100, 'all of it, unless told otherwise');
});

void test('the token opens it to a request that came by a proxy', async (context) => {
  const token = 'a-token-of-some-length';
  const url = await serve(context, heapdump({ token }));
  const headers = { host: 'www.example.com', 'x-forwarded-for': '10.1.2.3' };
  const refused = await ask(`${url}/debug/heapdump?limit=x`, { headers });
  assert.deepEqual([refused.status, refused.headers['www-authenticate']], [401, 'Bearer realm="heapstat"']);
  const wrong = await ask(`${url}/debug/heapdump?limit=x`, { headers: { ...headers, authorization: 'Bearer no' } });
  assert.equal(wrong.status, 401);
  // Past the guard: what it says of the query.
  const right = { ...headers, authorization: `Bearer ${token}` };
  assert.equal((await ask(`${url}/debug/heapdump?limit=x`, { headers: right })).status, 400);
});

void test('one at a time, however many endpoints the process has', async (context) => {
  const [one, other] = [await serve(context, heapdump()), await serve(context, heapdump())];
  const replies = await Promise.all([one, other, one].map((url) => ask(`${url}/debug/heapdump?limit=1`)));
  assert.deepEqual(
    replies.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 429, 429],
  );
  for (const { status, headers } of replies)
    assert.equal(headers['retry-after'] !== undefined && Number(headers['retry-after']) >= 1, status === 429);
  assert.equal((await ask(`${other}/debug/heapdump?limit=1`)).status, 200, 'and afterwards the next');
});

void test('a client that hangs up stops it, and leaves nothing behind', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'heapstat-test-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const url = await serve(context, heapdump({ directory }));
  // One that takes a part of the download and no more.
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write('GET /debug/heapdump/snapshot HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'readable');
  assert.match(String(socket.read(12)), /^HTTP\/1\.1 200/);
  assert.deepEqual(readdirSync(directory), [], 'the file has no name');
  assert.equal((await ask(`${url}/debug/heapdump`)).status, 429, 'as long as it takes');
  socket.destroy();
  for (let status = 429; status !== 200; status = (await ask(`${url}/debug/heapdump?limit=1`)).status) await sleep(20);
});

void test('a client that hangs up before the answer stops the look', async (context) => {
  const url = await serve(context, heapdump());
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await new Promise((sent) => {
    socket.write('GET /debug/heapdump HTTP/1.1\r\nHost: localhost\r\n\r\n', sent);
  });
  socket.destroy();
  let status = 429;
  for (; status === 429; await sleep(20)) ({ status } = await ask(`${url}/debug/heapdump?diff=last`));
  assert.equal(status, 409, 'there has been no look');
});

void test('a client that takes too long is cut off', async (context) => {
  const url = await serve(context, heapdump({ timeLimit: 60_000 }));
  const hasty = await serve(context, heapdump({ timeLimit: 1 }));
  const reply = await ask(`${hasty}/debug/heapdump`);
  assert.equal(reply.status, 503);
  assert.match(reply.text, /time limit/);
  assert.equal((await ask(`${url}/debug/heapdump?limit=1`)).status, 200);
  const predicted = await ask(`${hasty}/debug/heapdump/snapshot`);
  assert.equal(predicted.status, 503);
  assert.match(predicted.text, /going by the last one, a snapshot of a heap of .* takes \d+ s, and the time limit is/);
});

const TIGHT = `
  import { createServer } from 'node:http';
  import { getHeapStatistics } from 'node:v8';
  import { heapdump } from 'heapstat/http';
  // Node's own part differs from version to version: filled up until 8 MB are left.
  const left = () => getHeapStatistics().heap_size_limit - getHeapStatistics().used_heap_size;
  globalThis.kept = [];
  while (left() > 7.8e6) kept.push(new Array(10_000).fill(0.5));
  const server = createServer(heapdump()).listen(0, '127.0.0.1', () => console.log(server.address().port));
`;

void test('where a look might be the end of the service, it is refused', async (context) => {
  const flags = ['--max-old-space-size=32', '--max-semi-space-size=1', '--input-type=module', '--eval', TIGHT];
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const child = spawn(process.execPath, flags, { cwd, env: plainEnvironment({ NODE_ENV: 'test' }) });
  context.after(() => child.kill('SIGKILL'));
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const reply = await ask(`http://localhost:${Number(port)}/debug/heapdump`);
  assert.equal(reply.status, 503);
  assert.match(
    reply.text,
    /^heapstat: the heap of .* is less than 8\.0 MB below its limit of .*: the service might die/,
  );
});

void test('where it cannot write, it says so', async (context) => {
  const url = await serve(context, heapdump({ directory: '/no/such/folder' }));
  const reply = await ask(`${url}/debug/heapdump/snapshot`);
  assert.equal(reply.status, 503);
  assert.match(
    reply.text,
    /^heapstat: cannot write to \/no\/such\/folder: ENOENT.* \(heapdump\(\{ directory \}\)\)\n$/,
  );
});
