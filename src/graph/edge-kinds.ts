import type { Schema } from '../snapshot/schema.js';

/** Codes of the edge types that rules ask for, as in the column edgeType. -1 where the file knows no such type. */
export interface EdgeKinds {
  readonly element: number;
  readonly property: number;
  readonly internal: number;
  readonly hidden: number;
  readonly shortcut: number;
  readonly weak: number;
  readonly invisible: number;
}

export function edgeKinds(schema: Schema): EdgeKinds {
  const code = (name: string): number => schema.edgeTypes.indexOf(name);
  return {
    element: code('element'),
    property: code('property'),
    internal: code('internal'),
    hidden: code('hidden'),
    shortcut: code('shortcut'),
    weak: code('weak'),
    invisible: code('invisible'),
  };
}

/** How an edge of each type is treated on the way to dominators: the values of essentialRules(). */
export const ALWAYS = 0;
export const NEVER = 1;
/** Counts only when it starts at the root: elsewhere a shortcut repeats what other edges say. */
export const FROM_ROOT = 2;

/** Uint8, indexed by edge type code: ALWAYS, NEVER or FROM_ROOT. */
export function essentialRules(kinds: EdgeKinds): Uint8Array {
  const rules = new Uint8Array(256);
  if (kinds.weak >= 0) rules[kinds.weak] = NEVER;
  if (kinds.shortcut >= 0) rules[kinds.shortcut] = FROM_ROOT;
  return rules;
}
