import type { CallTree } from './call-tree.js';

/** What one request took, as measured around it: of the whole process, so of whatever else ran meanwhile too. */
export interface RequestProfile {
  readonly id: number;
  /** When it began; milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  /** As the framework has it, or the path with numbers and ids put as `:id`. Untrusted. */
  readonly route: string;
  readonly status: number;
  /** Milliseconds, from when the handler had it to when the answer was sent. */
  readonly duration: number;
  /** Milliseconds of processor time, of all threads. */
  readonly cpuTime: number;
  /** Bytes, estimated from samples. */
  readonly allocated: number;
  /** Bytes by which the heap had grown when it was over, garbage collected before and after. */
  readonly held: number;
  /** Other requests that ran in the same time: above 0, the numbers are theirs too. */
  readonly others: number;
}

/**
 * What the requests of one route took: medians of those that ran alone. Of what they held the lower quartile: what comes
 * to that by chance (code that was compiled, a cache that was filled) is added, hardly ever taken away.
 */
export interface RouteCost {
  /** `GET /items/:id` */
  readonly route: string;
  readonly count: number;
  readonly duration: number;
  readonly cpuTime: number;
  readonly allocated: number;
  readonly held: number;
  /** Of each request, in the order of time. */
  readonly heldSeries: readonly number[];
}

/** The requests that were profiled of late. */
export interface RequestProfilesResult {
  readonly type: 'requestProfiles';
  readonly version: 1;
  /** One request in so many, on average; null: none are profiled. */
  readonly every: number | null;
  /** The latest first. */
  readonly requests: readonly RequestProfile[];
  /** What keeps most first. */
  readonly routes: readonly RouteCost[];
}

/** Where one request spent its time, and its memory. */
export interface RequestProfileDetail {
  readonly type: 'requestProfile';
  readonly version: 1;
  readonly request: RequestProfile;
  /** Milliseconds. */
  readonly cpu: CallTree;
  /** Bytes, of all that was allocated. */
  readonly allocation: CallTree;
}

/** @param requests in the order of time */
export function costsByRoute(requests: readonly RequestProfile[]): RouteCost[] {
  const groups = new Map<string, RequestProfile[]>();
  for (const request of requests) {
    if (request.others > 0) continue;
    const name = `${request.method} ${request.route}`;
    const group = groups.get(name);
    if (group) group.push(request);
    else groups.set(name, [request]);
  }
  return [...groups]
    .map(([route, group]) => ({
      route,
      count: group.length,
      duration: median(group.map(({ duration }) => duration)),
      cpuTime: median(group.map(({ cpuTime }) => cpuTime)),
      allocated: median(group.map(({ allocated }) => allocated)),
      held: quantile(
        group.map(({ held }) => held),
        0.25,
      ),
      heldSeries: group.map(({ held }) => held),
    }))
    .toSorted((a, b) => b.held - a.held);
}

function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The lower one of two: a number that was measured. */
function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? 0;
}

const ID_SEGMENT = /^(?:\d+|[\da-f]{8,}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/i;
/** Characters. */
const LONGEST_ROUTE = 120;

/** The path of a URL with what looks like an id as `:id`, so that requests for one thing each are one route. */
export function routeOfUrl(url: string): string {
  const end = url.indexOf('?');
  const path = (end < 0 ? url : url.slice(0, end)).slice(0, LONGEST_ROUTE);
  return path
    .split('/')
    .map((segment) => (ID_SEGMENT.test(segment) ? ':id' : segment))
    .join('/');
}
