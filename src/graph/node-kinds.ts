import type { Schema } from '../snapshot/schema.js';

/** Codes of the node types that rules ask for, as in the column nodeType. -1 where the file knows no such type. */
export interface NodeKinds {
  readonly hidden: number;
  readonly array: number;
  readonly string: number;
  readonly object: number;
  readonly code: number;
  readonly closure: number;
  readonly regexp: number;
  readonly native: number;
  readonly synthetic: number;
  readonly concatenatedString: number;
  readonly slicedString: number;
}

export function nodeKinds(schema: Schema): NodeKinds {
  const code = (name: string): number => schema.nodeTypes.indexOf(name);
  return {
    hidden: code('hidden'),
    array: code('array'),
    string: code('string'),
    object: code('object'),
    code: code('code'),
    closure: code('closure'),
    regexp: code('regexp'),
    native: code('native'),
    synthetic: code('synthetic'),
    concatenatedString: code('concatenated string'),
    slicedString: code('sliced string'),
  };
}
