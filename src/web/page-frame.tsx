import type { ComponentChildren, JSX } from 'preact';
import type { SectionName } from './report-sections.js';
import { ThemeButton } from './theme.js';

/** What stands above every page: its name, the ways to its parts, a place for its search, the theme. */
export function PageFrame(props: {
  readonly title: string;
  readonly sections: readonly SectionName[];
  readonly search: ComponentChildren;
  readonly children: ComponentChildren;
}): JSX.Element {
  const { title, sections, search, children } = props;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the contents
      </a>
      <header class="top">
        <div class="top-inner">
          <h1>
            <span class="mark" aria-hidden="true" />
            heapstat <span class="of">{title}</span>
          </h1>
          <nav aria-label="Parts of the page">
            {sections.map((section) => (
              <a key={section.id} href={`#${section.id}`}>
                {section.title}
              </a>
            ))}
          </nav>
          {search}
          <ThemeButton />
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </>
  );
}
