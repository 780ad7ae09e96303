import { type Agent, request, type IncomingHttpHeaders } from 'node:http';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface AskOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Without one the request has a connection of its own. */
  readonly agent?: Agent;
}

/** A request with a connection of its own, and any Host; the whole reply. */
export function ask(url: string, { method = 'GET', headers = {}, signal, agent }: AskOptions = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asking = request(
      url,
      { method, headers, agent: agent ?? false, ...(signal ? { signal } : {}) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode!, headers: response.headers, body, text: body.toString() });
        });
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}
