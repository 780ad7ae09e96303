import type { GraphBase } from './base.js';
import { type HolderRules, type HolderSearch, ScriptHolderSearch } from './holder-search.js';
import { labelNodes, type NodeLabels } from './label-nodes.js';
import { type ClassNumbers, type ReducedNodes, reduceNodes, type Reduction } from './reduced-nodes.js';

/** What tells what holds what. All is computed anew each time it is asked for. */
export interface HolderEngine {
  /** Uint8, length n. */
  labelNodes(labels: NodeLabels): Uint8Array;
  /** A search for one way to each node. One at a time. */
  search(rules: HolderRules): HolderSearch;
  /** The nodes that are left when parts are added to what they are part of. May be views of the graph's memory, which then lives as long as they do. */
  reduceNodes(reduction: Reduction, classes: ClassNumbers): ReducedNodes;
  /** Nobody is to ask for edges any more, nor for what is derived from them: reduceNodes() may take their memory. */
  letGoOfEdges(): void;
}

/** In plain script. */
export class ScriptHolderEngine implements HolderEngine {
  readonly #base: GraphBase;

  constructor(base: GraphBase) {
    this.#base = base;
  }

  labelNodes(labels: NodeLabels): Uint8Array {
    return labelNodes(this.#base, labels);
  }

  search(rules: HolderRules): HolderSearch {
    return new ScriptHolderSearch(this.#base, rules);
  }

  reduceNodes(reduction: Reduction, classes: ClassNumbers): ReducedNodes {
    return reduceNodes(this.#base, reduction, classes);
  }

  letGoOfEdges(): void {
    // The garbage collector sees to arrays.
  }
}
