import type { HeapProfiler } from 'node:inspector';
import { monotonicity } from './series.js';

/** A function, and what it allocated that is still on the heap, as sampled; bytes. */
export interface AllocationSite {
  readonly function: string;
  /** `file:line`, from 1; empty for what is V8's own. */
  readonly place: string;
  /** By reading. */
  readonly sizes: readonly number[];
  readonly size: number;
  /** From the first reading to the last. */
  readonly growth: number;
  /** Kendall's tau: 1 for what only ever grows. */
  readonly monotonicity: number;
}

/** What V8's sampling heap profiler tells: of every so many bytes allocated one object, as long as it lives. */
export interface AllocationSitesResult {
  readonly type: 'allocationSites';
  readonly version: 1;
  /** Why nothing is sampled; null where it is. */
  readonly reason: string | null;
  /** Bytes between samples, on average. */
  readonly samplingInterval: number;
  /** Of the readings, milliseconds since 1970. */
  readonly at: readonly number[];
  /** What the last reading took, milliseconds: V8 collects the garbage for it. */
  readonly cost: number;
  /** The largest first; of those that hold nothing any more, what shrank most. */
  readonly sites: readonly AllocationSite[];
}

/** Readings that are kept, and sites that are told. */
const MOST_READINGS = 60;
const MOST_SITES = 200;

interface Series {
  readonly function: string;
  readonly place: string;
  readonly sizes: number[];
}

/** What each function's allocations still hold, from reading to reading. */
export class AllocationHistory {
  readonly #at: number[] = [];
  readonly #series = new Map<string, Series>();

  /** @param at milliseconds since 1970 */
  add(at: number, head: HeapProfiler.SamplingHeapProfileNode): void {
    const before = this.#at.length;
    this.#at.push(at);
    for (const series of this.#series.values()) series.sizes.push(0);
    const open = [head];
    for (let node = open.pop(); node; node = open.pop()) {
      // One by one: there may be more children than a call takes arguments.
      for (const child of node.children) open.push(child);
      if (node.selfSize === 0) continue;
      const name = node.callFrame.functionName || '(anonymous)';
      const place = placeOf(node.callFrame);
      const key = `${name}\n${place}`;
      let series = this.#series.get(key);
      if (!series) {
        series = { function: name, place, sizes: Array.from({ length: before + 1 }, () => 0) };
        this.#series.set(key, series);
      }
      series.sizes[before]! += node.selfSize;
    }
    if (this.#at.length > MOST_READINGS) this.#forgetFirst();
  }

  #forgetFirst(): void {
    this.#at.shift();
    for (const [key, { sizes }] of this.#series) {
      sizes.shift();
      if (sizes.every((size) => size === 0)) this.#series.delete(key);
    }
  }

  result(state: Pick<AllocationSitesResult, 'reason' | 'samplingInterval' | 'cost'>): AllocationSitesResult {
    const sites = [...this.#series.values()].map(({ function: name, place, sizes }): AllocationSite => {
      const size = sizes.at(-1)!;
      return { function: name, place, sizes, size, growth: size - sizes[0]!, monotonicity: monotonicity(sizes) };
    });
    sites.sort((a, b) => b.size - a.size || a.growth - b.growth);
    return {
      type: 'allocationSites',
      version: 1,
      ...state,
      at: this.#at,
      sites: sites.slice(0, MOST_SITES),
    };
  }
}

/** Lines count from 0 there. */
export function placeOf({ url, lineNumber }: { readonly url: string; readonly lineNumber: number }): string {
  return url === '' ? '' : `${url.replace(/^file:\/\//, '')}:${lineNumber + 1}`;
}
