import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type TextFilter, textFilter } from './filter.js';

export interface Filtering {
  readonly typed: string;
  readonly filter: TextFilter | null;
  /** What is wrong with what was typed; then everything is shown. */
  readonly error: string | null;
  readonly setTyped: (text: string) => void;
}

export function useFilter(): Filtering {
  const [typed, setTyped] = useState('');
  const { filter, error } = useMemo(() => parse(typed), [typed]);
  return { typed, filter, error, setTyped };
}

function parse(typed: string): Pick<Filtering, 'filter' | 'error'> {
  try {
    return { filter: textFilter(typed), error: null };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { filter: null, error: error.message };
  }
}

/** Filters the tables, the trees and the suspects of a page while it is typed. */
export function FilterBox({ filtering }: { readonly filtering: Filtering }): JSX.Element {
  const { typed, error, setTyped } = filtering;
  return (
    <span class="search">
      <input
        type="search"
        aria-label="Filter by name: a part of it, /regex/, or ! in front to exclude"
        placeholder="Filter: name, /regex/, !not"
        spellcheck={false}
        value={typed}
        aria-invalid={error !== null}
        aria-describedby="filter-error"
        onInput={(event) => setTyped(event.currentTarget.value)}
      />
      <span id="filter-error" role="status" class="search-error">
        {error}
      </span>
    </span>
  );
}
