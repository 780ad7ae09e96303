import {
  type HolderRules,
  type Holders,
  type HolderSearch,
  NO_EDGES,
  NONE,
  type RoundOptions,
} from '../holder-search.js';
import { Arrays, type GraphInMemory, isInMemory } from './arrays.js';
import { STEP, upwards } from './load.js';

// What searchHolders() says.
const MORE = 1;
const ASKS = 2;

/** As the search in plain script, but for nodes and edges that are to be ignored. */
export class KernelHolderSearch implements HolderSearch {
  readonly #graph: GraphInMemory;
  readonly #rules: HolderRules;
  readonly #holders: Holders;
  readonly #mayPassBy: Uint8Array;

  /** Null where the labels are elsewhere, or there is no memory for it. */
  static begin(graph: GraphInMemory, rules: HolderRules): KernelHolderSearch | null {
    const { base, kernel, memory, layout } = graph;
    const { nodeCount, strings } = base.columns;
    const { edge, isFromTable } = base.weakMapPairs;
    const voidEdges = edge.filter((_, i) => isFromTable[i] === 1);
    const arrays = new Arrays(memory);
    const holders = {
      order: arrays.signed(nodeCount),
      parent: arrays.signed(nodeCount),
      // Each node's edge is put there before its parent.
      parentEdge: rules.withoutEdges ? NO_EDGES : arrays.signed(nodeCount),
      region: arrays.bytes(nodeCount),
    };
    const passedBy = arrays.words(2 * nodeCount);
    const mayPassBy = arrays.bytes(strings.length);
    const voids = arrays.words(voidEdges.length);
    if (arrays.isFull || !isInMemory(rules.label)) return null;
    holders.parent.fill(NONE);
    holders.parentEdge.fill(NONE);
    voids.set(voidEdges);
    kernel.startHolders(
      rules.label.byteOffset,
      holders.region.byteOffset,
      holders.order.byteOffset,
      holders.parent.byteOffset,
      (rules.withoutEdges ? holders.parent : holders.parentEdge).byteOffset,
      passedBy.byteOffset,
      layout.edgeName,
      mayPassBy.byteOffset,
      voids.byteOffset,
      voids.length,
    );
    const { weak, shortcut, property } = base.edgeKinds;
    kernel.setHolderEdges(weak, shortcut, property);
    upwards(0, nodeCount, (start, end) => kernel.closeNodes(rules.closed, start, end));
    return new KernelHolderSearch(graph, rules, holders, mayPassBy);
  }

  private constructor(graph: GraphInMemory, rules: HolderRules, holders: Holders, mayPassBy: Uint8Array) {
    this.#graph = graph;
    this.#rules = rules;
    this.#holders = holders;
    this.#mayPassBy = mayPassBy;
  }

  get reached(): number {
    return this.#graph.kernel.reachedCount() >>> 0;
  }

  begin(seeds: readonly number[], region: number): void {
    for (const seed of seeds) this.#graph.kernel.beginAt(seed, region);
  }

  takePassedBy(region: number): void {
    this.#graph.kernel.takePassedBy(region);
  }

  round(region: number, { passesBy = false, intoClosed = false }: RoundOptions = {}): void {
    const { kernel, base } = this.#graph;
    if (intoClosed) kernel.searchAgain();
    for (let said = MORE; said === MORE || said === ASKS;) {
      said = kernel.searchHolders(STEP, region, passesBy, intoClosed);
      if (said !== ASKS) continue;
      const name = base.columns.edgeName[kernel.askedEdge() >>> 0]!;
      this.#mayPassBy[name] = this.#rules.isPassedBy(base.columns.strings.get(name)) ? 2 : 1;
    }
  }

  end(): Holders {
    upwards(0, this.#graph.layout.nodeCount, (start, end) => this.#graph.kernel.keepRegions(start, end));
    return { ...this.#holders, order: this.#holders.order.subarray(0, this.reached) };
  }
}
