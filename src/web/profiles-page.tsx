import type { JSX } from 'preact';
import type { RequestProfilesResult } from '../analysis/request-profile.js';
import { visibleText } from '../report/untrusted-text.js';
import { callTreeOf, requestsTable, routesTable } from '../report/request-document.js';
import { formatBytes } from '../util/bytes.js';
import { DataTable } from './data-table.js';
import type { TextFilter } from './filter.js';
import { Flame } from './flame.js';
import { fetchProfile, fetchProfiles } from './live-api.js';
import { profileAddress } from './links.js';
import { Section } from './report-sections.js';
import { TreeGrid } from './tree-grid.js';
import { useTitle } from './titles.js';
import { useAnswer } from './use-answer.js';
import { usePoll } from './use-poll.js';

const POLL = 5000;

/** What requests took, by route and one by one. */
export function ProfilesPage({ filter }: { readonly filter: TextFilter | null }): JSX.Element {
  const { answer, error } = usePoll('', fetchProfiles, () => POLL);
  if (error) return <p class="error">{error.message}</p>;
  if (!answer) return <p class="faint">Looking…</p>;
  if (answer.every === null)
    return (
      <p class="lead">No requests are profiled: heapdump(&#123; pages: true, profileRequests: true &#125;) does.</p>
    );
  return (
    <>
      <Section id="routes" title="What a request keeps, by route">
        <p class="lead">
          Of the requests that ran alone: medians, and of what they keep the lower quartile, as chance (code that was
          compiled, a cache that was filled) only adds to it. A few kB are noise.
        </p>
        <DataTable
          table={routesTable(answer)}
          label="Routes"
          filter={filter}
          whenEmpty="No request that ran alone has been profiled yet."
        />
      </Section>
      <Section id="requests" title="Requests">
        <p class="lead">{sampledText(answer)}</p>
        <DataTable
          table={requestsTable(answer)}
          label="Requests"
          filter={filter}
          addressOf={(cells) => {
            const id = cells.at(-1);
            return id?.type === 'count' ? profileAddress(id.value) : undefined;
          }}
          whenEmpty="No request has been profiled yet."
        />
      </Section>
    </>
  );
}

function sampledText({ every }: RequestProfilesResult): string {
  return `One request in ${every} is profiled, one at a time, or one that asks for it by the header x-heapstat-profile.`;
}

/** One request: where its time went, and its memory. */
export function ProfilePage({ id }: { readonly id: number }): JSX.Element {
  const { answer, error } = useAnswer(String(id), (signal) => fetchProfile(id, signal));
  useTitle(`Request ${id}`);
  if (error !== null) return <p class="error">{error}</p>;
  if (!answer) return <p class="faint">Looking…</p>;
  const { request, cpu, allocation } = answer;
  return (
    <>
      <h2>
        <span class="name">{visibleText(`${request.method} ${request.route}`)}</span>
      </h2>
      <p class="lead">
        {request.status}, {milliseconds(request.duration)}, {milliseconds(request.cpuTime)} CPU, allocated{' '}
        {formatBytes(request.allocated)}, still held {formatBytes(request.held)}
        {request.others > 0 && `; ${request.others} other requests ran meanwhile, and are in these numbers`}
      </p>
      <section class="part">
        <h3>CPU</h3>
        <Flame tree={cpu} label="CPU, as a flame graph" format={milliseconds} />
        <TreeGrid tree={callTreeOf(cpu, 'milliseconds')} label="CPU" open={8} />
      </section>
      <section class="part">
        <h3>Allocation</h3>
        <Flame tree={allocation} label="Allocation, as a flame graph" format={formatBytes} />
        <TreeGrid tree={callTreeOf(allocation, 'bytes')} label="Allocation" open={8} />
      </section>
    </>
  );
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
