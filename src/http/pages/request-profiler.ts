import type { HeapProfiler, Profiler, Session } from 'node:inspector';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { allocationTree, cpuTree } from '../../analysis/call-tree.js';
import {
  costsByRoute,
  type RequestProfile,
  type RequestProfileDetail,
  type RequestProfilesResult,
  routeOfUrl,
} from '../../analysis/request-profile.js';
import type { ServedRequest, ServedResponse } from '../exchange.js';
import { readProcessorTime, readUsedHeap, warn } from '../this-process.js';
import { command, openSession } from '../inspector.js';

/** Bytes between samples of what is allocated, on average. */
const ALLOCATION_INTERVAL = 4096;
/** Microseconds between samples of what runs. */
const CPU_INTERVAL = 500;
/** Requests whose numbers are kept, and of these the ones whose trees are. */
const MOST = 500;
const MOST_TREES = 50;
/** Profiling may hold up the service for no more than this part of the time, whatever was asked for. */
const MOST_SHARE = 0.01;
/** Milliseconds after which a profile is given up: of a stream that never ends V8 would collect samples without end. */
const LONGEST = 60_000;

/** The part of a request that Express fills in, once it knows the route. */
type Routed = ServedRequest & {
  readonly baseUrl?: string;
  readonly route?: { readonly path?: unknown };
  readonly originalUrl?: string;
};

interface Kept {
  readonly request: RequestProfile;
  /** JSON of a RequestProfileDetail, outside of the heap; null for older ones. */
  detail: Buffer | null;
}

/** What has begun with a request. */
interface Started {
  readonly session: Session;
  readonly at: number;
  readonly usedHeap: number;
  readonly startedAt: number;
  readonly processorTime: number;
  readonly stoodStill: number;
  /** Gives it up. */
  readonly timer: NodeJS.Timeout;
}

/** Profiles one request at a time: V8's profilers are of the whole process. */
export class RequestProfiler {
  readonly #every: number;
  readonly #longest: number;
  readonly #kept: Kept[] = [];
  #opened: Session | null = null;
  /** What is under way. */
  #started: Started | null = null;
  #isBusy = false;
  #inFlight = 0;
  #begun = 0;
  #nextAt = 0;
  #nextId = 1;

  /** @param every one request in so many, on average @param longest milliseconds that one may be profiled */
  constructor(every: number, longest = LONGEST) {
    this.#every = every;
    this.#longest = longest;
    openSession().then(
      (session) => {
        this.#opened = session;
        if (!session) warn(new Error('heapstat: no request is profiled, as the inspector is not to be had'));
      },
      (error: Error) => warn(error),
    );
  }

  /** To be called before a request is served. @param isWanted whatever the odds, and what it costs */
  observe(request: ServedRequest, response: ServedResponse, isWanted: boolean): void {
    const begun = ++this.#begun;
    const before = this.#inFlight++;
    const started = this.#start(isWanted);
    response.once('close', () => {
      this.#inFlight--;
      // What was there when it began, and what has come since.
      if (started && started === this.#started)
        void this.#end(started, request, response, before + this.#begun - begun);
    });
  }

  #start(isWanted: boolean): Started | null {
    if (this.#isBusy || !this.#opened) return null;
    const now = performance.now();
    // By chance: every so many would always meet the same of requests that come in turns.
    if (!isWanted && (now < this.#nextAt || Math.random() * this.#every >= 1)) return null;
    const session = this.#opened;
    this.#isBusy = true;
    try {
      command(session, 'HeapProfiler.startSampling', {
        samplingInterval: ALLOCATION_INTERVAL,
        includeObjectsCollectedByMajorGC: true,
        includeObjectsCollectedByMinorGC: true,
      });
      // For the garbage collection that it begins with.
      command(session, 'HeapProfiler.getSamplingProfile');
      const usedHeap = readUsedHeap();
      command(session, 'Profiler.enable');
      command(session, 'Profiler.setSamplingInterval', { interval: CPU_INTERVAL });
      command(session, 'Profiler.start');
      const startedAt = performance.now();
      this.#started = {
        session,
        at: Date.now(),
        usedHeap,
        startedAt,
        processorTime: readProcessorTime(),
        stoodStill: startedAt - now,
        timer: setTimeout(() => this.#giveUp(session), this.#longest).unref(),
      };
      return this.#started;
    } catch (error) {
      this.#isBusy = false;
      // A debugger profiles, say: then not again soon.
      this.#nextAt = now + 60_000;
      warn(error as Error);
      return null;
    }
  }

  #giveUp(session: Session): void {
    this.#started = null;
    this.#isBusy = false;
    try {
      command(session, 'Profiler.stop');
      command(session, 'Profiler.disable');
      command(session, 'HeapProfiler.stopSampling');
    } catch (error) {
      warn(error as Error);
    }
  }

  async #end(started: Started, request: Routed, response: ServedResponse, others: number): Promise<void> {
    const { session, at, startedAt } = started;
    this.#started = null;
    clearTimeout(started.timer);
    const endedAt = performance.now();
    const cpuTime = readProcessorTime() - started.processorTime;
    try {
      const trees = readTrees(session);
      const treesAt = performance.now();
      // What the server does after the answer, it does for the request too.
      await nextTurn();
      await nextTurn();
      const lastAt = performance.now();
      command(session, 'HeapProfiler.startSampling', { samplingInterval: 1e9 });
      command(session, 'HeapProfiler.getSamplingProfile');
      const held = readUsedHeap() - started.usedHeap;
      command(session, 'HeapProfiler.stopSampling');
      const stoodStill = started.stoodStill + (treesAt - endedAt) + (performance.now() - lastAt);
      this.#nextAt = performance.now() + stoodStill / MOST_SHARE;
      this.#keep(
        {
          id: this.#nextId++,
          at,
          method: request.method ?? '',
          route: routeOf(request),
          status: response.statusCode,
          duration: endedAt - startedAt,
          cpuTime,
          allocated: trees.allocated,
          held,
          others,
        },
        trees.json,
      );
    } catch (error) {
      warn(error as Error);
    } finally {
      this.#isBusy = false;
    }
  }

  #keep(request: RequestProfile, trees: Buffer): void {
    // The trees' JSON begins with a brace, which the request goes behind.
    const head = `{"type":"requestProfile","version":1,"request":${JSON.stringify(request)},`;
    this.#kept.push({ request, detail: Buffer.concat([Buffer.from(head), trees.subarray(1)]) });
    if (this.#kept.length > MOST) this.#kept.shift();
    const old = this.#kept.at(-1 - MOST_TREES);
    if (old) old.detail = null;
  }

  result(): RequestProfilesResult {
    const requests = this.#kept.map(({ request }) => request);
    return {
      type: 'requestProfiles',
      version: 1,
      every: this.#every,
      requests: requests.toReversed(),
      routes: costsByRoute(requests),
    };
  }

  /** A RequestProfileDetail as JSON; null where it is not known, or no more. */
  detail(id: number): string | null {
    return this.#kept.find(({ request }) => request.id === id)?.detail?.toString() ?? null;
  }
}

/** Ends both profiles. As text outside of the heap, so that it is not what the request is said to hold. */
function readTrees(session: Session): { readonly json: Buffer; readonly allocated: number } {
  const { profile } = command(session, 'Profiler.stop') as Profiler.StopReturnType;
  command(session, 'Profiler.disable');
  const allocation = allocationTree(
    (command(session, 'HeapProfiler.stopSampling') as HeapProfiler.StopSamplingReturnType).profile,
    import.meta.url,
  );
  const trees: Pick<RequestProfileDetail, 'cpu' | 'allocation'> = {
    cpu: cpuTree(profile, import.meta.url),
    allocation,
  };
  return { json: Buffer.from(JSON.stringify(trees)), allocated: allocation.total };
}

function routeOf(request: Routed): string {
  const path = request.route?.path;
  // What a router is mounted at Express tells as it stands in the URL, ids and all.
  return typeof path === 'string'
    ? `${routeOfUrl(request.baseUrl ?? '')}${path}`
    : routeOfUrl(request.originalUrl ?? request.url ?? '');
}

let profiler: RequestProfiler | null = null;

/** One in a process, as the profilers are. */
export function requestProfiler(every: number): RequestProfiler {
  return (profiler ??= new RequestProfiler(every));
}
