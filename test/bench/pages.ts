// What the pages cost a service: its requests with them, and with requests profiled, to a bare server's, in one run.
// node build/bench/pages.js
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { heapdump } from 'heapstat/http';

const SELF = fileURLToPath(import.meta.url);
/** Ten seconds and more: what a page asks for comes every few seconds, and V8 is slower for half a second after it has collected all garbage. */
const REQUESTS = 400_000;
const ROUNDS = 3;
const IN_FLIGHT = 8;
/** Objects on the heap of each server, some 20 MB. */
const OBJECTS = 200_000;
/** V8's profilers are of a process, so each has its own. */
const ROLES = ['bare', 'pages', 'watched', 'profiled'] as const;

const [, , role] = process.argv;
if (role === undefined) await run();
else await runServer(role);

async function run(): Promise<void> {
  const servers = await Promise.all(ROLES.map(start));
  try {
    await compare(servers.map(({ url }) => url));
  } finally {
    for (const server of servers) server.stop();
  }
}

async function compare(urls: readonly string[]): Promise<void> {
  const rates = ROLES.map((): number[] => []);
  const closed = new AbortController();
  const watching = (async () => {
    for (; !closed.signal.aborted; await sleep(5000, undefined, { ref: false })) await watch(urls[2]!);
  })();
  // Told at the end.
  watching.catch(() => {});
  for (let round = 0; round <= ROUNDS; round++) {
    // In turns, the first one in turns too: what else the machine does hits all.
    for (let i = 0; i < urls.length; i++) {
      const which = (i + round) % urls.length;
      const rate = await measure(urls[which]!);
      // The first round warms up.
      if (round > 0) rates[which]!.push(rate);
    }
  }
  closed.abort();
  // Asleep, it is not waited for; what has failed is told.
  await Promise.race([watching, sleep(0)]);
  console.log(
    `Node ${process.version}, ${ROUNDS} rounds of ${REQUESTS} requests; bare ${Math.round(median(rates[0]!))}/s`,
  );
  for (let i = 1; i < ROLES.length; i++) {
    const ratios = rates[i]!.map((rate, round) => rate / rates[0]![round]!);
    const each = ratios.map((ratio) => ratio.toFixed(3)).join(' ');
    console.log(`requests per second of processor time, ${ROLES[i]} to bare: ${median(ratios).toFixed(3)} (${each})`);
  }
}

async function start(name: string): Promise<{ readonly url: string; stop(): void }> {
  const child = spawn(process.execPath, [SELF, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { url: String(line).trim(), stop: () => void child.kill() };
}

async function runServer(name: string): Promise<void> {
  const held = Array.from({ length: OBJECTS }, (_, id) => ({ id, tags: [id] }));
  const dump =
    name === 'bare' ? null : heapdump({ pages: true, ...(name === 'profiled' ? { profileRequests: true } : {}) });
  const server = createServer((request, response) => {
    const { user, system } = process.cpuUsage();
    const answer = (): void =>
      void response.end(request.url === '/cpu' ? String(user + system) : JSON.stringify(held[1]));
    if (dump) dump(request, response, answer);
    else answer();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

/** As an open page asks. */
async function watch(url: string): Promise<void> {
  for (const path of ['live', 'sites', 'looks']) await fetchText(`${url}debug/heapdump/pages/api/${path}`);
}

function fetchText(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, agent ? { agent } : {}, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.once('end', () => resolve(text));
    }).once('error', reject);
  });
}

/** Requests per second of the server's own processor time, whatever else the machine does; over kept connections. */
async function measure(url: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  let left = REQUESTS;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await fetchText(url, agent);
  };
  const before = Number(await fetchText(`${url}cpu`));
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const spent = Number(await fetchText(`${url}cpu`)) - before;
  agent.destroy();
  return REQUESTS / (spent / 1e6);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
