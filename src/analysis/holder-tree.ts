import { isDocumentsRoot, userRoots } from '../graph/base.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';
import { signed } from '../util/signed.js';
import { placeOfPairEdge } from '../graph/weak-map-pairs.js';
import { computeRoles, MODULE, type NodeRoles, SYSTEM } from './visibility.js';

/** Stands for "no edge" and "no node". */
export const NONE = -1;

/** From where a node is held. Values of HolderTree.region. */
export const UNREACHED = 0;
/** Globals, modules, documents lead to it. */
export const PROGRAM = 1;
/** Only V8's or the embedder's own roots lead to it: handles, the stack, tables of symbols. */
export const ROOTS = 2;
/** Only compiled code, feedback or hidden classes lead to it. */
export const CODE = 3;

/** One way to each node that tells a person why it is held. */
export interface HolderTree {
  readonly roles: NodeRoles;
  /** Int32: nodeIndex of what was reached, each after the node from which it was. */
  readonly order: Int32Array;
  /** Int32, length n: the node from which it was reached; NONE for seeds and what is not reached. */
  readonly parent: Int32Array;
  /** Int32, length n: the edge over which it was reached; NONE for seeds and what is not reached. */
  readonly parentEdge: Int32Array;
  /** Uint8, length n: UNREACHED, PROGRAM, ROOTS or CODE. */
  readonly region: Uint8Array;
}

/**
 * Nodes among which are all on the ways to the targets, in the tree's order: of one target just these, so that asking about
 * one object does not go through the heap.
 */
export function nodesOnWays({ order, parent, region }: HolderTree, targets: Uint32Array): Int32Array {
  if (targets.length !== 1) return order;
  const way: number[] = [];
  if (region[targets[0]!] !== UNREACHED) for (let at = targets[0]!; at !== NONE; at = parent[at]!) way.push(at);
  return Int32Array.from(way.toReversed());
}

/** Edges and nodes that do not count: by string index of the edge's name, or by nodeIndex. */
export interface Ignored {
  readonly isEdge: (edge: number, source: number) => boolean;
  readonly isNode: (node: number) => boolean;
}

export interface HolderOptions {
  readonly ignored?: Ignored | undefined;
  /** Leaves out what only compiled code leads to. */
  readonly withoutCode?: boolean;
}

/**
 * Breadth first, in four rounds, each over what the rounds before left out: from globals, ECMAScript modules and
 * documents, not by way of prototypes; then by way of prototypes too; then from all of the root; then through compiled
 * code and hidden classes. Never over weak edges, and to the value of a WeakMap from its key only. Modules count as
 * roots because a program's variables live in them, while the way to them leads through a loader's insides.
 */
export function buildHolderTree(graph: HeapGraph, { ignored, withoutCode = false }: HolderOptions = {}): HolderTree {
  const roles = computeRoles(graph);
  const search = new Search(graph, roles, ignored);
  const seeds = programSeeds(graph, roles);
  search.begin(seeds, PROGRAM);
  search.round(PROGRAM, { throughPrototypes: false });
  search.takePrototypes();
  search.round(PROGRAM);
  search.begin([graph.rootIndex], ROOTS);
  search.round(ROOTS);
  if (!withoutCode) search.round(CODE, { throughCode: true });
  return {
    roles,
    order: search.order.subarray(0, search.reached),
    parent: search.parent,
    parentEdge: search.parentEdge,
    region: search.region,
  };
}

function programSeeds(graph: HeapGraph, { role, nativeContexts }: NodeRoles): number[] {
  const contexts = new Set(nativeContexts);
  const seeds = new Set<number>();
  for (const context of nativeContexts) {
    for (const name of ['global_object', 'global_proxy_object', 'extension']) {
      const target = internalTarget(graph, context, name);
      if (target !== null && role[target] !== SYSTEM) seeds.add(target);
    }
  }
  for (const root of userRoots(graph)) if (!contexts.has(root)) seeds.add(root);
  const { firstEdge, edgeTarget } = graph.columns;
  for (let edge = firstEdge[graph.rootIndex]!; edge < firstEdge[graph.rootIndex + 1]!; edge++) {
    if (isDocumentsRoot(graph, edgeTarget[edge]!)) seeds.add(edgeTarget[edge]!);
  }
  for (let node = 0; node < graph.nodeCount; node++) if (role[node] === MODULE) seeds.add(node);
  seeds.delete(graph.rootIndex);
  return [...seeds];
}

class Search {
  readonly order: Int32Array;
  readonly parent: Int32Array;
  readonly parentEdge: Int32Array;
  readonly region: Uint8Array;
  reached = 0;
  /** How many of these have been gone on from. */
  #searched = 0;
  readonly #passedBy: { readonly edge: number; readonly from: number }[] = [];
  /** Uint8, length n: 1 for what stands in #passedBy. */
  readonly #wasPassedBy: Uint8Array;
  readonly #graph: HeapGraph;
  readonly #role: Uint8Array;
  readonly #ignored: Ignored | undefined;
  /** Uint8, by string: 2 where a property of this name leads to what all instances share, 1 where not, 0 unread. */
  readonly #shared: Uint8Array;
  /** Uint8, length n: 1 for values of WeakMaps. */
  readonly #isValue: Uint8Array;

  constructor(graph: HeapGraph, roles: NodeRoles, ignored: Ignored | undefined) {
    this.#graph = graph;
    this.#role = roles.role;
    this.#ignored = ignored;
    this.order = new Int32Array(graph.nodeCount);
    this.parent = new Int32Array(graph.nodeCount).fill(NONE);
    this.parentEdge = new Int32Array(graph.nodeCount).fill(NONE);
    this.region = new Uint8Array(graph.nodeCount);
    this.#shared = new Uint8Array(graph.columns.strings.length);
    this.#wasPassedBy = new Uint8Array(graph.nodeCount);
    this.#isValue = new Uint8Array(graph.nodeCount);
    for (const edge of graph.weakMapPairs.edge) this.#isValue[graph.columns.edgeTarget[edge]!] = 1;
  }

  /** What the next round starts from. */
  begin(seeds: readonly number[], region: number): void {
    for (const seed of seeds) {
      if (this.region[seed] !== UNREACHED || this.#ignored?.isNode(seed)) continue;
      this.region[seed] = region;
      this.order[this.reached++] = seed;
    }
  }

  /** The same for prototypes that the first round passed by, each by the first edge to it that was met. */
  takePrototypes(): void {
    const { edgeTarget } = this.#graph.columns;
    this.#passedBy.forEach(({ edge, from }) => {
      const target = edgeTarget[edge]!;
      if (this.region[target] !== UNREACHED) return;
      this.region[target] = PROGRAM;
      this.parent[target] = from;
      this.parentEdge[target] = edge;
      this.order[this.reached++] = target;
    });
  }

  /** Goes on from what was reached since the last round; through code from all that was reached. */
  round(region: number, { throughPrototypes = true, throughCode = false } = {}): void {
    const graph = this.#graph;
    const { edgeType, edgeName, strings } = graph.columns;
    const firstEdge = signed(graph.columns.firstEdge);
    const edgeTarget = signed(graph.columns.edgeTarget);
    const { weak, shortcut, property } = graph.edgeKinds;
    const { weakMapPairs, rootIndex } = graph;
    const isValue = this.#isValue;
    const { order, parent, parentEdge, region: regions } = this;
    const role = this.#role;
    const ignored = this.#ignored;
    const shared = this.#shared;
    const wasPassedBy = this.#wasPassedBy;
    let tail = this.reached;
    for (let head = throughCode ? 0 : this.#searched; head < tail; head++) {
      const node = order[head]!;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        if (regions[target] !== UNREACHED) continue;
        const kind = edgeType[edge]!;
        if (kind === weak || (kind === shortcut && node !== rootIndex)) continue;
        if (!throughCode && role[target] === SYSTEM) continue;
        if (isValue[target] === 1) {
          const place = placeOfPairEdge(weakMapPairs, edge);
          if (place >= 0 && weakMapPairs.isFromTable[place] === 1) continue;
        }
        if (ignored !== undefined && (ignored.isNode(target) || ignored.isEdge(edge, node))) continue;
        if (kind === property && !throughPrototypes) {
          const name = edgeName[edge]!;
          if (shared[name] === 0) shared[name] = SHARED_NAMES.has(strings.get(name)) ? 2 : 1;
          if (shared[name] === 2) {
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
}

const SHARED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
