import { Scratch } from '../util/scratch.js';
import type { GraphBase } from './base.js';
import { computeDistances, type Distances } from './distances.js';
import { type HolderEngine, ScriptHolderEngine } from './holder-engine.js';
import { computeDominators, type Dominators } from './dominators.js';
import { sumRetainedSizes } from './retained-sizes.js';
import { buildRetainers, type Retainers } from './retainers.js';
import { computeShallowSizes } from './shallow-sizes.js';

/** Computes what takes time, each when it is first asked for, and keeps it. What the columns are: see HeapGraph. */
export interface GraphEngine {
  /** Whether all else waits for the dominators. */
  readonly beginsWithDominators: boolean;
  readonly distance: Int32Array;
  readonly pageObject: Uint8Array;
  readonly shallowSize: Uint32Array | Float64Array;
  readonly dominators: Dominators;
  readonly retainedSize: Float64Array;
  readonly retainers: Retainers;
  readonly holders: HolderEngine;
  /** `length` words for a column, with anything in them; in memory that has served its purpose, where there is any. */
  words(length: number): Uint32Array;
  /** See HeapGraph. */
  scratchWords(count: number, length: number): readonly Uint32Array[];
}

/** In plain script and one thread, for columns wherever they lie. */
export class ScriptEngine implements GraphEngine {
  readonly beginsWithDominators = false;
  readonly holders: HolderEngine;
  readonly #base: GraphBase;
  readonly #scratch = new Scratch();
  #distances: Distances | undefined;
  #shallowSize: Uint32Array | Float64Array | undefined;
  #dominators: Dominators | undefined;
  #retainedSize: Float64Array | undefined;
  #retainers: Retainers | undefined;

  constructor(base: GraphBase) {
    this.#base = base;
    this.holders = new ScriptHolderEngine(base);
  }

  get distance(): Int32Array {
    return this.#getDistances().distance;
  }

  get pageObject(): Uint8Array {
    return this.#getDistances().pageObject;
  }

  #getDistances(): Distances {
    return (this.#distances ??= computeDistances(this.#base, this.#scratch));
  }

  get shallowSize(): Uint32Array | Float64Array {
    return (this.#shallowSize ??= computeShallowSizes(this.#base, this.#scratch));
  }

  get dominators(): Dominators {
    return (this.#dominators ??= computeDominators(this.#base, this.pageObject, this.#scratch));
  }

  get retainedSize(): Float64Array {
    if (this.#retainedSize === undefined) {
      const { dominators } = this;
      this.#retainedSize = sumRetainedSizes(this.shallowSize, dominators, this.#scratch);
      this.#scratch.clear();
    }
    return this.#retainedSize;
  }

  get retainers(): Retainers {
    return (this.#retainers ??= buildRetainers(this.#base.columns));
  }

  words(length: number): Uint32Array {
    return new Uint32Array(length);
  }

  scratchWords(count: number, length: number): Uint32Array[] {
    return Array.from({ length: count }, () => new Uint32Array(length));
  }
}
