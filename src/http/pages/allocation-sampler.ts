import type { HeapProfiler, Session } from 'node:inspector';
import { AllocationHistory, type AllocationSitesResult } from '../../analysis/allocation-sites.js';
import { command, openSession } from '../inspector.js';

/** Bytes between samples, on average. */
const INTERVAL = 65_536;
/**
 * Milliseconds between readings, at least; and a reading may take no more than this part of the time. It costs four times as much again: after
 * it V8 has to optimise code anew.
 */
const LEAST_PAUSE = 30_000;
const MOST_SHARE = 0.01;

/** Follows what is allocated and not yet collected, by function. One in a process: V8 has one such profiler. */
export class AllocationSampler {
  readonly #history = new AllocationHistory();
  #session: Session | null = null;
  #reason: string | null = 'it has not begun yet';
  #cost = 0;
  #nextAt = 0;

  /** Never rejects: what went wrong is the reason for having nothing to tell. */
  async start(): Promise<void> {
    try {
      this.#session = await openSession();
      if (this.#session === null) {
        this.#reason = 'the inspector is not to be had: this Node has none, or was started with --permission';
        return;
      }
      command(this.#session, 'HeapProfiler.startSampling', { samplingInterval: INTERVAL });
      this.#reason = null;
    } catch (error) {
      this.#reason = (error as Error).message;
    }
  }

  /** Reads when it is time: V8 collects all garbage first, so nobody's asking makes it do so often. */
  read(): AllocationSitesResult {
    if (this.#session && this.#reason === null && performance.now() >= this.#nextAt) this.#readNow(this.#session);
    return this.#history.result({ reason: this.#reason, samplingInterval: INTERVAL, cost: this.#cost });
  }

  #readNow(session: Session): void {
    const startedAt = performance.now();
    try {
      const { profile } = command(
        session,
        'HeapProfiler.getSamplingProfile',
      ) as HeapProfiler.GetSamplingProfileReturnType;
      this.#history.add(Date.now(), profile.head);
    } catch (error) {
      // Someone else has stopped it: a debugger, say.
      this.#reason = (error as Error).message;
    }
    const endedAt = performance.now();
    this.#cost = endedAt - startedAt;
    this.#nextAt = endedAt + Math.max(LEAST_PAUSE, this.#cost / MOST_SHARE);
  }
}

let sampler: AllocationSampler | null = null;

export function startAllocationSampler(): void {
  if (sampler) return;
  sampler = new AllocationSampler();
  void sampler.start();
}

export function allocationSites(): AllocationSitesResult {
  startAllocationSampler();
  return sampler!.read();
}

/** Where requests are profiled, which takes the same profiler. */
export function noAllocationSites(): AllocationSitesResult {
  const reason = 'requests are profiled instead (heapdump({ profileRequests }))';
  return new AllocationHistory().result({ reason, samplingInterval: INTERVAL, cost: 0 });
}
