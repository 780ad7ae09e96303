import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeapstatError } from '../errors.js';
import { type Answer, makeAnswer, Refusal, refusalAnswer } from './answer.js';
import { checkMemory, checkTime, Experience } from './cost.js';
import { refuseAccess } from './guard.js';
import type { LastLook } from './look.js';
import { CLIENT_GONE, type Job, OneJob } from './one-job.js';
import { type HeapdumpOptions, readOptions, type Settings } from './options.js';
import { type MemoryFacts, readMemoryFacts, snapshotFileName } from './this-process.js';

/** Of the process, which has one heap, however many endpoints it has. */
const jobs = new OneJob();
const experience = new Experience();
/** From then on a snapshot is out there that the next one may be compared with, by ids. */
let hasSentSnapshot = false;

/** The part of Node's response that tells that the client has gone. */
type Closing = Pick<ServerResponse, 'once' | 'removeListener' | 'destroyed'>;

/** Answers the requests of one path; what is below a server or framework. */
export class Endpoint {
  readonly settings: Settings;
  #last: LastLook | null = null;

  /** @throws HeapstatError USAGE */
  constructor(options: HeapdumpOptions) {
    this.settings = readOptions(options);
  }

  /** Whether the endpoint is switched on and the URL (with its query) is one of its own. */
  isOwn(url: string): boolean {
    const { enabled, path } = this.settings;
    return enabled && url.startsWith(path) && this.#page(url) !== null;
  }

  #page(url: string): 'look' | 'snapshot' | null {
    const { path } = this.settings;
    const end = url.indexOf('?');
    const asked = (end < 0 ? url : url.slice(0, end)).replace(/\/$/, '');
    return asked === path ? 'look' : asked === `${path}/snapshot` ? 'snapshot' : null;
  }

  /**
   * The answer to a request; null when the client has gone. Never work for a request that may not come in.
   * @throws what is a defect
   */
  async answer(request: IncomingMessage, response: Closing, url: string): Promise<Answer | null> {
    try {
      const refusal = refuseAccess(request, this.settings);
      if (refusal) throw refusal;
      if (request.method !== 'GET') throw new Refusal(405, 'GET is all there is', { allow: 'GET' });
      const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
      return await (this.#page(url) === 'snapshot' ? this.#snapshot(query, response) : this.#look(query, response));
    } catch (error) {
      if (error instanceof Refusal) return error.status === CLIENT_GONE ? null : refusalAnswer(error);
      if (error instanceof HeapstatError && error.code === 'USAGE')
        return refusalAnswer(new Refusal(400, error.message));
      throw error;
    }
  }

  async #look(text: string, response: Closing): Promise<Answer> {
    // Loaded only when needed: a service should not start later for what is looked at now and then.
    const { parseQuery } = await import('./query.js');
    const { checkComparable, LastLook: Last, lookAnswer, takeLook } = await import('./look.js');
    const { rehearse } = await import('./rehearsal.js');
    const query = parseQuery(text);
    const last = (this.#last ??= new Last());
    checkComparable(query, last);
    const job = this.#start(response);
    try {
      this.#checkCost(readMemoryFacts());
      const keepsIds = this.settings.keepsIds || hasSentSnapshot;
      await rehearse(query, keepsIds);
      const startedAt = performance.now();
      const current = await takeLook(job, keepsIds);
      experience.learn(readMemoryFacts(), current.snapshot.nodes, performance.now() - startedAt);
      await job.checkpoint();
      const answer = await lookAnswer(query, current, last.get());
      last.keep(current);
      return answer;
    } finally {
      job.end();
    }
  }

  async #snapshot(query: string, response: Closing): Promise<Answer> {
    if (query !== '') throw new Refusal(400, 'a snapshot is sent whole: it has no parameters');
    const { checkRoom, readRoom, writeSnapshot } = await import('./snapshot-file.js');
    const { directory } = this.settings;
    const job = this.#start(response);
    try {
      const [room, facts] = [readRoom(directory), readMemoryFacts()];
      const size = experience.textSize(facts);
      checkRoom(directory, room, size);
      this.#checkCost(facts, room.isMemory ? size : 0);
      hasSentSnapshot = true;
      const { stream, bytes } = await writeSnapshot(directory, job);
      const stop = (): void => {
        stream.destroy(job.signal.reason as Error);
      };
      job.signal.addEventListener('abort', stop);
      // Who sends it hears of an error too. But one that came before that would end the service if nobody heard it.
      stream.on('error', () => {});
      // Until the client has it all, its file takes room.
      stream.once('close', () => job.end());
      return makeAnswer(200, 'application/json', stream, {
        'content-length': String(bytes),
        'content-disposition': `attachment; filename="${snapshotFileName()}"`,
      });
    } catch (error) {
      job.end();
      throw error;
    }
  }

  #start(response: Closing): Job {
    return jobs.start(this.settings.timeLimit, (hangUp) => {
      if (response.destroyed) hangUp();
      response.once('close', hangUp);
      return () => response.removeListener('close', hangUp);
    });
  }

  #checkCost(facts: MemoryFacts, extra = 0): void {
    const { checksMemory, timeLimit } = this.settings;
    if (checksMemory) checkMemory(facts, experience, extra);
    checkTime(facts, experience, timeLimit);
  }
}
