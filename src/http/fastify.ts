import { usageError } from '../errors.js';
import { Endpoint } from './endpoint.js';
import type { ServedRequest, ServedResponse } from './exchange.js';
import { type HeapdumpOptions, readOptions } from './options.js';

/** What the plugin uses of Fastify; heapstat does not depend on it. */
interface FastifyScope {
  readonly prefix: string;
  get(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown;
  addHook(name: 'onClose', hook: () => Promise<void>): unknown;
  post(path: string, handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>): unknown;
}

interface FastifyRequest {
  readonly raw: ServedRequest;
}

interface FastifyReply {
  readonly raw: ServedResponse;
  code(status: number): unknown;
  headers(values: Readonly<Record<string, string>>): unknown;
  send(body: unknown): unknown;
  hijack(): unknown;
}

/** What register() takes beside a plugin's own options. */
interface RegisterOptions {
  readonly prefix?: string;
  readonly logLevel?: unknown;
  readonly logSerializers?: unknown;
}

/**
 * A plugin for Fastify: `app.register(fastifyHeapdump, { token })`. The prefix of its scope stands before the path.
 * @throws HeapstatError USAGE for options that make no sense
 */
export async function fastifyHeapdump(
  scope: FastifyScope,
  options: HeapdumpOptions & RegisterOptions = {},
): Promise<void> {
  const { prefix: _prefix, logLevel: _level, logSerializers: _serializers, ...own } = options;
  const settings = readOptions(own);
  if (settings.profileEvery !== null)
    throw usageError('profileRequests is not for Fastify, whose plugins do not see the requests of others');
  if (!settings.enabled) return;
  const endpoint = new Endpoint({ ...own, path: scope.prefix.replace(/\/$/, '') + settings.path });
  scope.addHook('onClose', async () => endpoint.close());
  const handler = async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const answer = await endpoint.answer(raw, reply.raw, raw.url ?? '');
    if (answer === null) return reply.hijack();
    reply.code(answer.status);
    reply.headers(answer.headers);
    return reply.send(answer.body);
  };
  for (const end of ['', '/snapshot', '/pages', '/pages/*']) scope.get(settings.path + end, handler);
  scope.post(`${settings.path}/pages/*`, handler);
}
