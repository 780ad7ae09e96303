// A service that keeps objects of each request, with pages. node live-service.js OPTIONS (of heapdump(), as JSON)
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { heapdump, type HeapdumpOptions } from 'heapstat/http';

/** Bytes that each `/keep` keeps, beside the objects they are in. */
const KEPT = 20_000;

class KeptResponse {
  readonly body: number[];
  constructor(id: number) {
    // Doubles: eight bytes each.
    this.body = Array.from({ length: KEPT / 8 }, (_, i) => id + i + 0.5);
  }
}

// Of a derived class V8 takes the tag for the name, which may be any text. (Of one that begins with `<`, tags are cut.)
class Hostile extends Object {}
Object.defineProperty(Hostile.prototype, Symbol.toStringTag, { value: 'x<img src=x onerror="window.hacked=1">' });

const kept: unknown[] = [];
let served = 0;

function allocateMuch(): number {
  let sum = 0;
  for (let i = 0; i < 200; i++) sum += Array.from({ length: 1000 }, (_, k) => k + 0.5).length;
  return sum;
}

function workHard(): number {
  const end = performance.now() + 30;
  let sum = 0;
  while (performance.now() < end) sum += Math.sqrt(sum + 1);
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
    else if (url.startsWith('/missing')) response.statusCode = 404;
    response.end(String(served));
  }),
).listen(0, '127.0.0.1', () => console.log(`http://localhost:${(server.address() as AddressInfo).port}`));
