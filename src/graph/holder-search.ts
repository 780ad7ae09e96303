import type { GraphBase } from './base.js';
import { placeOfPairEdge } from './weak-map-pairs.js';
import { signed } from '../util/signed.js';

/** Stands for "no edge" and "no node". */
export const NONE = -1;
/** The region of what has not been reached. */
export const UNREACHED = 0;

/** Edges and nodes that do not count. `source`: nodeIndex of what the edge starts from. */
export interface Ignored {
  readonly isEdge: (edge: number, source: number) => boolean;
  readonly isNode: (node: number) => boolean;
}

export interface HolderRules {
  /** Uint8, length n. */
  readonly label: Uint8Array;
  /** Nodes with this label are entered only by rounds that are told to. */
  readonly closed: number;
  /** Whether a round may pass by properties of this name. Asked once for each. */
  readonly isPassedBy: (name: string) => boolean;
  readonly ignored?: Ignored | undefined;
  /** parentEdge is not wanted. */
  readonly withoutEdges?: boolean;
}

export const NO_EDGES = new Int32Array(0);

export interface RoundOptions {
  /** Leaves out properties that may be passed by, and notes what they lead to. */
  readonly passesBy?: boolean;
  /** Enters closed nodes too, from all that was reached in rounds before. */
  readonly intoClosed?: boolean;
}

/** What a search found. */
export interface Holders {
  /** Int32: nodeIndex of what was reached, each after the node from which it was. */
  readonly order: Int32Array;
  /** Int32, length n: the node from which it was reached; NONE for seeds and what is not reached. */
  readonly parent: Int32Array;
  /** Int32, length n: the edge over which it was reached; NONE for seeds and what is not reached. Of length 0 where not wanted. */
  readonly parentEdge: Int32Array;
  /** Uint8, length n: the region that it was reached in, 1 to 3; or UNREACHED. */
  readonly region: Uint8Array;
}

/**
 * Breadth first in rounds, each over what the rounds before left out. Never over weak edges, over shortcuts from the root only, and to the
 * value of a WeakMap from its key only.
 */
export interface HolderSearch {
  /** How many nodes have been reached. */
  readonly reached: number;
  /** What the next round starts from, besides what was reached since the last. */
  begin(seeds: readonly number[], region: number): void;
  /** The same for what was passed by, each by the first edge to it that was met. */
  takePassedBy(region: number): void;
  round(region: number, options?: RoundOptions): void;
  /** The search is over. */
  end(): Holders;
}

/** In plain script. */
export class ScriptHolderSearch implements HolderSearch {
  reached = 0;
  readonly #order: Int32Array;
  readonly #parent: Int32Array;
  readonly #parentEdge: Int32Array;
  readonly #region: Uint8Array;
  /** How many of those that were reached have been gone on from. */
  #searched = 0;
  readonly #passedBy: { readonly edge: number; readonly from: number }[] = [];
  /** Uint8, length n: 1 for what stands in #passedBy. */
  readonly #wasPassedBy: Uint8Array;
  readonly #base: GraphBase;
  readonly #rules: HolderRules;
  /** Uint8, by string: 2 where properties of this name may be passed by, 1 where not, 0 unread. */
  readonly #mayPassBy: Uint8Array;
  /** Uint8, length n: 1 for values of WeakMaps. */
  readonly #isValue: Uint8Array;

  constructor(base: GraphBase, rules: HolderRules) {
    const { nodeCount, strings, edgeTarget } = base.columns;
    this.#base = base;
    this.#rules = rules;
    this.#order = new Int32Array(nodeCount);
    this.#parent = new Int32Array(nodeCount).fill(NONE);
    this.#parentEdge = new Int32Array(nodeCount).fill(NONE);
    this.#region = new Uint8Array(nodeCount);
    this.#mayPassBy = new Uint8Array(strings.length);
    this.#wasPassedBy = new Uint8Array(nodeCount);
    this.#isValue = new Uint8Array(nodeCount);
    for (const edge of base.weakMapPairs.edge) this.#isValue[edgeTarget[edge]!] = 1;
  }

  begin(seeds: readonly number[], region: number): void {
    for (const seed of seeds) {
      if (this.#region[seed] !== UNREACHED || this.#rules.ignored?.isNode(seed)) continue;
      this.#region[seed] = region;
      this.#order[this.reached++] = seed;
    }
  }

  takePassedBy(region: number): void {
    const { edgeTarget } = this.#base.columns;
    for (const { edge, from } of this.#passedBy) {
      const target = edgeTarget[edge]!;
      if (this.#region[target] !== UNREACHED) continue;
      this.#region[target] = region;
      this.#parent[target] = from;
      this.#parentEdge[target] = edge;
      this.#order[this.reached++] = target;
    }
    this.#passedBy.length = 0;
  }

  round(region: number, { passesBy = false, intoClosed = false }: RoundOptions = {}): void {
    const { columns, edgeKinds, rootIndex, weakMapPairs } = this.#base;
    const { edgeType, edgeName, strings } = columns;
    const firstEdge = signed(columns.firstEdge);
    const edgeTarget = signed(columns.edgeTarget);
    const { weak, shortcut, property } = edgeKinds;
    const { label, closed, isPassedBy, ignored } = this.#rules;
    const isValue = this.#isValue;
    const order = this.#order;
    const parent = this.#parent;
    const parentEdge = this.#parentEdge;
    const regions = this.#region;
    const mayPassBy = this.#mayPassBy;
    const wasPassedBy = this.#wasPassedBy;
    let tail = this.reached;
    for (let head = intoClosed ? 0 : this.#searched; head < tail; head++) {
      const node = order[head]!;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        if (regions[target] !== UNREACHED) continue;
        const kind = edgeType[edge]!;
        if (kind === weak || (kind === shortcut && node !== rootIndex)) continue;
        if (!intoClosed && label[target] === closed) continue;
        if (isValue[target] === 1) {
          const place = placeOfPairEdge(weakMapPairs, edge);
          if (place >= 0 && weakMapPairs.isFromTable[place] === 1) continue;
        }
        if (ignored !== undefined && (ignored.isNode(target) || ignored.isEdge(edge, node))) continue;
        if (kind === property && passesBy) {
          const name = edgeName[edge]!;
          if (mayPassBy[name] === 0) mayPassBy[name] = isPassedBy(strings.get(name)) ? 2 : 1;
          if (mayPassBy[name] === 2) {
            if (wasPassedBy[target] === 0) this.#passedBy.push({ edge, from: node });
            wasPassedBy[target] = 1;
            continue;
          }
        }
        regions[target] = region;
        parent[target] = node;
        parentEdge[target] = edge;
        order[tail++] = target;
      }
    }
    this.reached = tail;
    this.#searched = tail;
  }

  end(): Holders {
    return {
      order: this.#order.subarray(0, this.reached),
      parent: this.#parent,
      parentEdge: this.#rules.withoutEdges ? NO_EDGES : this.#parentEdge,
      region: this.#region,
    };
  }
}
