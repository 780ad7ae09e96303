import type { Cell } from '../report/document.js';

/** Where in the page an object or a class is shown: the part of the address behind `#`. */
export type Place =
  | { readonly type: 'report' }
  | { readonly type: 'object'; readonly nodeId: number }
  | { readonly type: 'class'; readonly target: string }
  | { readonly type: 'profiles' }
  | { readonly type: 'profile'; readonly id: number };

const OBJECT = /^#@(\d{1,15})$/;
const CLASS = '#of/';
const PROFILES = '#_profiles';
const PROFILE = /^#_profiles\/(\d{1,15})$/;
/** Half a character, which no address can hold. */
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function objectAddress(nodeId: number): string {
  return `#@${nodeId}`;
}

/** @param target a class's name, or whatever findTarget takes */
export function classAddress(target: string): string {
  return `${CLASS}${encodeURIComponent(target.replace(LONE_SURROGATE, '\ufffd'))}`;
}

export function profileAddress(id: number): string {
  return `${PROFILES}/${id}`;
}

/** Where a row about a class leads, whose name comes first. */
export function classOf(cells: readonly Cell[]): string | undefined {
  const [first] = cells;
  return first?.type === 'name' ? classAddress(first.text) : undefined;
}

/** Where a row about an object leads, which has its id. */
export function objectOf(cells: readonly Cell[]): string | undefined {
  const id = cells.find((cell) => cell.type === 'id');
  return id && objectAddress(id.value);
}

export function parsePlace(hash: string): Place {
  const object = OBJECT.exec(hash);
  if (object) return { type: 'object', nodeId: Number(object[1]) };
  if (hash.startsWith(CLASS)) return { type: 'class', target: decode(hash.slice(CLASS.length)) };
  const profile = PROFILE.exec(hash);
  if (profile) return { type: 'profile', id: Number(profile[1]) };
  return hash === PROFILES ? { type: 'profiles' } : { type: 'report' };
}

/** Typed by hand, an address may hold a `%` that encodes nothing. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return text;
    throw error;
  }
}
