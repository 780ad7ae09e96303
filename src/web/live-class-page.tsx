import type { JSX } from 'preact';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { LooksResult } from '../analysis/looks.js';
import { classLooksTable } from '../report/live-document.js';
import { visibleText } from '../report/untrusted-text.js';
import { ClassPage } from './class-page.js';
import { DataTable } from './data-table.js';
import { snapshotAt } from './snapshot-at.js';

/** A class of a running process: its objects in the latest snapshot, what holds them, and its numbers from look to look. */
export function LiveClassPage(props: {
  readonly target: string;
  readonly looks: LooksResult | null;
  readonly heap: LoadState;
}): JSX.Element {
  const { target, looks, heap } = props;
  const row = looks?.trend?.rows.find(({ constructor }) => constructor === target);
  return (
    <>
      {heap.type === 'ready' ? (
        <ClassPage key={snapshotAt(looks)} target={target} />
      ) : (
        <>
          <h2>
            <span class="name">{visibleText(target)}</span>
          </h2>
          <p class="lead">Its objects are there once a snapshot has been taken and read.</p>
        </>
      )}
      <section class="part">
        <h3>From look to look</h3>
        {looks && row ? (
          <DataTable table={classLooksTable(row, looks.looks)} label="From look to look" />
        ) : (
          <p class="faint">Two looks are needed, or snapshots, to tell a change.</p>
        )}
      </section>
    </>
  );
}
