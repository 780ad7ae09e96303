import type { GraphBase } from './base.js';
import { eachProperty, type PlainObjects } from './plain-objects.js';

/** A name for plain objects that have the same properties, as DevTools infers them: `{a, b}`. */
export interface InterfaceDefinition {
  readonly name: string;
  /** The properties in the order in which the name lists them. */
  readonly properties: readonly string[];
  /** How many plain objects start with these properties in this order. */
  readonly count: number;
}

const MAX_NAME_LENGTH = 120;
const MIN_COUNT = 2;
/** An interface needs one in so many of all plain objects. */
const MIN_SHARE = 1000;

/** The interfaces that the plain objects of a snapshot suggest, the most frequent first, ties by first met. */
export function inferInterfaces(base: GraphBase, objects: PlainObjects): InterfaceDefinition[] {
  const { example, count } = objects;
  const candidates = new Map<string, { name: string; properties: string[]; count: number }>();
  const textOf = textCache(base);
  for (let shape = 0; shape < example.length; shape++) {
    const candidate = describeShape(base, example[shape]!, textOf);
    if (candidate === null) continue;
    const known = candidates.get(candidate.name);
    if (known === undefined) candidates.set(candidate.name, { ...candidate, count: count[shape]! });
    else known.count += count[shape]!;
  }
  const enough = Math.max(MIN_COUNT, objects.nodes.length / MIN_SHARE);
  return [...candidates.values()].filter((c) => c.count >= enough).toSorted((a, b) => b.count - a.count);
}

function describeShape(
  base: GraphBase,
  node: number,
  textOf: (name: number) => string,
): { name: string; properties: string[] } | null {
  const properties: string[] = [];
  let name = '{';
  let full = false;
  eachProperty(base, node, (index) => {
    if (full) return;
    const property = textOf(index);
    if (property === '__proto__') return;
    const written = /[,'"{}]/.test(property) ? JSON.stringify(property) : property;
    if (name.length > 1 && name.length + written.length > MAX_NAME_LENGTH) {
      full = true;
      return;
    }
    name += name.length > 1 ? `, ${written}` : written;
    properties.push(property);
  });
  return properties.length === 0 ? null : { name: `${name}}`, properties };
}

/**
 * By shape: the index of the definition that fits best, or -1. A definition fits objects that have all its properties,
 * in any order and whatever else they have; the one with most properties wins, then the earlier.
 */
export function matchInterfaces(
  base: GraphBase,
  objects: PlainObjects,
  definitions: readonly InterfaceDefinition[],
): Int32Array {
  const wanted = new WantedProperties(definitions);
  const textOf = textCache(base);
  const tokenOf = new Map<number, number>();
  const hits = new Uint32Array(definitions.length);
  const hitShape = new Int32Array(definitions.length).fill(-1);
  const times = new Uint32Array(wanted.tokenCount);
  const timesShape = new Int32Array(wanted.tokenCount).fill(-1);
  const result = new Int32Array(objects.example.length).fill(-1);
  for (let shape = 0; shape < result.length; shape++) {
    let best = -1;
    let bestSize = 0;
    eachProperty(base, objects.example[shape]!, (name) => {
      let token = tokenOf.get(name);
      if (token === undefined) {
        token = wanted.token(textOf(name));
        tokenOf.set(name, token);
      }
      if (token < 0) return;
      times[token] = timesShape[token] === shape ? times[token]! + 1 : 1;
      timesShape[token] = shape;
      for (const definition of wanted.definitions(token, times[token]!)) {
        hits[definition] = hitShape[definition] === shape ? hits[definition]! + 1 : 1;
        hitShape[definition] = shape;
        const size = definitions[definition]!.properties.length;
        if (hits[definition] !== size) continue;
        if (size > bestSize || (size === bestSize && definition < best)) {
          best = definition;
          bestSize = size;
        }
      }
    });
    result[shape] = best;
  }
  return result;
}

/** Which definitions ask for a property, and for how many edges of that name (almost always one). */
class WantedProperties {
  readonly #tokens = new Map<string, number>();
  /** By token, then by 0-based repetition. */
  readonly #definitions: number[][][] = [];

  constructor(definitions: readonly InterfaceDefinition[]) {
    definitions.forEach(({ properties }, index) => {
      const repetition = new Map<string, number>();
      for (const property of properties) {
        const nth = repetition.get(property) ?? 0;
        repetition.set(property, nth + 1);
        const lists = this.#listsOf(property);
        (lists[nth] ??= []).push(index);
      }
    });
  }

  get tokenCount(): number {
    return this.#definitions.length;
  }

  /** A number for this property, or -1 where no definition asks for it. */
  token(property: string): number {
    return this.#tokens.get(property) ?? -1;
  }

  /** The definitions that ask for the property at least `nth` times (1-based). */
  definitions(token: number, nth: number): readonly number[] {
    return this.#definitions[token]![nth - 1] ?? [];
  }

  #listsOf(property: string): number[][] {
    let token = this.#tokens.get(property);
    if (token === undefined) {
      token = this.#definitions.length;
      this.#tokens.set(property, token);
      this.#definitions.push([]);
    }
    return this.#definitions[token]!;
  }
}

function textCache(base: GraphBase): (name: number) => string {
  const { strings } = base.columns;
  const cache = new Map<number, string>();
  return (name) => {
    let text = cache.get(name);
    if (text === undefined) {
      text = strings.get(name);
      cache.set(name, text);
    }
    return text;
  };
}
