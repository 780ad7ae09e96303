import type { BrowserAnswer, InstancesResult, ObjectResult } from '../analysis/heap-browser.js';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { ReportResult } from '../analysis/report.js';
import type { WhyResult } from '../analysis/retaining-paths.js';

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
  readonly entriesFrom: number;
  readonly retainersFrom: number;
}

export function fetchObject(nodeId: number, pages: ObjectPages, signal: AbortSignal): Promise<ObjectResult> {
  return get('object', { id: nodeId, ...pages }, signal);
}

export function fetchWhy(target: string, signal: AbortSignal): Promise<WhyResult> {
  return get('why', { target }, signal);
}

/** Where the token is kept that this page sends: as long as its tab is open; or, where nothing may be kept, as the page is. */
const TOKEN_KEY = 'heapstat-token';
let ownToken = recallToken();

/** The token that the endpoint of a service asks for, to be sent with each question from now on. */
export function rememberToken(token: string): void {
  ownToken = token;
  try {
    sessionStorage.setItem(TOKEN_KEY, token);
  } catch {
    // A browser that remembers nothing throws.
  }
}

function recallToken(): string | null {
  try {
    return sessionStorage.getItem(TOKEN_KEY);
  } catch {
    return null; // as above
  }
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
  const headers = {
    ...(init.headers as Record<string, string>),
    ...(ownToken && { authorization: `Bearer ${ownToken}` }),
  };
  let response: Response;
  let text: string;
  try {
    response = await fetch(`api/${path}`, { ...init, headers });
    text = await response.text();
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError('heapstat does not answer: it has ended, or the way there is cut', 0, { cause: error });
  }
  if (!response.ok) throw new ApiError(text.trim(), response.status);
  return JSON.parse(text);
}
