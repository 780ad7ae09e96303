import type { JSX } from 'preact';
import type { ReportResult } from '../analysis/report.js';
import { leaksDocument } from '../report/leaks-document.js';
import { visibleText } from '../report/untrusted-text.js';
import { whyDocument } from '../report/why-document.js';
import type { TextFilter } from './filter.js';
import { Sparkline } from './sparkline.js';
import { TreeGrid } from './tree-grid.js';

/** A sentence for each suspect, its evidence, and the ways to all objects of its class as a tree. */
export function LeaksSection(props: {
  readonly result: ReportResult;
  readonly filter: TextFilter | null;
  readonly hasObjects: boolean;
}): JSX.Element {
  const { result, filter, hasObjects } = props;
  const { leaks, paths } = result;
  const { findings = [], notes } = leaksDocument(leaks, { exactBytes: false });
  const shown = findings
    .map((finding, i) => ({ finding, suspect: leaks.suspects[i]!, path: paths[i] }))
    .filter(({ finding }) => !filter || filter(finding.text) || finding.details.some((detail) => filter(detail)));
  return (
    <>
      {filter && findings.length > 0 && shown.length === 0 && <p class="faint">No match in the suspects.</p>}
      {shown.map(({ finding, suspect, path }, i) => (
        <article key={i} class="suspect">
          <header>
            <p class="sentence">{visibleText(finding.text)}</p>
            {suspect.growth.steps.length > 1 && (
              <Sparkline values={suspect.growth.steps.map(({ retainedSize }) => retainedSize)} />
            )}
          </header>
          <ul class="details">
            {finding.details.map((detail, k) => (
              <li key={k}>{visibleText(detail)}</li>
            ))}
          </ul>
          {path && (
            <details>
              <summary>What holds all of {visibleText(path.target.constructor)}</summary>
              <p>{visibleText(path.answer)}</p>
              <TreeGrid
                tree={whyDocument(path, { exactBytes: false }).tree!}
                label={`What holds ${visibleText(path.target.constructor)}`}
                open={20}
                hasObjects={hasObjects}
              />
            </details>
          )}
        </article>
      ))}
      <Notes notes={notes} />
    </>
  );
}

export function Notes({ notes }: { readonly notes: readonly string[] }): JSX.Element {
  return (
    <div class="notes">
      {notes.map((note, i) => (
        <p key={i}>{visibleText(note)}</p>
      ))}
    </div>
  );
}
