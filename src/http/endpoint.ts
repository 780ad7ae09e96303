import { HeapstatError } from '../errors.js';
import { type Answer, makeAnswer, Refusal, refusalAnswer } from './answer.js';
import { checkMemory, checkTime, Experience } from './cost.js';
import { hasGone, type ServedRequest, type ServedResponse } from './exchange.js';
import { refuseAccess } from './guard.js';
import type { SummaryResult } from '../analysis/summary.js';
import type { LastLook, Looked } from './look.js';
import { CLIENT_GONE, OneJob } from './one-job.js';
import { type HeapdumpOptions, readOptions, type Settings } from './options.js';
import { startAllocationSampler } from './pages/allocation-sampler.js';
import { LookTimer } from './pages/look-timer.js';
import { startMemorySampler } from './pages/memory-sampler.js';
import type { Pages } from './pages/pages.js';
import { type RequestProfiler, requestProfiler } from './pages/request-profiler.js';
import type { Query } from './query.js';
import type { SnapshotFile } from './snapshot-file.js';
import { type MemoryFacts, readMemoryFacts, snapshotFileName, snapshotName } from './this-process.js';

/** Of the process, which has one heap, however many endpoints it has. */
const jobs = new OneJob();
const experience = new Experience();
/** From then on a snapshot is out there that the next one may be compared with, by ids. */
let hasSentSnapshot = false;

/** What is asked for; a page's path is what stands behind `/pages/`, null where not even that slash is there. */
type Asked = { readonly type: 'look' | 'snapshot' } | { readonly type: 'page'; readonly path: string | null };

/** Asks for a profile of the request that has it. */
const PROFILE_HEADER = 'x-heapstat-profile';

/** The part of a response that tells that the client has gone. */
type Closing = Pick<ServedResponse, 'once' | 'removeListener' | 'destroyed' | 'stream'>;

/** Calls its argument when nobody waits for the job any more; returns what stops that. */
type OnHangUp = Parameters<OneJob['start']>[1];

/** Answers the requests of one path; what is below a server or framework. */
export class Endpoint {
  readonly settings: Settings;
  #last: LastLook | null = null;
  #pages: Pages | null = null;
  #profiler: RequestProfiler | null = null;
  #timer: LookTimer | null = null;
  readonly #closed = new AbortController();

  /** @throws HeapstatError USAGE */
  constructor(options: HeapdumpOptions) {
    this.settings = readOptions(options);
    const { enabled, hasPages, profileEvery, lookEvery } = this.settings;
    if (!enabled || !hasPages) return;
    startMemorySampler();
    if (profileEvery === null) startAllocationSampler();
    else this.#profiler = requestProfiler(profileEvery);
    if (lookEvery !== null) this.#timer = new LookTimer(lookEvery, () => this.#lookByItself());
  }

  /** It takes no more looks by itself, and gives up the one that is under way; requests are answered as before. */
  close(): void {
    this.#timer?.stop();
    this.#closed.abort();
  }

  /** A request that is for others, before they have it. */
  observe(request: ServedRequest, response: ServedResponse): void {
    if (!this.#profiler) return;
    const header = request.headers[PROFILE_HEADER];
    this.#profiler.observe(request, response, header !== undefined && this.#mayProfile(request, String(header)));
  }

  /** Who may look may have requests profiled. @param sent the token, or anything where none is needed */
  #mayProfile({ headers, httpVersion, socket }: ServedRequest, sent: string): boolean {
    // The service may have tokens of its own in Authorization.
    const { authorization: _own, ...others } = headers;
    const asToken = { ...others, authorization: `Bearer ${sent}` };
    return [others, asToken].some(
      (asked) => refuseAccess({ headers: asked, httpVersion, socket }, this.settings) === null,
    );
  }

  /** Whether the endpoint is switched on and the URL (with its query) is one of its own. */
  isOwn(url: string): boolean {
    const { enabled, path } = this.settings;
    return enabled && url.startsWith(path) && this.#asked(url) !== null;
  }

  #asked(url: string): Asked | null {
    const { path } = this.settings;
    const end = url.indexOf('?');
    const whole = end < 0 ? url : url.slice(0, end);
    if (whole.startsWith(`${path}/pages/`)) return { type: 'page', path: whole.slice(path.length + '/pages/'.length) };
    const asked = whole.replace(/\/$/, '');
    if (asked === `${path}/pages`) return { type: 'page', path: null };
    return asked === path ? { type: 'look' } : asked === `${path}/snapshot` ? { type: 'snapshot' } : null;
  }

  /**
   * The answer to a request; null when the client has gone. Never work for a request that may not come in.
   * @throws what is a defect
   */
  async answer(request: ServedRequest, response: Closing, url: string): Promise<Answer | null> {
    const asked = this.#asked(url);
    try {
      const refusal = refuseAccess(request, this.settings);
      if (refusal) {
        if (refusal.status === 401 && this.settings.hasPages && asked?.type === 'page' && asked.path === '')
          return (await import('./pages/pages.js')).pageAnswer(401, refusal.headers);
        throw refusal;
      }
      const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : '';
      if (asked?.type === 'page') return await this.#page(request, response, asked.path, query);
      if (request.method !== 'GET') throw new Refusal(405, 'GET is all there is', { allow: 'GET' });
      return await (asked?.type === 'snapshot' ? this.#snapshot(query, response) : this.#look(query, response));
    } catch (error) {
      if (error instanceof Refusal) return error.status === CLIENT_GONE ? null : refusalAnswer(error);
      if (error instanceof HeapstatError && error.code === 'USAGE')
        return refusalAnswer(new Refusal(400, error.message));
      throw error;
    }
  }

  async #page(request: ServedRequest, response: Closing, path: string | null, query: string): Promise<Answer> {
    if (!this.settings.hasPages) throw new Refusal(404, 'the pages are off: heapdump({ pages: true }) has them');
    const pages = await this.#loadPages();
    return pages.answer(request, path, query, {
      look: () => this.#takeLook('', whenGone(response), async (_, looked) => looked),
      snapshot: () => this.#keepSnapshot(response),
    });
  }

  async #loadPages(): Promise<Pages> {
    const { Pages: OwnPages } = await import('./pages/pages.js');
    return (this.#pages ??= new OwnPages(this.#profiler, () => this.#timer?.schedule ?? null));
  }

  /** Milliseconds for which it stopped the process. @throws Refusal where it may not be taken now */
  async #lookByItself(): Promise<number> {
    const { signal } = this.#closed;
    const untilClosed: OnHangUp = (hangUp) => {
      if (signal.aborted) hangUp();
      signal.addEventListener('abort', hangUp);
      return () => signal.removeEventListener('abort', hangUp);
    };
    const pages = await this.#loadPages();
    const looked = await this.#takeLook('', untilClosed, async (_, taken) => taken);
    pages.addLook(looked);
    return looked.stopped;
  }

  async #look(text: string, response: Closing): Promise<Answer> {
    const { checkComparable, LastLook: Last, lookAnswer } = await import('./look.js');
    const { parseQuery } = await import('./query.js');
    const last = (this.#last ??= new Last());
    checkComparable(parseQuery(text), last);
    return this.#takeLook(text, whenGone(response), async (query, { summary: current }) => {
      const answer = await lookAnswer(query, current, last.get());
      last.keep(current);
      return answer;
    });
  }

  /** @param use what is made of it while no other look may begin */
  async #takeLook<Result>(
    text: string,
    onHangUp: OnHangUp,
    use: (query: Query, looked: Looked) => Promise<Result>,
  ): Promise<Result> {
    // Loaded only when needed: a service should not start later for what is looked at now and then.
    const { parseQuery } = await import('./query.js');
    const { takeLook } = await import('./look.js');
    const { rehearse } = await import('./rehearsal.js');
    const query = parseQuery(text);
    const job = jobs.start(this.settings.timeLimit, onHangUp);
    try {
      this.#checkCost(readMemoryFacts());
      const keepsIds = this.settings.keepsIds || hasSentSnapshot;
      await rehearse(query, keepsIds);
      const startedAt = performance.now();
      const looked = await takeLook(job, keepsIds);
      experience.learn(readMemoryFacts(), looked.summary.snapshot.nodes, performance.now() - startedAt);
      await job.checkpoint();
      return await use(query, looked);
    } finally {
      job.end();
    }
  }

  /** A snapshot in a file of its own, and what a look would have found in it. */
  async #keepSnapshot(response: Closing): Promise<{ readonly summary: SummaryResult; readonly file: SnapshotFile }> {
    const { checkRoom, keepSnapshot, readRoom } = await import('./snapshot-file.js');
    const { summarizePushed } = await import('../analysis/summary.js');
    const { forgetIds } = await import('./own-snapshot.js');
    const { rehearse } = await import('./rehearsal.js');
    const { parseQuery } = await import('./query.js');
    const { directory, keepsIds } = this.settings;
    const job = jobs.start(this.settings.timeLimit, whenGone(response));
    let file: SnapshotFile | null = null;
    try {
      const [room, facts] = [readRoom(directory), readMemoryFacts()];
      const size = experience.textSize(facts);
      checkRoom(directory, room, size);
      this.#checkCost(facts, (room.isMemory ? size : 0) + experience.graphNeed(facts));
      await rehearse(parseQuery(''), keepsIds || hasSentSnapshot);
      const startedAt = performance.now();
      const summary = await summarizePushed(snapshotName());
      let result: SummaryResult;
      try {
        file = await keepSnapshot(directory, job, (chunk) => summary.push(chunk));
        result = summary.end();
      } finally {
        if (!keepsIds && !hasSentSnapshot) await forgetIds();
      }
      experience.learn(readMemoryFacts(), result.snapshot.nodes, performance.now() - startedAt);
      return { summary: result, file };
    } catch (error) {
      file?.remove();
      throw error;
    } finally {
      job.end();
    }
  }

  async #snapshot(query: string, response: Closing): Promise<Answer> {
    if (query !== '') throw new Refusal(400, 'a snapshot is sent whole: it has no parameters');
    const { checkRoom, readRoom, writeSnapshot } = await import('./snapshot-file.js');
    const { forgetIds } = await import('./own-snapshot.js');
    const { directory } = this.settings;
    const job = jobs.start(this.settings.timeLimit, whenGone(response));
    try {
      const [room, facts] = [readRoom(directory), readMemoryFacts()];
      const size = experience.textSize(facts);
      checkRoom(directory, room, size);
      this.#checkCost(facts, room.isMemory ? size : 0);
      const { stream, bytes } = await writeSnapshot(directory, job);
      hasSentSnapshot = true;
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
      // Nobody has one that later ones could be compared with.
      if (!this.settings.keepsIds && !hasSentSnapshot) await forgetIds();
      job.end();
      throw error;
    }
  }

  #checkCost(facts: MemoryFacts, extra = 0): void {
    const { checksMemory, timeLimit } = this.settings;
    if (checksMemory) checkMemory(facts, experience, extra);
    checkTime(facts, experience, timeLimit);
  }
}

function whenGone(response: Closing): OnHangUp {
  return (hangUp) => {
    if (hasGone(response)) hangUp();
    response.once('close', hangUp);
    return () => response.removeListener('close', hangUp);
  };
}
