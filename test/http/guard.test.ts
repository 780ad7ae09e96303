import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AccessPolicy, type AskingRequest, refuseAccess } from '../../dist/http/guard.js';
import { hashToken } from '../../dist/http/options.js';

const TOKEN = 'correct horse battery'.replaceAll(' ', '-');
const OPEN: AccessPolicy = { tokenHash: null, trustsLoopback: true, hosts: ['app.test'] };
const WITH_TOKEN: AccessPolicy = { ...OPEN, tokenHash: hashToken(TOKEN) };
const CLOSED: AccessPolicy = { ...WITH_TOKEN, trustsLoopback: false };

function asking(
  headers: Record<string, string | undefined> = {},
  remoteAddress: string | undefined = '127.0.0.1',
  httpVersion = '1.1',
): AskingRequest {
  return { httpVersion, headers: { host: 'localhost:8080', ...headers }, socket: { remoteAddress } };
}

/** Status of the refusal, or 200. */
function statusOf(request: AskingRequest, policy: AccessPolicy = OPEN): number {
  return refuseAccess(request, policy)?.status ?? 200;
}

void test('clients on this machine come in', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1', '::FFFF:127.0.0.1'])
    assert.equal(statusOf(asking({}, address)), 200, address);
  for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:8080', '[::1]:8080', '[::1]', 'app.test', 'App.Test:9'])
    assert.equal(statusOf(asking({ host })), 200, host);
  assert.equal(statusOf(asking({ host: undefined, ':authority': 'localhost:8443' }, '::1', '2.0')), 200, 'HTTP/2');
});

void test('others do not', () => {
  const elsewhere = ['10.0.0.7', '192.168.1.4', '1127.0.0.1', '127.0.0.1.example', '::2', '::ffff:10.0.0.1', '', '::'];
  for (const address of [...elsewhere, '127.0.0.1\n10.0.0.1'])
    assert.equal(statusOf(asking({}, address)), 403, address);
  const unixSocket: AskingRequest = { httpVersion: '1.1', headers: { host: 'localhost' }, socket: {} };
  assert.equal(statusOf(unixSocket), 403, 'a proxy may use one');
});

void test('what a proxy forwards does not come from this machine', () => {
  const headers = [
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'forwarded',
    'via',
    'x-real-ip',
    'cf-connecting-ip',
    'true-client-ip',
    'x-original-forwarded-for',
    'x-envoy-external-address',
  ];
  for (const header of headers) {
    assert.equal(statusOf(asking({ [header]: '127.0.0.1' })), 403, header);
    assert.equal(statusOf(asking({ [header]: '' })), 403, `${header}, empty`);
  }
  assert.equal(statusOf(asking({}, '127.0.0.1', '1.0')), 403, 'nginx forwards by HTTP/1.0, with no header of its own');
});

void test('a name that an attacker has pointed at this machine is refused', () => {
  const hosts = [
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost@x',
  ];
  for (const host of [...hosts, '', '127.0.0.1:80:80', '[::1', '2130706433', 'localhost ', 'notlocalhost', undefined])
    assert.equal(statusOf(asking({ host })), 403, String(host));
});

void test("other sites' pages in a browser on this machine are refused", () => {
  for (const site of ['cross-site', 'same-site', 'nonsense'])
    assert.equal(statusOf(asking({ 'sec-fetch-site': site })), 403, site);
  for (const site of ['same-origin', 'none']) assert.equal(statusOf(asking({ 'sec-fetch-site': site })), 200, site);
  assert.equal(statusOf(asking({ origin: 'http://localhost:8080' })), 200);
  for (const origin of ['http://localhost:3000', 'https://evil.example', 'null'])
    assert.equal(statusOf(asking({ origin })), 403, origin);
});

void test('the token lets in from anywhere; a wrong one from nowhere', () => {
  const right = { authorization: `Bearer ${TOKEN}` };
  assert.equal(statusOf(asking(right, '10.0.0.7'), WITH_TOKEN), 200);
  assert.equal(statusOf(asking({ authorization: `bearer  ${TOKEN}` }, '10.0.0.7'), WITH_TOKEN), 200);
  assert.equal(
    statusOf(asking({ ...right, 'x-forwarded-for': '1.2.3.4', host: 'www.example.com' }), WITH_TOKEN),
    200,
    'by a proxy',
  );
  assert.equal(statusOf(asking(right), CLOSED), 200);
  assert.equal(statusOf(asking(right, '10.0.0.7'), OPEN), 403, 'where there is none, it opens nothing');
  for (const wrong of [TOKEN.slice(1), `${TOKEN}x`, TOKEN.toUpperCase(), 'undefined', 'null', 'x'])
    assert.equal(statusOf(asking({ authorization: `Bearer ${wrong}` }), WITH_TOKEN), 401, wrong);
  for (const authorization of ['', 'Bearer', 'Bearer ', TOKEN, `Basic ${TOKEN}`, `Bearer a ${TOKEN}`])
    assert.equal(statusOf(asking({ authorization }, '10.0.0.7'), WITH_TOKEN), 401, authorization);
  assert.equal(statusOf(asking(), WITH_TOKEN), 200, 'loopback without one');
  assert.equal(statusOf(asking(), CLOSED), 401);
});

void test('a refusal says what to do, and gives nothing away', () => {
  const refusal = refuseAccess(asking({}, '10.0.0.7'), WITH_TOKEN)!;
  assert.equal(refusal.headers['www-authenticate'], 'Bearer realm="heapstat"');
  assert.match(refusal.message, /only clients on this machine .* send it as "Authorization: Bearer TOKEN"/);
  const wrong = refuseAccess(asking({ authorization: 'Bearer not-the-one' }), WITH_TOKEN)!;
  for (const { message } of [refusal, wrong]) {
    assert.ok(!message.includes(TOKEN));
    assert.ok(!message.includes('not-the-one'));
  }
  assert.match(refuseAccess(asking({}, '10.0.0.7'), OPEN)!.message, /heapdump\(\{ token \}\)/);
});
