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
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;

  constructor(message: string, status: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
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

/** Where the token is kept that this page sends: as long as its tab is open. */
const TOKEN_KEY = 'heapstat-token';

/** The token that the endpoint of a service asks for, to be sent with each question from now on. */
export function rememberToken(token: string): void {
  sessionStorage.setItem(TOKEN_KEY, token);
}

/** @throws ApiError */
async function get<Answer extends BrowserAnswer | LoadState>(
  path: string,
  parameters: Readonly<Record<string, string | number>>,
  signal: AbortSignal,
): Promise<Answer> {
  const query = new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
  return (await askServer(`${path}?${query.toString()}`, { signal })) as Answer;
}

/** The JSON that the page's own server answers. @param path behind `api/` @throws ApiError */
export async function askServer(path: string, init: RequestInit): Promise<unknown> {
  const token = sessionStorage.getItem(TOKEN_KEY);
  const headers = { ...(init.headers as Record<string, string>), ...(token && { authorization: `Bearer ${token}` }) };
  let response: Response;
  try {
    response = await fetch(`api/${path}`, { ...init, headers });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError('heapstat does not answer: it has ended, or the way there is cut', 0, { cause: error });
  }
  if (!response.ok) throw new ApiError((await response.text()).trim(), response.status);
  return response.json();
}
