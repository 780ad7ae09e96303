import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import type { ProcessMemory } from '../../dist/analysis/process-memory.js';

export interface FakeInspector {
  readonly port: number;
  /** Methods that were called, in order. */
  readonly calls: readonly string[];
  close(): void;
}

export interface FakeProcess {
  readonly memory?: ProcessMemory | null;
  readonly heapUsed?: number;
  /** What it says is in its files; null for others. */
  readonly files?: Readonly<Record<string, string>>;
  /** Of the snapshot. */
  readonly chunks?: readonly string[];
  /** Drops the connection after the chunks, as a process does that is killed. */
  readonly dies?: boolean;
  /** In place of the list of targets. */
  readonly list?: string;
}

/** An inspector that answers as Node's does, and says what the test wants it to. */
export async function startFakeInspector(fake: FakeProcess): Promise<FakeInspector> {
  const { memory = null, heapUsed = 1000, files = {}, chunks = [], dies = false } = fake;
  const calls: string[] = [];
  const server = createServer((_, response) => {
    const { port } = server.address() as AddressInfo;
    // An address that leads nowhere: only the path counts.
    const target = {
      id: 'a',
      type: 'node',
      title: 'fake.js',
      url: 'file:///fake.js',
      webSocketDebuggerUrl: 'ws://10.255.255.1:1/a',
    };
    response.end(fake.list ?? JSON.stringify([{ ...target, port }]));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { id, method, params } = JSON.parse(data.toString()) as {
        id: number;
        method: string;
        params: { expression?: string };
      };
      calls.push(method);
      const answer = (result: object): void => socket.send(JSON.stringify({ id, result }));
      if (method === 'Runtime.getHeapUsage') answer({ usedSize: heapUsed });
      else if (method === 'Runtime.evaluate')
        answer({ result: { value: evaluate(params.expression ?? '', memory, files) } });
      else if (method === 'HeapProfiler.takeHeapSnapshot') {
        for (const chunk of chunks)
          socket.send(JSON.stringify({ method: 'HeapProfiler.addHeapSnapshotChunk', params: { chunk } }));
        if (dies) setTimeout(() => socket.terminate(), 50);
        else answer({});
      } else answer({});
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    calls,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

function evaluate(expression: string, memory: ProcessMemory | null, files: Readonly<Record<string, string>>): unknown {
  const paths = /return (\[.*\])\.map/.exec(expression)?.[1];
  return paths === undefined ? memory : (JSON.parse(paths) as string[]).map((path) => files[path] ?? null);
}
