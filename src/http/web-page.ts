import { readFileSync } from 'node:fs';
import { DIST_URL } from '../dist-url.js';
import { type RenderedPage, renderHtml } from '../report/renderers/html.js';

/** The built page of this name (src/web/NAME-page.tsx), whole. @param data null: it asks the server that it came from */
export function renderPage(name: 'report' | 'view' | 'live', title: string, data: unknown): RenderedPage {
  return renderHtml({
    title,
    script: readBuilt(`${name}-page.js`),
    style: readBuilt('page.css'),
    data,
    mayConnect: data === null,
  });
}

function readBuilt(name: string): string {
  return readFileSync(new URL(`web/${name}`, DIST_URL), 'utf8');
}
