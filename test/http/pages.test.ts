import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
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
import { ask } from '../helpers/ask.js';

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

void test('Fastify does not profile requests, and says so', async () => {
  const app = Fastify();
  await assert.rejects(
    async () => app.register(fastifyHeapdump, { pages: true, profileRequests: true }),
    /not for Fastify/,
  );
});
