/*! Preact, which this page is built with:
 * The MIT License (MIT)
 *
 * Copyright (c) 2015-present Jason Miller
 *
 * Permission is hereby granted, free of charge, to any person obtaining a copy
 * of this software and associated documentation files (the "Software"), to deal
 * in the Software without restriction, including without limitation the rights
 * to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the Software is
 * furnished to do so, subject to the following conditions:
 *
 * The above copyright notice and this permission notice shall be included in all
 * copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
 * IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
 * FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
 * AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
 * LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
 * OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
 * SOFTWARE.
 */
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
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // Followed, it would lead away from the object that the address is of.
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        Skip to the contents
      </a>
      <header class="top">
        <div class="top-inner">
          <h1>
            <span class="mark" aria-hidden="true" />
            heapstat <span class="of">{title}</span>
          </h1>
          {sections.length > 0 && (
            <nav aria-label="Parts of the page">
              {sections.map((section) => (
                <a key={section.id} href={`#${section.id}`}>
                  {section.title}
                </a>
              ))}
            </nav>
          )}
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
