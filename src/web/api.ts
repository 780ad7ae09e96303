import type { BrowserAnswer, InstancesResult, ObjectResult } from '../analysis/heap-browser.js';
import type { ReportResult } from '../analysis/report.js';
import type { WhyResult } from '../analysis/retaining-paths.js';

/** What the server that the page came from says of its loading. */
export type LoadState =
  | { readonly type: 'reading'; readonly done: number; readonly total: number }
  | { readonly type: 'computing' }
  | { readonly type: 'ready' };

/** The server said no, or is gone. The message is made for people. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
}

export function fetchState(signal: AbortSignal): Promise<LoadState> {
  return get('state', {}, signal);
}

export function fetchReport(signal: AbortSignal): Promise<ReportResult> {
  return get('report', {}, signal);
}

export function fetchInstances(target: string, from: number, signal: AbortSignal): Promise<InstancesResult> {
  return get('instances', { target, from }, signal);
}

export interface ObjectPages {
  readonly fieldsFrom: number;
  readonly retainersFrom: number;
}

export function fetchObject(nodeId: number, pages: ObjectPages, signal: AbortSignal): Promise<ObjectResult> {
  return get('object', { id: nodeId, ...pages }, signal);
}

export function fetchWhy(target: string, signal: AbortSignal): Promise<WhyResult> {
  return get('why', { target }, signal);
}

/** @throws ApiError */
async function get<Answer extends BrowserAnswer | LoadState>(
  path: string,
  parameters: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<Answer> {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  let response: Response;
  try {
    response = await fetch(`api/${path}?${query.toString()}`, { signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError('heapstat view does not answer: it has ended', { cause: error });
  }
  if (!response.ok) throw new ApiError((await response.text()).trim());
  return (await response.json()) as Answer;
}
