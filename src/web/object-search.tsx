import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { HeapSummaryRow } from '../analysis/heap-summary.js';
import { visibleText } from '../report/untrusted-text.js';
import { formatBytes } from '../util/bytes.js';
import { classAddress, objectAddress } from './links.js';

const MOST_SUGGESTIONS = 8;
const ID = /^@?(\d{1,15})$/;

/** Goes to an object by its id, or to a class by its name or a /regex/; suggests classes while one types. */
export function ObjectSearch({ rows }: { readonly rows: readonly HeapSummaryRow[] }): JSX.Element {
  const [typed, setTyped] = useState('');
  const suggestions = useMemo(() => suggest(rows, typed), [rows, typed]);
  const go = (event: Event): void => {
    event.preventDefault();
    const wanted = typed.trim();
    if (wanted === '') return;
    const id = ID.exec(wanted);
    location.hash = id ? objectAddress(Number(id[1])) : classAddress(bestMatch(rows, wanted));
    setTyped('');
  };
  return (
    <form class="search" role="search" onSubmit={go}>
      <input
        type="search"
        list="classes"
        aria-label="Go to an object by @id, or to a class by its name or /regex/"
        placeholder="Go to: class, /regex/, @id"
        spellcheck={false}
        autocomplete="off"
        value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <datalist id="classes">
        {suggestions.map((row) => (
          <option key={row.constructor} value={row.constructor}>
            {visibleText(row.constructor)}, {formatBytes(row.retainedSize)}
          </option>
        ))}
      </datalist>
    </form>
  );
}

function suggest(rows: readonly HeapSummaryRow[], typed: string): readonly HeapSummaryRow[] {
  const part = typed.trim().toLowerCase();
  if (part === '' || part.startsWith('@') || part.startsWith('/')) return [];
  return rows.filter(({ constructor }) => constructor.toLowerCase().includes(part)).slice(0, MOST_SUGGESTIONS);
}

/** The class of that name; else, in upper or lower case alike, the only one that has it as a part; else as typed. */
function bestMatch(rows: readonly HeapSummaryRow[], wanted: string): string {
  if (wanted.startsWith('/') || rows.some(({ constructor }) => constructor === wanted)) return wanted;
  const found = suggest(rows, wanted);
  const lower = wanted.toLowerCase();
  const same = found.find(({ constructor }) => constructor.toLowerCase() === lower);
  return same?.constructor ?? (found.length === 1 ? found[0]!.constructor : wanted);
}
