import { type JSX, render } from 'preact';
import { useState } from 'preact/hooks';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { LooksResult } from '../analysis/looks.js';
import { clockTime } from '../report/live-document.js';
import { rememberToken } from './api.js';
import { FilterBox, useFilter } from './filter-box.js';
import { fetchLive, fetchLooks, fetchSites } from './live-api.js';
import { LiveClassPage } from './live-class-page.js';
import { LiveSections } from './live-sections.js';
import { ObjectPage } from './object-page.js';
import { PageFrame } from './page-frame.js';
import { ProfilePage, ProfilesPage } from './profiles-page.js';
import { TakeButtons } from './take-buttons.js';
import { snapshotAt } from './snapshot-at.js';
import { usePlace } from './use-place.js';
import { usePoll } from './use-poll.js';

/** Milliseconds between questions; allocations take the service a garbage collection, which it does not do more often. */
const POLL = 5000;
/** While the page waits for a heap to be loaded. */
const POLL_LOADING = 500;
const POLL_SITES = 10_000;
/** What others have had taken. */
const POLL_LOOKS = 30_000;

const SECTIONS = [
  { id: 'memory', title: 'Memory' },
  { id: 'constructors', title: 'Constructors' },
  { id: 'allocations', title: 'Allocations' },
  { id: '_profiles', title: 'Requests' },
];

function LivePage(): JSX.Element {
  const [token, setToken] = useState('');
  const [taken, setTaken] = useState<LooksResult | null>(null);
  const place = usePlace();
  const filtering = useFilter();
  const live = usePoll(`${token} ${taken?.looks.at(-1)?.at}`, fetchLive, (answer) =>
    answer && isBusy(answer.heap) ? POLL_LOADING : POLL,
  );
  const sites = usePoll(live.answer && '', fetchSites, () => POLL_SITES);
  const others = usePoll(live.answer && String(live.answer.lookedAt), fetchLooks, () => POLL_LOOKS);
  const looks = newer(taken, others.answer);
  if (!live.answer)
    return (
      <PageFrame title="" sections={[]} search={null}>
        {live.error?.status === 401 ? (
          <TokenForm
            reason={token === '' ? null : live.error.message}
            onToken={(sent) => {
              rememberToken(sent);
              setToken(sent);
            }}
          />
        ) : live.error ? (
          <p class="error" role="alert">
            {live.error.message}
          </p>
        ) : (
          <p class="faint">Looking…</p>
        )}
      </PageFrame>
    );
  const { memory, action, heap, schedule } = live.answer;
  const at = snapshotAt(looks);
  return (
    <PageFrame
      title={memory.process}
      sections={SECTIONS}
      search={(place.type === 'report' || place.type === 'profiles') && <FilterBox filtering={filtering} />}
    >
      {live.error && (
        <p class="error" role="alert">
          {live.error.message}
        </p>
      )}
      <TakeButtons action={action} heap={heap} onTaken={setTaken} />
      {place.type === 'report' ? (
        <LiveSections
          memory={memory}
          looks={looks}
          schedule={schedule}
          sites={sites.answer}
          filter={filtering.filter}
        />
      ) : place.type === 'profiles' ? (
        <ProfilesPage filter={filtering.filter} />
      ) : (
        <section>
          {place.type === 'profile' ? (
            <ProfilePage key={place.id} id={place.id} />
          ) : place.type === 'object' ? (
            <>
              {at > 0 && <p class="lead snapshot-time">In the snapshot of {clockTime(at)}</p>}
              {/* Another snapshot may have other objects by the same ids. */}
              <ObjectPage key={`${at} ${place.nodeId}`} nodeId={place.nodeId} />
            </>
          ) : (
            <LiveClassPage key={place.target} target={place.target} looks={looks} heap={heap} />
          )}
        </section>
      )}
    </PageFrame>
  );
}

function isBusy({ type }: LoadState): boolean {
  return type === 'reading' || type === 'computing';
}

/** Others may have had looks taken meanwhile. */
function newer(a: LooksResult | null, b: LooksResult | null): LooksResult | null {
  return (a?.looks.at(-1)?.at ?? 0) >= (b?.looks.at(-1)?.at ?? 0) ? (a ?? b) : b;
}

function TokenForm(props: { readonly reason: string | null; readonly onToken: (token: string) => void }): JSX.Element {
  const { reason, onToken } = props;
  const [typed, setTyped] = useState('');
  return (
    <form
      class="token"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() !== '') onToken(typed.trim());
      }}
    >
      <label for="token">This service asks for its token (heapdump(&#123; token &#125;)):</label>
      <input
        id="token"
        type="password"
        autocomplete="off"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <button type="submit">Open</button>
      {reason !== null && (
        <p class="error" role="alert">
          {reason}
        </p>
      )}
    </form>
  );
}

render(<LivePage />, document.getElementById('page')!);
