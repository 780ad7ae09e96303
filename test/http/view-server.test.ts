import assert from 'node:assert/strict';
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { BrowserQuery } from '../../dist/analysis/heap-browser.js';
import { usageError } from '../../dist/errors.js';
import { serveView, type View } from '../../dist/http/view-server.js';

const POLICY = "default-src 'none'; script-src 'sha256-x'";
const asked: BrowserQuery[] = [];
const defects: unknown[] = [];
let view: View;

before(async () => {
  view = await serveView({
    page: { html: '<p>page', policy: POLICY },
    token: 'secret',
    port: 0,
    state: () => ({ type: 'reading', done: 1, total: 2 }),
    ask: async (query) => {
      asked.push(query);
      if (query.type === 'why' && query.target === 'gone') throw usageError('no constructor is named "gone"');
      if (query.type === 'why') throw new TypeError('a defect');
      return '{"answer":1}';
    },
    onDefect: (error) => defects.push(error),
  });
});
after(() => view.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function get(path: string, options: RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(view.url);
    const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

void test('the page, under its policy, kept nowhere', async () => {
  const { status, headers, body } = await get('/secret/');
  assert.deepEqual([status, body], [200, '<p>page']);
  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(headers['content-security-policy'], POLICY);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.equal(headers['x-frame-options'], 'DENY');
  assert.equal(headers['access-control-allow-origin'], undefined);
});

void test('who may not come in', async () => {
  for (const path of ['/', '/wrong/', '/secre/', '/secrets/', '/api/report', '//secret/', '/wrong/api/object?id=1'])
    assert.equal((await get(path)).status, 403, path);
  for (const host of [
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '127.0.0.1:x',
  ])
    assert.equal((await get('/secret/', { headers: { host } })).status, 403, host);
  for (const host of ['localhost', 'LOCALHOST:1234', '127.0.0.1:9'])
    assert.equal((await get('/secret/', { headers: { host } })).status, 200, host);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const { status, headers } = await get('/secret/api/report', { method });
    assert.deepEqual([status, headers.allow], [405, 'GET, HEAD'], method);
  }
  assert.deepEqual(asked, [], 'nobody was asked');
});

void test('it listens on loopback only', async () => {
  assert.match(view.url, /^http:\/\/127\.0\.0\.1:\d+\/secret\/$/);
  const other = connect({ host: '127.0.0.2', port: Number(new URL(view.url).port) });
  const outcome = await new Promise<string>((resolve) => {
    other.on('connect', () => resolve('connected'));
    other.on('error', () => resolve('refused'));
  });
  other.destroy();
  assert.equal(outcome, 'refused');
});

void test('questions', async () => {
  assert.deepEqual(JSON.parse((await get('/secret/api/state')).body), { type: 'reading', done: 1, total: 2 });
  asked.length = 0;
  for (const path of [
    'report',
    'instances?target=a%20b&from=50',
    'instances?target=%3Cimg%3E',
    'object?id=7&fieldsFrom=50&entriesFrom=150&retainersFrom=100',
    'object?id=7',
  ]) {
    const { status, headers, body } = await get(`/secret/api/${path}`);
    assert.deepEqual([status, body], [200, '{"answer":1}'], path);
    assert.equal(headers['content-type'], 'application/json; charset=utf-8');
  }
  assert.deepEqual(asked, [
    { type: 'report' },
    { type: 'instances', target: 'a b', from: 50 },
    { type: 'instances', target: '<img>', from: 0 },
    { type: 'object', nodeId: 7, fieldsFrom: 50, entriesFrom: 150, retainersFrom: 100 },
    { type: 'object', nodeId: 7, fieldsFrom: 0, entriesFrom: 0, retainersFrom: 0 },
  ]);
});

void test('bad questions get a plain answer', async () => {
  for (const [path, status, body] of [
    ['api/instances', 400, 'api/instances needs ?target=\n'],
    ['api/object?id=x', 400, 'id should be a whole number, but is "x"\n'],
    ['api/object?id=-1', 400, 'id should be a whole number, but is "-1"\n'],
    ['api/object?id=1&fieldsFrom=1e9', 400, 'fieldsFrom should be a whole number, but is "1e9"\n'],
    ['api/why?target=gone', 400, 'no constructor is named "gone"\n'],
    ['api/nothing', 404, 'there is no such page\n'],
    ['../secret', 404, 'there is no such page\n'],
  ] as const) {
    const answer = await get(`/secret/${path}`);
    assert.deepEqual([answer.status, answer.body], [status, body], path);
    assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  }
});

void test('a defect is told where heapstat runs, not to the browser', async () => {
  const { status, body } = await get('/secret/api/why?target=x');
  assert.deepEqual([status, body], [500, 'internal error: see where heapstat view runs\n']);
  assert.match(String(defects), /a defect/);
});

void test('a port that is taken', async () => {
  const port = Number(new URL(view.url).port);
  const again = { page: { html: '', policy: '' }, token: 't', port, state: () => ({ type: 'ready' }) as const };
  await assert.rejects(serveView({ ...again, ask: async () => '', onDefect: () => {} }), {
    code: 'USAGE',
    message: `cannot listen on port ${port}: something else listens there; without --port any free one is taken`,
  });
});
