import { type JSX, render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { ReportResult } from '../analysis/report.js';
import { share } from '../report/format.js';
import { formatBytes } from '../util/bytes.js';
import { ApiError, fetchReport, fetchState } from './api.js';
import { ClassPage } from './class-page.js';
import { FilterBox, useFilter } from './filter-box.js';
import { ObjectPage } from './object-page.js';
import { ObjectSearch } from './object-search.js';
import { PageFrame } from './page-frame.js';
import { ReportSections, sectionsOf } from './report-sections.js';
import { fileNames } from './titles.js';
import { usePlace } from './use-place.js';

/** Milliseconds between questions how far the loading is. */
const POLL = 150;

function ViewPage(): JSX.Element {
  const [state, setState] = useState<LoadState>({ type: 'reading', done: 0, total: 0 });
  const [result, setResult] = useState<ReportResult | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    load(setState, controller.signal).then(setResult, (error: unknown) => {
      if (controller.signal.aborted) return;
      if (!(error instanceof ApiError)) throw error;
      setState({ type: 'failed', message: error.message });
    });
    return () => controller.abort();
  }, []);
  if (result) return <LoadedPage result={result} />;
  return (
    <PageFrame title="" sections={[]} search={null}>
      <LoadingText state={state} />
    </PageFrame>
  );
}

/** @throws ApiError */
async function load(onState: (state: LoadState) => void, signal: AbortSignal): Promise<ReportResult> {
  for (;;) {
    const state = await fetchState(signal);
    onState(state);
    if (state.type === 'ready') return fetchReport(signal);
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
}

function LoadingText({ state }: { readonly state: LoadState }): JSX.Element {
  switch (state.type) {
    case 'failed':
      return (
        <p class="error" role="alert">
          {state.message}
        </p>
      );
    case 'reading':
      return (
        <div class="loading">
          <p role="status">Reading the snapshot{state.total > 0 ? ` of ${formatBytes(state.total)}` : ''}…</p>
          <progress aria-label="Read so far" value={share(state.done, state.total)} />
        </div>
      );
    default:
      return (
        <div class="loading">
          <p role="status">Computing dominators, retained sizes and paths…</p>
          <progress aria-label="Computing" />
        </div>
      );
  }
}

function LoadedPage({ result }: { readonly result: ReportResult }): JSX.Element {
  const place = usePlace();
  const filtering = useFilter();
  const { filter, typed } = filtering;
  const isReport = place.type !== 'object' && place.type !== 'class';
  return (
    <PageFrame
      title={fileNames(result.snapshots)}
      sections={sectionsOf(result)}
      search={
        <>
          {isReport && <FilterBox filtering={filtering} />}
          <ObjectSearch rows={result.summary.rows} />
        </>
      }
    >
      {isReport ? (
        <ReportSections result={result} filter={filter} typed={typed} hasObjects />
      ) : (
        <section>
          {place.type === 'object' ? (
            <ObjectPage key={place.nodeId} nodeId={place.nodeId} />
          ) : (
            <ClassPage key={place.target} target={place.target} />
          )}
        </section>
      )}
    </PageFrame>
  );
}

render(<ViewPage />, document.getElementById('page')!);
