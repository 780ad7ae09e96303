// What the endpoint costs: the memory of a look beside V8's own, and the other requests of a service it is mounted in.
// node build/bench/endpoint.js
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { heapdump } from 'heapstat/http';
import { ask } from '../helpers/ask.js';
import { OwnSnapshot } from '../../dist/http/own-snapshot.js';

const SELF = fileURLToPath(import.meta.url);
const OBJECTS = [25_000, 100_000];
const REQUESTS = 1500;
const ROUNDS = 15;
const CALLS = 2_000_000;
const IN_FLIGHT = 8;
/** What is on the heap besides, for as long as the process lives. */
const held: unknown[] = [];

const [, , role, detail = ''] = process.argv;
if (role === 'memory') await measureMemory(detail, Number(process.argv[4]));
else if (role === 'server') await runServer();
else if (role === 'churn') await measureChurn(detail === 'keep');
else await run();

async function run(): Promise<void> {
  console.log(`Node ${process.version}`);
  for (const objects of OBJECTS) {
    const results = ['bare', 'look', 'piped'].map((how) => {
      const { stdout } = spawnSync(process.execPath, [SELF, 'memory', how, String(objects)], { encoding: 'utf8' });
      return JSON.parse(stdout) as { peak: number; grown: number; text: number; milliseconds: number };
    });
    const [bare, look, piped] = results;
    console.log(
      `snapshot of ${mb(bare!.text)} MB: V8 alone ${mb(bare!.grown)} MB beside the heap, ${bare!.milliseconds} ms; ` +
        `a look ${mb(look!.grown - bare!.grown)} MB more, ${look!.milliseconds} ms; ` +
        `as a stream that is read ${mb(piped!.grown - bare!.grown)} MB more`,
    );
  }
  for (const how of ['forget', 'keep']) {
    const { stdout } = spawnSync(process.execPath, [SELF, 'churn', how], { encoding: 'utf8' });
    console.log(
      `processor time of code that makes many objects, after a look (ids: ${how}) to before: ${stdout.trim()}`,
    );
  }
  const server = spawn(process.execPath, [SELF, 'server'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(server.stdout, 'data')) as [Buffer];
  const [bare, mounted] = String(line).trim().split(' ') as [string, string];
  const ratios: number[] = [];
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    // In turns, the first one in turns too: what else the machine does hits both.
    const order = round % 2 === 0 ? [bare, mounted] : [mounted, bare];
    const times = new Map<string, number>();
    for (const url of order) times.set(url, await time(url));
    ratios.push(times.get(bare)! / times.get(mounted)!);
    rates.push(REQUESTS / (times.get(bare)! / 1000));
  }
  server.kill();
  console.log(`a request that is not for it: ${nanosecondsPerCall().toFixed(0)} ns in the handler`);
  console.log(
    `requests/s with the handler mounted, to without: ${median(ratios).toFixed(3)} ` +
      `(${ratios.map((ratio) => ratio.toFixed(3)).join(' ')}); without ${Math.round(median(rates))}`,
  );
}

/** Of the handler alone, beside what calling the next one takes. */
function nanosecondsPerCall(): number {
  const dump = heapdump();
  const request = { url: '/api/items/12345?page=2' } as Parameters<typeof dump>[0];
  const response = {} as Parameters<typeof dump>[1];
  let calls = 0;
  const next = (): void => {
    calls++;
  };
  const pass = (call: () => void): number => {
    const startedAt = performance.now();
    for (let i = 0; i < CALLS; i++) call();
    return performance.now() - startedAt;
  };
  const times = Array.from({ length: 5 }, () => pass(() => dump(request, response, next)) - pass(next));
  assert.equal(calls, 2 * 5 * CALLS);
  return (median(times) * 1e6) / CALLS;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

/** In a process of its own, as only a new one has a peak of its own. */
async function measureMemory(how: string, objects: number): Promise<void> {
  for (let i = 0; i < objects; i++) held.push({ id: i, name: `object ${i}`, tags: [i] });
  const before = process.memoryUsage.rss();
  const startedAt = performance.now();
  let text = 0;
  if (how === 'bare') {
    const snapshot = new OwnSnapshot();
    await snapshot.writeTo((chunk) => {
      text += chunk.length;
    });
  } else if (how === 'piped') {
    const { getHeapSnapshot } = await import('node:v8');
    for await (const chunk of getHeapSnapshot() as AsyncIterable<Uint8Array>) text += chunk.length;
  } else {
    const server = createServer(heapdump({ checkMemory: false })).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://localhost:${(server.address() as AddressInfo).port}/debug/heapdump?format=json&limit=1`;
    text = (JSON.parse((await ask(url)).text) as { snapshot: { bytes: number } }).snapshot.bytes;
    server.close();
  }
  const milliseconds = Math.round(performance.now() - startedAt);
  assert.equal(held.length, objects);
  const peak = process.resourceUsage().maxRSS * 1024;
  console.log(JSON.stringify({ peak, grown: peak - before, text, milliseconds }));
}

/** What following the objects costs: see forgetIds(). */
async function measureChurn(keepIds: boolean): Promise<void> {
  held.push(...Array.from({ length: 50_000 }, (_, i) => ({ id: i, name: `object ${i}`, tags: [i] })));
  const ring: unknown[] = [];
  const churn = (): number => {
    const { user, system } = process.cpuUsage();
    for (let i = 0; i < 1_000_000; i++) ring[i % 20_000] = { i, list: [i], text: `x${i}` };
    const now = process.cpuUsage();
    return now.user + now.system - user - system;
  };
  const typical = (): number => median(Array.from({ length: 5 }, churn));
  churn();
  const before = typical();
  const server = createServer(heapdump({ checkMemory: false, keepIds })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await ask(`http://localhost:${(server.address() as AddressInfo).port}/debug/heapdump`);
  server.close();
  console.log((typical() / before).toFixed(2));
  assert.equal(held.length, 50_000);
}

async function runServer(): Promise<void> {
  const dump = heapdump();
  const bare = createServer((_, response) => response.end('hello'));
  const mounted = createServer((request, response) => dump(request, response, () => response.end('hello')));
  for (const server of [bare, mounted]) await once(server.listen(0, '127.0.0.1'), 'listening');
  console.log([bare, mounted].map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`).join(' '));
}

/** Milliseconds for REQUESTS requests over kept connections. */
async function time(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      await new Promise<void>((resolve, reject) => {
        get(url, { agent }, (response) => response.resume().once('end', resolve)).once('error', reject);
      });
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  agent.destroy();
  return performance.now() - startedAt;
}
