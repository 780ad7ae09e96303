import type { AllocationSitesResult } from '../analysis/allocation-sites.js';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { LiveMemoryResult } from '../analysis/live-memory.js';
import type { LookSchedule, LooksResult } from '../analysis/looks.js';
import type { RequestProfileDetail, RequestProfilesResult } from '../analysis/request-profile.js';
import { askServer } from './api.js';

/** What the page asks again and again. */
export interface LiveAnswer {
  /** To be sent with what is more than a question. */
  readonly action: string;
  readonly memory: LiveMemoryResult;
  readonly heap: LoadState;
  /** Null where the service takes no looks by itself. */
  readonly schedule: LookSchedule | null;
  /** When the latest look was, or snapshot; milliseconds since 1970. Null: there was none. */
  readonly lookedAt: number | null;
}

/** @throws ApiError, as all below */
export async function fetchLive(signal: AbortSignal): Promise<LiveAnswer> {
  return (await askServer('live', { signal })) as LiveAnswer;
}

export async function fetchSites(signal: AbortSignal): Promise<AllocationSitesResult> {
  return (await askServer('sites', { signal })) as AllocationSitesResult;
}

export async function fetchLooks(signal: AbortSignal): Promise<LooksResult> {
  return (await askServer('looks', { signal })) as LooksResult;
}

export async function fetchProfiles(signal: AbortSignal): Promise<RequestProfilesResult> {
  return (await askServer('profiles', { signal })) as RequestProfilesResult;
}

export async function fetchProfile(id: number, signal: AbortSignal): Promise<RequestProfileDetail> {
  return (await askServer(`profile?id=${id}`, { signal })) as RequestProfileDetail;
}

/** Has the service take one; what all of them found. */
export async function takeLook(kind: 'look' | 'snapshot', action: string): Promise<LooksResult> {
  return (await askServer(kind, { method: 'POST', headers: { 'x-heapstat-action': action } })) as LooksResult;
}
