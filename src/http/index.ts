/** `heapstat/http`: the heap of a service, looked at from outside. */
export { fastifyHeapdump } from './fastify.js';
export { heapdump, type HeapdumpHandler } from './heapdump.js';
export { koaHeapdump } from './koa.js';
export type { HeapdumpOptions } from './options.js';
