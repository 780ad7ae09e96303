import { randomBytes, timingSafeEqual } from 'node:crypto';
import { HeapstatError } from '../../errors.js';
import type { LookSchedule } from '../../analysis/looks.js';
import type { RequestProfilesResult } from '../../analysis/request-profile.js';
import type { SummaryResult } from '../../analysis/summary.js';
import { type Answer, makeAnswer, Refusal } from '../answer.js';
import { parseBrowserQuery } from '../browser-query.js';
import type { ServedRequest } from '../exchange.js';
import type { Looked } from '../look.js';
import type { SnapshotFile } from '../snapshot-file.js';
import { renderPage } from '../web-page.js';
import { allocationSites, noAllocationSites } from './allocation-sampler.js';
import { LiveHeap } from './live-heap.js';
import { LookHistory } from './look-history.js';
import { liveMemory } from './memory-sampler.js';
import type { RequestProfiler } from './request-profiler.js';

/** What takes snapshots: one at a time, where memory and time suffice. @throws Refusal */
export interface SnapshotTaker {
  look(): Promise<Looked>;
  snapshot(): Promise<{ readonly summary: SummaryResult; readonly file: SnapshotFile }>;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const HTML_TYPE = 'text/html; charset=utf-8';
const NO_PROFILES: RequestProfilesResult = {
  type: 'requestProfiles',
  version: 1,
  every: null,
  requests: [],
  routes: [],
};
/** Header of a request that does something. */
const ACTION = 'x-heapstat-action';

/** The pages of one endpoint, and the questions that they ask. */
export class Pages {
  readonly #looks = new LookHistory();
  readonly #heap = new LiveHeap();
  /** Told to the pages, and to nobody else: who sends it has read what only a page of this origin can read. */
  readonly #action = randomBytes(16).toString('base64url');

  readonly #profiler: RequestProfiler | null;
  readonly #schedule: () => LookSchedule | null;

  /** @param schedule of the looks that nobody asks for; null: there are none */
  constructor(profiler: RequestProfiler | null, schedule: () => LookSchedule | null) {
    this.#profiler = profiler;
    this.#schedule = schedule;
  }

  /** For the lines of the constructors. */
  addLook({ summary, stopped }: Looked): void {
    this.#looks.add({ at: Date.now(), kind: 'look', stopped }, summary);
  }

  /**
   * Of a request that may come in. @param path behind the pages' own, without the slash in front; null: even that is missing
   * @throws Refusal
   */
  async answer(request: ServedRequest, path: string | null, query: string, taker: SnapshotTaker): Promise<Answer> {
    const isAction = path === 'api/look' || path === 'api/snapshot';
    const method = isAction ? 'POST' : 'GET';
    if (request.method !== method) throw new Refusal(405, `${method} is what is served here`, { allow: method });
    if (isAction) {
      this.#checkAction(request);
      return path === 'api/look' ? this.#look(taker) : this.#snapshot(taker);
    }
    switch (path) {
      case null:
        return redirect('pages/');
      case '':
        return pageAnswer(200);
      case 'api/live':
        return json(this.#live());
      case 'api/sites':
        return json(JSON.stringify(this.#profiler ? noAllocationSites() : allocationSites()));
      case '_profiles':
        return redirect('./#_profiles');
      case 'api/profiles':
        return json(JSON.stringify(this.#profiler?.result() ?? NO_PROFILES));
      case 'api/profile':
        return this.#profile(query);
      case 'api/looks':
        return json(this.#looks.json());
      default:
        return this.#ask(path, query);
    }
  }

  #live(): string {
    return JSON.stringify({
      action: this.#action,
      memory: liveMemory(),
      heap: this.#heap.state,
      schedule: this.#schedule(),
      lookedAt: this.#looks.latestAt,
    });
  }

  #profile(parameters: string): Answer {
    const id = new URLSearchParams(parameters).get('id') ?? '';
    const detail = /^\d{1,15}$/.test(id) ? this.#profiler?.detail(Number(id)) : null;
    if (!detail) throw new Refusal(404, 'there is no such profile, or it has been given up for later ones');
    return json(detail);
  }

  async #ask(path: string, parameters: string): Promise<Answer> {
    const query = parseBrowserQuery(path, new URLSearchParams(parameters));
    if (query === null) throw new Refusal(404, 'there is no such page');
    try {
      return json(await this.#heap.ask(query));
    } catch (error) {
      // A defect is told where the service runs; a target that matches nothing, to who asked.
      if (error instanceof HeapstatError) throw new Refusal(400, error.message);
      throw error;
    }
  }

  #checkAction({ headers }: ServedRequest): void {
    const sent = Buffer.from(String(headers[ACTION] ?? ''));
    const expected = Buffer.from(this.#action);
    if (sent.length !== expected.length || !timingSafeEqual(sent, expected))
      throw new Refusal(403, `what takes a snapshot is asked for by the pages themselves (header ${ACTION}): reload`);
  }

  async #look(taker: SnapshotTaker): Promise<Answer> {
    this.addLook(await taker.look());
    return json(this.#looks.json());
  }

  async #snapshot(taker: SnapshotTaker): Promise<Answer> {
    const { summary, file } = await taker.snapshot();
    this.#looks.add({ at: Date.now(), kind: 'snapshot', stopped: file.stopped }, summary);
    this.#heap.load(file);
    return json(this.#looks.json());
  }
}

function json(body: string): Answer {
  return makeAnswer(200, JSON_TYPE, body);
}

/** Relative, so that it is right behind whatever stands before the path. */
function redirect(location: string): Answer {
  return makeAnswer(302, 'text/plain; charset=utf-8', `see ${location}\n`, { location });
}

/** The page, which has no data in it. @param status 401: it asks for the token */
export function pageAnswer(status: 200 | 401, headers: Readonly<Record<string, string>> = {}): Answer {
  const { html, policy } = renderPage('live', 'heapstat: this process', null);
  return makeAnswer(status, HTML_TYPE, html, {
    ...headers,
    'content-security-policy': `${policy}; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
}
