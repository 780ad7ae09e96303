import type { HolderEngine } from '../holder-engine.js';
import { ScriptHolderEngine } from '../holder-engine.js';
import type { HolderRules, HolderSearch } from '../holder-search.js';
import type { NodeLabels } from '../label-nodes.js';
import type { ClassNumbers, ReducedNodes, Reduction } from '../reduced-nodes.js';
import type { GraphInMemory, Spare } from './arrays.js';
import { KernelHolderSearch } from './holder-search.js';
import { labelNodes, reduceNodes } from './reduced-nodes.js';

/**
 * By WebAssembly the first time that each is asked for, then in plain script: memory is never given back, and what is asked for again and
 * again would fill it.
 */
export class KernelHolderEngine implements HolderEngine {
  readonly #graph: GraphInMemory;
  readonly #script: ScriptHolderEngine;
  readonly #room: () => Spare | null;
  readonly #done = new Set<keyof HolderEngine>();
  #spares: readonly Spare[] = [];

  /** @param room what nobody uses yet, as long as that is so */
  constructor(graph: GraphInMemory, room: () => Spare | null) {
    this.#graph = graph;
    this.#script = new ScriptHolderEngine(graph.base);
    this.#room = room;
  }

  labelNodes(labels: NodeLabels): Uint8Array {
    return (this.#isFirst('labelNodes') && labelNodes(this.#graph, labels)) || this.#script.labelNodes(labels);
  }

  search(rules: HolderRules): HolderSearch {
    // What is to be ignored, script alone can tell.
    const byKernel = rules.ignored === undefined && this.#isFirst('search');
    return (byKernel && KernelHolderSearch.begin(this.#graph, rules)) || this.#script.search(rules);
  }

  reduceNodes(reduction: Reduction, classes: ClassNumbers): ReducedNodes {
    const spares = { lasting: this.#spares, passing: this.#room() };
    const reduced = this.#isFirst('reduceNodes') && reduceNodes(this.#graph, reduction, classes, spares);
    return reduced || this.#script.reduceNodes(reduction, classes);
  }

  letGoOfEdges(): void {
    const { edgeName, edgeTarget } = this.#graph.base.columns;
    this.#spares = [edgeName, edgeTarget].map(({ byteOffset, byteLength }) => ({
      address: byteOffset,
      end: byteOffset + byteLength,
    }));
  }

  #isFirst(what: keyof HolderEngine): boolean {
    const isFirst = !this.#done.has(what);
    this.#done.add(what);
    return isFirst;
  }
}
