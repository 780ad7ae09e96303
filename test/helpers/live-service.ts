// A service that keeps objects of each request, with pages. node live-service.js OPTIONS (of heapdump(), as JSON)
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heapdump, type HeapdumpOptions } from 'heapstat/http';

/** Bytes that each `/keep` keeps, beside the objects they are in: more than what comes to that by chance (10 to 30 kB). */
const KEPT = 100_000;

class KeptResponse {
  readonly body: string;
  constructor(id: number) {
    // In one piece, a byte each.
    this.body = Buffer.alloc(KEPT, String(id)).toString('latin1');
  }
}

// Of a derived class V8 takes the tag for the name, which may be any text. (Of one that begins with `<`, tags are cut.)
class Hostile extends Object {}
Object.defineProperty(Hostile.prototype, Symbol.toStringTag, { value: 'x<img src=x onerror="window.hacked=1">' });

/** As a framework would name it, which may take it from anywhere; a mark reverses what comes after it. */
const HOSTILE_ROUTE = '/\u202enamed/<svg onload="window.hacked=1">/\'"';

const kept: unknown[] = [];
let served = 0;

let latest: unknown;

/** 200 arrays of 1,000 places, 8 bytes each. */
function allocateMuch(): void {
  // oxlint-disable-next-line unicorn/no-new-array -- nothing but the places
  for (let i = 0; i < 200; i++) latest = new Array(1000);
}

/** For 30 ms, and for as long of the processor's time, whoever else has that. */
function workHard(): number {
  const [end, before] = [performance.now() + 30, process.cpuUsage()];
  const worked = (): number => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
  let sum = 0;
  while (performance.now() < end || worked() < 30) sum += Math.sqrt(sum + 1);
  return sum;
}

const dump = heapdump(JSON.parse(process.argv[2] ?? '{}') as HeapdumpOptions);
const server = createServer((request, response) =>
  dump(request, response, () => {
    const { url = '' } = request;
    served++;
    if (url.startsWith('/keep')) kept.push(new KeptResponse(served));
    else if (url.startsWith('/hostile')) kept.push(...Array.from({ length: 500 }, () => new Hostile()));
    else if (url.startsWith('/allocate')) allocateMuch();
    else if (url.startsWith('/work')) workHard();
    else if (url.startsWith('/named')) Object.assign(request, { route: { path: HOSTILE_ROUTE } });
    else if (url.startsWith('/missing')) response.statusCode = latest === null ? 500 : 404;
    response.end(String(served));
  }),
).listen(0, '127.0.0.1', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}`));
