import type { JSX } from 'preact';

/** Which page of rows is shown, and the ways to the others; nothing but the text where there is one. */
export function Pager(props: {
  readonly label: string;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  readonly text: string;
  readonly onPage: (page: number) => void;
}): JSX.Element {
  const { label, page, pages, text, onPage } = props;
  const leads = (to: number): boolean => to >= 0 && to < pages && to !== page;
  // Not `disabled`: the keyboard would lose its place at the last page.
  const button = (name: string, sign: string, to: number): JSX.Element => (
    <button
      type="button"
      aria-label={`${name} page of ${label}`}
      aria-disabled={!leads(to)}
      onClick={() => leads(to) && onPage(to)}
    >
      {sign}
    </button>
  );
  return (
    <nav class="pager" aria-label={`Pages of ${label}`}>
      <span aria-live="polite">{text}</span>
      {pages > 1 && (
        <>
          {button('First', '«', 0)}
          {button('Previous', '‹', page - 1)}
          {button('Next', '›', page + 1)}
          {button('Last', '»', pages - 1)}
        </>
      )}
    </nav>
  );
}
