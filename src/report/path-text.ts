import type { SourcePlace } from '../analysis/source-place.js';
import { MAX_NAME, propertyText, shorten } from './node-text.js';
import { sourceText } from './source-text.js';

const INDEX = /^\d+$/;

/** `.entries`, `[37]`, `["a key"]`: an edge of a path, named as in results. */
export function edgeLabel(edge: string): string {
  return INDEX.test(edge) ? `[${edge}]` : propertyText(edge);
}

/** How a hop of a path is written: `.cache`, `[37]`, `"key" in Map`, `variable responses`; empty for roots. */
export function hopText({ kind, edge }: { readonly kind: string; readonly edge: string | null }): string {
  const name = edge ?? '';
  switch (kind) {
    case 'root':
      return '';
    case 'property':
      return edgeLabel(name);
    case 'element':
      return name === '' ? '[…]' : `[${name}]`;
    case 'entry':
      return name === '' ? 'entry' : JSON.stringify(shorten(name, MAX_NAME));
    case 'variable':
      return `variable ${name}`;
    case 'local':
      return 'local variable';
    case 'reaction':
      return 'waits for it';
    case 'bound':
      return `bound ${name}`;
    case 'prototype':
      return 'prototype';
    case 'internal':
      return name === '' ? '' : `(${name})`;
    default:
      return kind;
  }
}

/** The last folder and the file: `routes/cache.js:14:7`, counted from 1. */
export function shortPlace(place: SourcePlace | null): string {
  const text = sourceText(place);
  const parts = text.split('/');
  return parts.length > 2 && !text.startsWith('node:') ? parts.slice(-2).join('/') : text;
}
