import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { visibleText } from '../report/untrusted-text.js';
import { whyDocument } from '../report/why-document.js';
import { fetchWhy } from './api.js';
import { TreeGrid } from './tree-grid.js';
import { useAnswer } from './use-answer.js';

/**
 * What holds objects: the answer in a sentence, and the merged ways to them as a tree.
 * @param isEager at once; else when asked for: of a class with many objects it takes its time
 */
export function WhyPart({ target, isEager }: { readonly target: string; readonly isEager: boolean }): JSX.Element {
  const [isWanted, setIsWanted] = useState(isEager);
  return (
    <section class="part">
      <h3>What holds {isEager ? 'it' : 'them'}</h3>
      {isWanted ? (
        <Ways target={target} />
      ) : (
        <button type="button" onClick={() => setIsWanted(true)}>
          Find the ways to all of them
        </button>
      )}
    </section>
  );
}

function Ways({ target }: { readonly target: string }): JSX.Element {
  const { answer, error } = useAnswer(target, (signal) => fetchWhy(target, signal));
  if (error !== null) return <p class="error">{error}</p>;
  if (answer === null) return <p class="faint">Searching…</p>;
  const { findings = [], tree } = whyDocument(answer, { exactBytes: false });
  return (
    <>
      {findings.map(({ text, details }, i) => (
        <div key={i}>
          <p class="sentence">{visibleText(text)}</p>
          <ul class="details">
            {details.map((detail, k) => (
              <li key={k}>{visibleText(detail)}</li>
            ))}
          </ul>
        </div>
      ))}
      {tree!.roots.length > 0 && <TreeGrid tree={tree!} label="What holds them" open={20} hasObjects />}
    </>
  );
}
