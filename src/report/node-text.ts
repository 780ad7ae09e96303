import type { EdgeName, NodeSummary } from '../analysis/inspect.js';
import { foldTemplates } from './fold-templates.js';

/** Characters of a name or of a string's text: what is longer would push the rest off the line. */
export const MAX_NAME = 60;
const MAX_VALUE = 50;

type Described = Pick<NodeSummary, 'type' | 'constructor' | 'name' | 'value'>;

/** What people call a node: `CachedResponse`, `"text"`, `handler()`, `/regex/`, `(system)`. From the snapshot: untrusted. */
export function nodeText({ type, constructor, name, value }: Described): string {
  switch (type) {
    case 'string':
    case 'concatenated string':
    case 'sliced string':
      return value === null ? name : JSON.stringify(shorten(value, MAX_VALUE));
    case 'number':
    case 'hidden':
      return shorten(value ?? (name || constructor), MAX_NAME);
    case 'symbol':
      return value === null ? name : `Symbol(${shorten(value, MAX_NAME)})`;
    case 'closure':
      return `${shorten(name || '(anonymous)', MAX_NAME)}()`;
    case 'regexp':
      return name.startsWith('/') ? shorten(name, MAX_NAME) : `/${shorten(name, MAX_NAME)}/`;
    case 'object':
      return className(constructor);
    case 'synthetic':
      return name || '(root)';
    case 'code':
      return /^(system \/|\()/.test(name) ? name : `${shorten(name, MAX_NAME)} (compiled code)`.trim();
    default:
      return className(name === '' ? constructor : detachedPrefix(constructor, name) + name);
  }
}

/** A class's name among other words. */
export function className(name: string): string {
  return shorten(foldTemplates(name), MAX_NAME);
}

/** The file calls a node of a page that was taken out of it as before; its class, and DevTools, tell. */
function detachedPrefix(constructor: string, name: string): string {
  return constructor.startsWith(DETACHED) && !name.startsWith(DETACHED) ? DETACHED : '';
}

const DETACHED = 'Detached ';
const IDENTIFIER = /^[\p{ID_Start}$_#][\p{ID_Continue}$\u200c\u200d]*$/u;
const SYMBOL = /^<symbol ?(.*)>$/s;

/** How an edge is written in the source, as far as it is: `.name`, `[3]`, `variable name`; the engine's own in parentheses. */
export function edgeText({ type, name, isWeakMapValue }: EdgeName): string {
  if (isWeakMapValue) return '(value in a WeakMap)';
  const text = typeof name === 'number' ? String(name) : shorten(name, MAX_NAME);
  switch (type) {
    case 'property':
      return propertyText(String(name));
    case 'element':
      return `[${text}]`;
    case 'context':
      return `variable ${text}`;
    case 'weak':
      return `(weak ${text})`;
    default:
      return text === '' ? '' : `(${text})`;
  }
}

/** `.name`, `["a key"]`, `[Symbol(tag)]`. */
export function propertyText(name: string): string {
  const symbol = SYMBOL.exec(name);
  if (symbol) return `[Symbol(${shorten(symbol[1]!, MAX_NAME)})]`;
  const text = shorten(name, MAX_NAME);
  return IDENTIFIER.test(name) ? `.${text}` : `[${JSON.stringify(text)}]`;
}

/** What is cut off the end is marked. */
export function shorten(text: string, length: number): string {
  if (text.length <= length) return text;
  // Not between the halves of a surrogate pair.
  const end = /[\ud800-\udbff]$/.test(text.slice(0, length - 1)) ? length - 2 : length - 1;
  return `${text.slice(0, end)}…`;
}
