import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { DiffResult } from '../../dist/analysis/diff.js';
import { ask } from '../helpers/ask.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { heapstat, plainEnvironment, type Run } from '../helpers/heapstat-process.js';

/** Bytes. Node keeps texts that are longer outside of V8's heap, which then has no end. */
const REPORT = 1_000_000;
const RESPONSE = 429;
/** What a process changes by in strings while it answers: measured 0 to 400 bytes. */
const NOISE = 4096;
/** MB. The leaky service dies after some 30 reports. */
const HEAP_LIMIT = 40;
const MOST_REPORTS = 60;

interface Service {
  readonly url: string;
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** Resolves when it and the upstream that it started have ended: both hold its output open. */
  readonly ended: Promise<{ code: number | null; signal: string | null; stderr: string }>;
}

async function start(context: TestContext, program: string): Promise<Service> {
  const path = fixtureFile(`programs/leaky-service/${program}.mjs`);
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_LIMIT}`, path], {
    env: plainEnvironment({ PORT: '0', NODE_ENV: 'development' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => child.kill('SIGKILL'));
  const errors: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  const ended = once(child, 'close').then(([code, signal]: (number | string | null)[]) => ({
    code: code as number | null,
    signal: signal as string | null,
    stderr: Buffer.concat(errors).toString(),
  }));
  const line = await Promise.race([once(child.stdout, 'data'), ended]);
  const url = Array.isArray(line) ? /http:\S+/.exec(String(line[0]))?.[0] : undefined;
  assert.ok(url, `the service says where it listens: ${JSON.stringify(line)}`);
  return { url, child, ended };
}

async function grown(url: string, ...names: string[]): Promise<DiffResult['rows']> {
  const query = new URLSearchParams({ diff: 'last', format: 'json' });
  for (const name of names) query.append('filter', name);
  const { status, text } = await ask(`${url}/debug/heapdump?${query.toString()}`);
  assert.equal(status, 200, text);
  return (JSON.parse(text) as DiffResult).rows;
}

void test('the service that keeps every response: seen from outside, from the first one to its end', async (context) => {
  const { url, ended } = await start(context, 'leak');
  await ask(`${url}/reports/first?bytes=20000`);

  const look = await ask(`${url}/debug/heapdump`);
  assert.match(look.text, /^process \d+ at .* nodes, .* edges/);
  assert.match(look.text, /^25 of \d+ constructors shown: /m);
  const filtered = await ask(`${url}/debug/heapdump?filter=cachedresponse`);
  assert.match(filtered.text, /^CachedResponse +2 /m, 'the report, and the metadata it needs');

  const item = await ask(`${url}/items/1`);
  assert.equal(item.body.length, RESPONSE);
  const rows = await grown(url, 'CachedResponse', '/^\\(string\\)$/');
  const response = rows.find((row) => row.constructor === 'CachedResponse')!;
  assert.equal(response.delta.count, 1);
  const strings = rows.find((row) => row.constructor === '(string)')!.delta.selfSize;
  assert.ok(strings >= RESPONSE && strings <= RESPONSE + NOISE, `${strings} B for a response of ${RESPONSE} B`);

  for (const name of ['a', 'b']) await ask(`${url}/reports/${name}?bytes=${REPORT}`);
  const [large] = await grown(url);
  assert.equal(large!.constructor, '(string)', 'the largest growth');
  // V8 lets go of some of its own meanwhile: sources of functions that have not been called for a while.
  assert.ok(large!.delta.selfSize >= 1.8 * REPORT, `${large!.delta.selfSize} B for two reports of ${REPORT} B`);

  let reports = 0;
  const failed = async (): Promise<boolean> => {
    reports++;
    return ask(`${url}/reports/${reports}?bytes=${REPORT}`).then(
      ({ status }) => status !== 200,
      () => true,
    );
  };
  while (!(await failed())) assert.ok(reports < MOST_REPORTS, `it still lives after ${reports} reports`);
  const { code, signal, stderr } = await ended;
  // A shell says 134.
  assert.ok(signal === 'SIGABRT' || code === 134, `exit code ${code}, signal ${signal}`);
  assert.match(stderr, /heap out of memory/);
});

void test('the service with the mended client: the same requests, and no growth', async (context) => {
  const { url, child, ended } = await start(context, 'fixed');
  for (const name of ['a', 'b']) await ask(`${url}/reports/${name}?bytes=${REPORT}`);
  assert.equal((await ask(`${url}/items/1`)).body.length, RESPONSE);
  assert.equal((await ask(`${url}/debug/heapdump`)).status, 200);
  for (let report = 0; report < MOST_REPORTS; report++)
    assert.equal((await ask(`${url}/reports/${report}?bytes=${REPORT}`)).status, 200);
  const rows = await grown(url);
  const strings = rows.find((row) => row.constructor === '(string)')?.delta.selfSize ?? 0;
  assert.ok(strings < REPORT, `${strings} B of strings after ${MOST_REPORTS} reports of ${REPORT} B`);
  child.kill('SIGTERM');
  assert.equal((await ended).signal, 'SIGTERM');
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** The leak test of the README: new items again and again. */
async function leakTest(context: TestContext, program: string): Promise<Run> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-story-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const load = `for (let k = 0; k < 100; k++) await (await fetch('http://127.0.0.1:${port}/items/' + process.pid + '-' + k)).text()`;
  return heapstat(
    [
      'run',
      '--ready',
      `http://127.0.0.1:${port}/items/0`,
      '--output',
      folder,
      '--per',
      '100',
      '--load',
      `"${process.execPath}" --input-type=module -e "${load}"`,
      '--',
      process.execPath,
      fixtureFile(`programs/leaky-service/${program}.mjs`),
    ],
    { env: { PORT: String(port), NODE_ENV: 'development' } },
  );
}

void test('heapstat run names the cache, and passes the mended client', async (context) => {
  const [leak, fixed] = await Promise.all([leakTest(context, 'leak'), leakTest(context, 'fixed')]);
  assert.equal(leak.code, 1, leak.stderr);
  assert.match(
    leak.stdout.replaceAll(/\s+/g, ' '),
    / 300 CachedResponse \([^)]* 1 object each operation\) are held by Map "responses" of UpstreamClient, variable "client" in startService\(\) in \S+service\.mjs:10 /,
  );
  assert.match(leak.stdout, /^FAILED {2}the heap: leak suspects 1, /m);
  assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
  assert.match(fixed.stdout, /^PASSED {2}the heap: leak suspects 0 /m);
});
