import type { StringTable } from '../snapshot/columns.js';

/**
 * V8 writes a WeakMap's value twice, as an internal edge from the key and as one from the table. Their names differ in
 * the leading number only. The rest (with both ids) tells which two edges belong together, and which table they are of.
 */
const PAIR_NAME = /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/;

export interface WeakMapPair {
  /** What both edges of the pair have in common. */
  readonly text: string;
  /** V8's id of the table. */
  readonly tableId: number;
}

/** Values of WeakMapPairs.kind. */
export const UNREAD = 0;
export const ORDINARY = 1;
export const PAIR = 2;

/** Tells the names of WeakMap edges from others, and reads each name once. */
export class WeakMapPairs {
  /** Uint8, indexed by string: UNREAD, ORDINARY or PAIR. Hot loops look here before they call isPair. */
  readonly kind: Uint8Array;
  readonly #strings: StringTable;
  readonly #pairs = new Map<number, WeakMapPair>();

  constructor(strings: StringTable) {
    this.#strings = strings;
    this.kind = new Uint8Array(strings.length);
  }

  /** Whether `name`, the string index of an internal edge's name, is that of a WeakMap pair. */
  isPair(name: number): boolean {
    if (this.kind[name] === UNREAD) this.#read(name);
    return this.kind[name] === PAIR;
  }

  /** The pair that an edge of this name is half of; only for names of which isPair says true. */
  pair(name: number): WeakMapPair {
    const pair = this.#pairs.get(name);
    if (pair === undefined) throw new RangeError(`string ${name} is not the name of a WeakMap pair`);
    return pair;
  }

  #read(name: number): void {
    const match = PAIR_NAME.exec(this.#strings.get(name));
    this.kind[name] = match === null ? ORDINARY : PAIR;
    if (match !== null) this.#pairs.set(name, { text: match[1]!, tableId: Number(match[2]) });
  }
}
