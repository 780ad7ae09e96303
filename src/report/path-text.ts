import type { SourcePlace } from '../analysis/source-place.js';
import { sourceText } from './source-text.js';

const IDENTIFIER = /^[\p{ID_Start}$_#][\p{ID_Continue}$]*$/u;
const INDEX = /^\d+$/;
const SYMBOL = /^<symbol ?(.*)>$/s;
const LONGEST_KEY = 60;

/** `.entries`, `[37]`, `["a key"]`: an edge of a path, named as in results. */
export function edgeLabel(edge: string): string {
  const symbol = SYMBOL.exec(edge);
  if (symbol !== null) return `[Symbol(${symbol[1]})]`;
  if (INDEX.test(edge)) return `[${edge}]`;
  return IDENTIFIER.test(edge) ? `.${edge}` : `[${JSON.stringify(shorten(edge))}]`;
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
      return name === '' ? 'entry' : JSON.stringify(shorten(name));
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

function shorten(text: string): string {
  return text.length <= LONGEST_KEY ? text : `${text.slice(0, LONGEST_KEY - 1)}…`;
}
