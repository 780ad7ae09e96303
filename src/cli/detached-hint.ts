import type { Reporter } from './input.js';

interface NamedRow {
  readonly constructor: string;
}

/** DevTools shows `Detached <div>`; the file's own names, by which plain rows go, are without it. */
export function hintAtDetached(
  reporter: Reporter,
  filters: readonly string[],
  { all, shown }: { readonly all: readonly NamedRow[]; readonly shown: readonly NamedRow[] },
): void {
  if (shown.length > 0 || !filters.some((text) => /^(?!!).*detach/i.test(text))) return;
  const isOfPage = all.some(({ constructor }) => constructor.startsWith('<'));
  if (isOfPage) reporter.say('which nodes of a page are detached is told by --retained');
}
