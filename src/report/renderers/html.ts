import { createHash } from 'node:crypto';
import { visibleText } from '../untrusted-text.js';

export interface HtmlPage {
  /** Untrusted. */
  readonly title: string;
  /** Ours: the built page. */
  readonly script: string;
  readonly style: string;
  /** For the script, which finds it by the id `data`; null: it asks for it. Untrusted. */
  readonly data: unknown;
  /** Whether the script may ask its own server. */
  readonly mayConnect: boolean;
}

/** A page that loads nothing from anywhere, and the policy that holds it to that. */
export interface RenderedPage {
  readonly html: string;
  /** For a Content-Security-Policy header; the page has it as a meta element too. */
  readonly policy: string;
}

/** Longer texts from a snapshot are cut: a string on the heap may be as large as the heap. */
const LONGEST_TEXT = 1000;

export function renderHtml({ title, script, style, data, mayConnect }: HtmlPage): RenderedPage {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    ...(mayConnect ? ["connect-src 'self'"] : []),
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(visibleText(title))}</title>
<style>${style}</style>
</head>
<body>
<div id="page"></div>
<noscript>This page needs JavaScript, which stays on this machine: nothing is loaded or sent.</noscript>
${data === null ? '' : `<script type="application/json" id="data">${jsonForHtml(data)}</script>\n`}<script>${script}</script>
</body>
</html>
`;
  return { html, policy };
}

/** JSON that no text in it can end: what parses it gets the same, long texts cut. */
export function jsonForHtml(value: unknown): string {
  const json = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'string' && part.length > LONGEST_TEXT ? `${part.slice(0, LONGEST_TEXT - 1)}…` : part,
  );
  return json.replace(/[<\u2028\u2029]/g, (unsafe) => `\\u${unsafe.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
