import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import express from 'express';
import Fastify from 'fastify';
import Koa from 'koa';
import { fastifyHeapdump, heapdump, type HeapdumpOptions, koaHeapdump } from 'heapstat/http';
import type { AllocationSitesResult } from '../../dist/analysis/allocation-sites.js';
import type { LiveMemoryResult } from '../../dist/analysis/live-memory.js';
import type { LooksResult } from '../../dist/analysis/looks.js';
import type { RequestProfilesResult } from '../../dist/analysis/request-profile.js';
import type { LookSchedule } from '../../dist/analysis/looks.js';
import { RequestProfiler } from '../../dist/http/pages/request-profiler.js';
import { ask } from '../helpers/ask.js';
import { startLiveService } from '../helpers/live-process.js';

interface LiveAnswer {
  readonly schedule: LookSchedule | null;
  readonly lookedAt: number | null;
}

async function serve(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  return `http://localhost:${(server.address() as AddressInfo).port}`;
}

const SERVERS: Readonly<Record<string, (options: HeapdumpOptions) => Promise<RequestListener>>> = {
  'node:http': async (options) => heapdump(options),
  Express: async (options) => express().use(heapdump(options)),
  Fastify: async (options) => {
    const app = Fastify();
    await app.register(fastifyHeapdump, options);
    await app.ready();
    return (request, response) => app.routing(request, response);
  },
  Koa: async (options) => {
    const app = new Koa().use(koaHeapdump(options));
    const callback = app.callback();
    return (request, response) => void callback(request, response);
  },
};

for (const [name, start] of Object.entries(SERVERS)) {
  void test(`${name}: a page, its questions, and a look that only it can have taken`, async (context) => {
    const origin = await serve(context, await start({ pages: true, checkMemory: false }));
    const pages = `${origin}/debug/heapdump/pages/`;
    const page = await ask(pages);
    assert.equal(page.status, 200);
    assert.match(String(page.headers['content-security-policy']), /default-src 'none'.*frame-ancestors 'none'/);
    assert.doesNotMatch(String(page.headers['content-security-policy']), /unsafe/);

    const live = JSON.parse((await ask(`${pages}api/live`)).text) as { action: string; memory: LiveMemoryResult };
    assert.ok(live.memory.usedHeap.at(-1)! > 1e6);
    assert.equal(live.memory.rss.length, live.memory.at.length);

    const refused = await ask(`${pages}api/look`, { method: 'POST' });
    assert.equal(refused.status, 403);
    const wrong = await ask(`${pages}api/look`, { method: 'POST', headers: { 'x-heapstat-action': 'x' } });
    assert.equal(wrong.status, 403);
    // GET may come from a link; a look may not.
    assert.equal((await ask(`${pages}api/look`)).status, 405);
    assert.equal((JSON.parse((await ask(`${pages}api/looks`)).text) as LooksResult).latest, null);

    const headers = { 'x-heapstat-action': live.action };
    const other = { ...headers, origin: 'http://evil.example' };
    assert.equal((await ask(`${pages}api/look`, { method: 'POST', headers: other })).status, 403);
    const taken = await ask(`${pages}api/look`, { method: 'POST', headers });
    assert.equal(taken.status, 200, taken.text);
    assert.equal((JSON.parse(taken.text) as LooksResult).looks.length, 1);
    assert.equal((await ask(`${pages}nowhere`)).status, 404);
    assert.match((await ask(`${pages}api/object?id=1`)).text, /there is no snapshot to look into/);
  });
}

void test('without pages: true there are none', async (context) => {
  const origin = await serve(context, heapdump());
  for (const path of ['pages', 'pages/', 'pages/api/live']) {
    const { status, text } = await ask(`${origin}/debug/heapdump/${path}`);
    assert.equal(status, 404);
    assert.match(text, /heapdump\({ pages: true }\)/);
  }
});

void test('who may not look gets a page that asks for the token, and no answer', async (context) => {
  const origin = await serve(context, heapdump({ pages: true, token: 'x'.repeat(16), trustLoopback: false }));
  const pages = `${origin}/debug/heapdump/pages/`;
  const { status, headers } = await ask(pages);
  assert.equal(status, 401);
  assert.match(String(headers['content-type']), /^text\/html/);
  for (const path of ['api/live', 'api/sites', 'api/looks']) {
    const reply = await ask(pages + path);
    assert.equal(reply.status, 401);
    assert.match(reply.text, /^heapstat: every request needs the token/);
  }
  const authorization = `Bearer ${'x'.repeat(16)}`;
  assert.equal((await ask(`${pages}api/live`, { headers: { authorization } })).status, 200);
});

void test('a garbage collection is not had by asking often', async (context) => {
  const origin = await serve(context, heapdump({ pages: true }));
  const url = `${origin}/debug/heapdump/pages/api/sites`;
  const first = JSON.parse((await ask(url)).text) as AllocationSitesResult;
  const second = JSON.parse((await ask(url)).text) as AllocationSitesResult;
  assert.equal(first.reason, null);
  assert.deepEqual(second.at, first.at);
});

void test('a request has itself profiled where it may look, and nowhere else', async (context) => {
  const token = 'y'.repeat(16);
  const dump = heapdump({ pages: true, profileRequests: 1e9, token, trustLoopback: false });
  const origin = await serve(context, (request, response) => dump(request, response, () => response.end('hello')));
  const authorization = `Bearer ${token}`;
  const profiles = async (): Promise<RequestProfilesResult> => {
    const { text } = await ask(`${origin}/debug/heapdump/pages/api/profiles`, { headers: { authorization } });
    return JSON.parse(text) as RequestProfilesResult;
  };
  // The service may know another token by that header; whoever has this one there, has it.
  for (const sent of ['1', 'z'.repeat(16)]) await ask(`${origin}/no`, { headers: { 'x-heapstat-profile': sent } });
  await ask(`${origin}/yes`, { headers: { 'x-heapstat-profile': token } });
  let { requests } = await profiles();
  while (requests.length === 0) {
    await sleep(5);
    ({ requests } = await profiles());
  }
  assert.deepEqual(
    requests.map(({ method, route, others }) => [method, route, others]),
    [['GET', '/yes', 0]],
  );
  const sites = await ask(`${origin}/debug/heapdump/pages/api/sites`, { headers: { authorization } });
  assert.match(sites.text, /requests are profiled instead/);
});

void test('a service that may not have the inspector runs on, is looked at, and says what there is not', async (context) => {
  const known = process.allowedNodeEnvironmentFlags;
  const flags = [
    known.has('--permission') ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    '--allow-fs-write=*',
    ...['--allow-net', '--allow-worker'].filter((flag) => known.has(flag)),
  ];
  const origin = await startLiveService(context, { pages: true, checkMemory: false }, flags);
  const pages = `${origin}/debug/heapdump/pages/`;
  const { reason } = JSON.parse((await ask(`${pages}api/sites`)).text) as AllocationSitesResult;
  assert.match(String(reason), /^the inspector is not to be had/);
  const { action } = JSON.parse((await ask(`${pages}api/live`)).text) as { action: string };
  for (const kind of ['look', 'snapshot', 'look']) {
    const { status, text } = await ask(`${pages}api/${kind}`, {
      method: 'POST',
      headers: { 'x-heapstat-action': action },
    });
    assert.equal(status, 200, text);
  }
});

void test('a profile is given up where the request does not end, and the next one is taken', async () => {
  const profiler = new RequestProfiler(1e9, 50);
  const observe = (route: string): EventEmitter => {
    const response = new EventEmitter();
    const request = { method: 'GET', url: route, headers: {} };
    profiler.observe(request as IncomingMessage, response as ServerResponse, true);
    return response;
  };
  const routes = (): string[] => profiler.result().requests.map(({ route }) => route);
  // As soon as the session is opened.
  for (; routes().length === 0; await sleep(5)) observe('/first').emit('close');
  const endless = observe('/events');
  await sleep(200);
  endless.emit('close');
  observe('/next').emit('close');
  while (routes().length === 1) await sleep(5);
  assert.deepEqual(routes(), ['/next', '/first']);
});

void test('a route below a router is one, whatever id the router is mounted at', async () => {
  const profiler = new RequestProfiler(1e9);
  const taken = (): number => profiler.result().requests.length;
  for (const id of ['7', '8'])
    for (const before = taken(); taken() === before; await sleep(5)) {
      const response = new EventEmitter();
      const request = {
        method: 'GET',
        url: '/items/1',
        headers: {},
        baseUrl: `/users/${id}`,
        route: { path: '/items/:item' },
      };
      profiler.observe(request as unknown as IncomingMessage, response as ServerResponse, true);
      response.emit('close');
    }
  const { requests } = profiler.result();
  assert.deepEqual([...new Set(requests.map(({ route }) => route))], ['/users/:id/items/:item']);
});

void test('a look by itself, each time its minutes are over, until it is closed', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] });
  const handlers: Record<
    string,
    (options: HeapdumpOptions) => Promise<{ listener: RequestListener; close: () => unknown }>
  > = {
    'node:http': async (options) => {
      const dump = heapdump(options);
      return { listener: dump, close: () => dump.close() };
    },
    Fastify: async (options) => {
      const app = Fastify();
      await app.register(fastifyHeapdump, options);
      await app.ready();
      return { listener: (request, response) => app.routing(request, response), close: () => app.close() };
    },
    Koa: async (options) => {
      const middleware = koaHeapdump(options);
      const callback = new Koa().use(middleware).callback();
      return {
        listener: (request, response) => void callback(request, response),
        close: () => middleware.close(),
      };
    },
  };
  for (const [name, make] of Object.entries(handlers)) {
    const { listener, close } = await make({ pages: true, lookEvery: 10, checkMemory: false });
    const origin = await serve(context, listener);
    const live = async (): Promise<LiveAnswer> =>
      JSON.parse((await ask(`${origin}/debug/heapdump/pages/api/live`)).text) as LiveAnswer;
    const looks = async (): Promise<LooksResult> =>
      JSON.parse((await ask(`${origin}/debug/heapdump/pages/api/looks`)).text) as LooksResult;
    const { schedule, lookedAt } = await live();
    assert.deepEqual([schedule!.every, schedule!.skipped, lookedAt], [600_000, null, null], name);
    for (const count of [1, 2]) {
      context.mock.timers.tick(600_000);
      while ((await looks()).looks.length < count) await new Promise((resolve) => setImmediate(resolve));
    }
    const taken = await looks();
    assert.deepEqual(
      taken.looks.map(({ kind, stopped }) => [kind, stopped > 0]),
      [
        ['look', true],
        ['look', true],
      ],
    );
    assert.equal((await live()).lookedAt, taken.looks[1]!.at);
    await close();
    if (name === 'Fastify') continue; // it answers no more
    context.mock.timers.tick(3_600_000);
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    assert.equal((await looks()).looks.length, 2, name);
  }
});

void test('Fastify does not profile requests, and says so', async () => {
  const app = Fastify();
  await assert.rejects(
    async () => app.register(fastifyHeapdump, { pages: true, profileRequests: true }),
    /not for Fastify/,
  );
});
