import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { chooseTarget, type InspectorTarget, listTargets, parseAddress } from '../../dist/capture/targets.js';
import { HeapstatError } from '../../dist/errors.js';
import { startFakeInspector } from '../helpers/fake-inspector.js';

void test('addresses', () => {
  assert.deepEqual(['', '9230', 'localhost:1', '[::1]:9229', 'example.org', '[::1]'].map(parseAddress), [
    { host: '127.0.0.1', port: 9229 },
    { host: '127.0.0.1', port: 9230 },
    { host: 'localhost', port: 1 },
    { host: '::1', port: 9229 },
    { host: 'example.org', port: 9229 },
    { host: '::1', port: 9229 },
  ]);
  for (const text of ['a:b', 'http://x:1', '1:2:3', 'x:0', 'x:65536', 'a b', 'x/y'])
    assert.throws(() => parseAddress(text), HeapstatError, text);
});

function target(type: string, title: string, id = title): InspectorTarget {
  return { id, type, title, url: `http://${title}/`, socketUrl: '' };
}

void test('which target: the only page, or the one that is named', () => {
  const [a, b, worker] = [target('page', 'alpha'), target('page', 'beta'), target('service_worker', 'alpha-sw')];
  assert.equal(chooseTarget([a, worker], undefined), a);
  assert.equal(chooseTarget([a, b, worker], 'bet'), b);
  assert.equal(chooseTarget([a, b, worker], 'alpha-sw'), worker);
  assert.equal(chooseTarget([worker], undefined), worker);
  assert.throws(() => chooseTarget([a, b], undefined), /several to choose from.*alpha.*beta/);
  assert.throws(() => chooseTarget([a, b], 'gamma'), /nothing there is called "gamma"; there is: page alpha/);
  assert.throws(() => chooseTarget([], undefined), /lists no targets/);
});

void test('connects to the address that was asked, whatever the answer names', async (context) => {
  const inspector = await startFakeInspector({});
  context.after(() => inspector.close());
  const [found] = await listTargets({ host: 'localhost', port: inspector.port });
  assert.equal(found!.socketUrl, `ws://127.0.0.1:${inspector.port}/a`);
});

void test('entries that are none are left out', async (context) => {
  const inspector = await startFakeInspector({ list: '[null, 1, {}, {"webSocketDebuggerUrl": "nonsense"}]' });
  context.after(() => inspector.close());
  assert.deepEqual(await listTargets({ host: '127.0.0.1', port: inspector.port }), []);
});

void test('what is no inspector is told so', async (context) => {
  for (const list of ['<html>', '{}', '"x"', '']) {
    const inspector = await startFakeInspector({ list });
    context.after(() => inspector.close());
    await assert.rejects(
      listTargets({ host: '127.0.0.1', port: inspector.port }),
      /does not answer as an inspector does/,
    );
  }
  // Something that speaks no HTTP.
  const server = createServer((socket) => {
    socket.on('error', () => {}).resume();
    socket.end('220 smtp\r\n');
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await assert.rejects(listTargets({ host: '127.0.0.1', port }), { code: 'UNREADABLE' });
  server.close();
  await once(server, 'close');
  await assert.rejects(listTargets({ host: '127.0.0.1', port }), /nothing listens there/);
});
