import { Endpoint } from './endpoint.js';
import type { ServedRequest, ServedResponse } from './exchange.js';
import type { HeapdumpOptions } from './options.js';

/** What the middleware uses of Koa's context; heapstat does not depend on Koa. */
interface KoaContext {
  readonly req: ServedRequest;
  readonly res: ServedResponse;
  readonly originalUrl: string;
  status: number;
  body: unknown;
  respond?: boolean;
  set(values: Record<string, string>): void;
}

interface KoaHeapdump {
  (context: KoaContext, next: () => Promise<unknown>): Promise<void>;
  /** Ends the looks that it takes by itself (`lookEvery`); requests are answered as before. */
  close(): void;
}

/**
 * A middleware for Koa: `app.use(koaHeapdump({ token }))`.
 * @throws HeapstatError USAGE for options that make no sense
 */
export function koaHeapdump(options: HeapdumpOptions = {}): KoaHeapdump {
  const endpoint = new Endpoint(options);
  const middleware = async (context: KoaContext, next: () => Promise<unknown>): Promise<void> => {
    const { req, res, originalUrl } = context;
    if (!endpoint.isOwn(originalUrl)) {
      endpoint.observe(req, res);
      await next();
      return;
    }
    const answer = await endpoint.answer(req, res, originalUrl);
    if (answer === null) {
      context.respond = false;
      return;
    }
    context.status = answer.status;
    context.set({ ...answer.headers });
    context.body = answer.body;
  };
  return Object.assign(middleware, { close: () => endpoint.close() });
}
