import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { instancesTable } from '../report/inspect-document.js';
import { targetLine } from '../report/target-line.js';
import { visibleText } from '../report/untrusted-text.js';
import { fetchInstances } from './api.js';
import { DataTable } from './data-table.js';
import { objectOf } from './links.js';
import { useTitle } from './titles.js';
import { useAnswer } from './use-answer.js';
import { WhyPart } from './why-part.js';

/** The instances of a class, or of whatever a target means, the largest first; and what holds them all. */
export function ClassPage({ target }: { readonly target: string }): JSX.Element {
  const [from, setFrom] = useState(0);
  useTitle(visibleText(target));
  const { answer, isWaiting, error } = useAnswer(`${from} ${target}`, (signal) => fetchInstances(target, from, signal));
  if (error !== null) return <p class="error">{error}</p>;
  if (answer === null) return <p class="faint">Looking…</p>;
  return (
    <div aria-busy={isWaiting}>
      <h2>
        <span class="name">{visibleText(target)}</span>
      </h2>
      <p class="lead">{targetLine(answer.target, answer.totalSize, { exactBytes: false })}</p>
      <WhyPart key={target} target={target} isEager={false} />
      <section class="part">
        <h3>Instances, the largest first</h3>
        <DataTable
          label="Instances"
          table={instancesTable(answer)}
          addressOf={objectOf}
          hasObjects
          part={{ from: answer.from, count: answer.target.count, size: answer.pageRows, onFrom: setFrom }}
        />
      </section>
    </div>
  );
}
