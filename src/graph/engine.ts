import { Scratch } from '../util/scratch.js';
import type { GraphBase } from './base.js';
import type { Renumbering } from './class-names.js';
import { computeDistances, type Distances } from './distances.js';
import { type HolderEngine, ScriptHolderEngine } from './holder-engine.js';
import { computeDominators, type Dominators } from './dominators.js';
import { type Grouping, type GroupSizes, type SizedGraph, sumGroups } from './group-sizes.js';
import { type NamedNodes, nameNodes, type NamingRules } from './named-nodes.js';
import type { PlainObjects } from './plain-objects.js';
import { sumRetainedSizes } from './retained-sizes.js';
import { buildRetainers, type Retainers } from './retainers.js';
import { computeShallowSizes } from './shallow-sizes.js';

/** Computes what takes time, each when it is first asked for, and keeps it. What the columns are: see HeapGraph. */
export interface GraphEngine extends Renumbering {
  /** Whether all else waits for the dominators. */
  readonly beginsWithDominators: boolean;
  readonly distance: Int32Array;
  readonly pageObject: Uint8Array;
  readonly shallowSize: Uint32Array | Float64Array;
  readonly dominators: Dominators;
  readonly retainedSize: Float64Array;
  readonly retainers: Retainers;
  readonly holders: HolderEngine;
  /** A copy of the column, in memory that has served its purpose, where there is any. */
  copy<Column extends Uint8Array | Uint32Array>(column: Column): Column;
  /** In such memory, too. */
  nameNodes(rules: NamingRules): NamedNodes;
  /** Whoever asks for dominators next will ask for sumGroups(). */
  expectSums?(): void;
  sumGroups(plan: SumPlan): GroupSizes;
}

/** What sums by group are made of. */
export interface SumPlan {
  /** Computes each column when it is asked for. */
  readonly graph: SizedGraph;
  /** May ask for nameNodes(). */
  readonly group: () => Grouping;
  /** For whom nameNodes() can be done at the same time as the rest; null where nobody will ask for it. */
  readonly naming: () => NamingRules | null;
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

  copy<Column extends Uint8Array | Uint32Array>(column: Column): Column {
    return column.slice() as Column;
  }

  nameNodes(rules: NamingRules): NamedNodes {
    return nameNodes(this.#base, rules, new Uint32Array(this.#base.columns.nodeCount));
  }

  renumber(column: Uint32Array, numbers: Uint32Array): void {
    for (let i = 0; i < column.length; i++) column[i] = numbers[column[i]!]!;
  }

  renumberPlain(column: Uint32Array, { nodes, shape }: PlainObjects, ofShape: Uint32Array): void {
    for (let i = 0; i < nodes.length; i++) column[nodes[i]!] = ofShape[shape[i]!]!;
  }

  sumGroups({ graph, group }: SumPlan): GroupSizes {
    // First: what they need for passing use is free before there are classes.
    void graph.retainedSize;
    return sumGroups(graph, group());
  }
}
