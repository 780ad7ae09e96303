import { isDocumentsRoot, userRoots, type GraphBase } from './base.js';
import { SYSTEM_DISTANCE } from '../util/system-distance.js';
import type { Scratch } from '../util/scratch.js';
import { signed } from '../util/signed.js';
import { placeOfPairEdge } from './weak-map-pairs.js';

/** Distance of a node that no search reached. */
export const UNREACHED = -5;
/** During the search, in place of UNREACHED: edges of WeakMap pairs lead here. */
const UNREACHED_VALUE = -6;

export interface Distances {
  /** Int32, length n: edges from a user root (1) on the shortest way; SYSTEM_DISTANCE and up; UNREACHED. */
  readonly distance: Int32Array;
  /** Uint8, length n: 1 where the page's own objects lead (DevTools' page objects), else 0. */
  readonly pageObject: Uint8Array;
}

/**
 * Breadth first, from the user roots and then from the root, by DevTools' rules: never over weak edges, nor over a
 * native context's `sloppy_function_map`, nor over every third edge of a descriptor array, and over the second edge of
 * a WeakMap pair only. The page objects come out of the same search, as the first search finds nearly all of them.
 */
export function computeDistances(base: GraphBase, scratch: Scratch): Distances {
  const { nodeCount, firstEdge } = base.columns;
  // One more than nodes is what the dominators need next; DevTools visits a user root as often as the root names it.
  const rootEdges = firstEdge[base.rootIndex + 1]! - firstEdge[base.rootIndex]!;
  const queue = scratch.take(nodeCount + 1 + rootEdges);
  const distance = new Int32Array(nodeCount).fill(UNREACHED);
  const search = new Search(base, distance, queue);

  const seeds = userRoots(base);
  for (const seed of seeds) distance[seed] = 1;
  search.run(seeds);
  const pageObject = markPageObjects(base, distance, seeds, search.passedOver, queue);

  distance[base.rootIndex] = seeds.length > 0 ? SYSTEM_DISTANCE : 0;
  search.run([base.rootIndex]);
  search.finish();
  scratch.give(queue);
  return { distance, pageObject };
}

/** Names that rules are about: of a hidden node, of one of its edges, and of an array. */
export const NATIVE_CONTEXT_NAME = 'system / NativeContext';
export const SLOPPY_MAP_NAME = 'sloppy_function_map';
export const DESCRIPTORS_NAME = '(map descriptors)';

/** Whether an edge with this index leads from a descriptor array to what its maps have in common only by chance. */
export function isDescriptorLink(index: number): boolean {
  return index >= 2 && index % 3 === 1;
}

const UNREAD = 0;
const NO_RULE = 1;
const DESCRIPTORS = 2;
const NATIVE_CONTEXT = 3;

class Search {
  /** Targets of edges that a rule skipped, with repeats. */
  readonly passedOver: number[] = [];
  readonly #base: GraphBase;
  readonly #distance: Int32Array;
  readonly #queue: Int32Array;
  /** By WeakMap pair: 1 where one of its edges was met. Shared by both searches, as in DevTools. */
  readonly #isPending: Uint8Array;
  /** By string: the rule for nodes of type hidden, or array, with this name. */
  readonly #ruleOfHidden: Uint8Array;
  readonly #ruleOfArray: Uint8Array;
  readonly #descriptorRule = new Map<number, boolean>();

  constructor(base: GraphBase, distance: Int32Array, queue: Int32Array) {
    this.#base = base;
    this.#distance = distance;
    this.#queue = queue;
    const { edge, pairCount } = base.weakMapPairs;
    this.#isPending = new Uint8Array(pairCount);
    this.#ruleOfHidden = new Uint8Array(base.columns.strings.length);
    this.#ruleOfArray = new Uint8Array(base.columns.strings.length);
    for (const half of edge) distance[base.columns.edgeTarget[half]!] = UNREACHED_VALUE;
  }

  finish(): void {
    const { edge } = this.#base.weakMapPairs;
    for (const half of edge) {
      const target = this.#base.columns.edgeTarget[half]!;
      if (this.#distance[target] === UNREACHED_VALUE) this.#distance[target] = UNREACHED;
    }
  }

  run(seeds: readonly number[]): void {
    const base = this.#base;
    const { edgeType, nodeType } = base.columns;
    const firstEdge = signed(base.columns.firstEdge);
    const edgeTarget = signed(base.columns.edgeTarget);
    const { weak } = base.edgeKinds;
    const { hidden, array } = base.nodeKinds;
    const distance = this.#distance;
    const queue = this.#queue;
    let head = 0;
    let tail = seeds.length;
    queue.set(seeds);
    while (head < tail) {
      const node = queue[head++]!;
      const start = firstEdge[node]!;
      const end = firstEdge[node + 1]!;
      if (start === end) continue;
      const next = distance[node]! + 1;
      const type = nodeType[node]!;
      const rule = type === hidden || type === array ? this.#ruleOf(node, type) : NO_RULE;
      for (let edge = start; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        const known = distance[target]!;
        if (known >= 0) continue;
        const kind = edgeType[edge]!;
        if (kind === weak) continue;
        if ((rule !== NO_RULE || known === UNREACHED_VALUE) && this.#passesOver(edge, kind, rule, known)) {
          this.passedOver.push(target);
          continue;
        }
        distance[target] = next;
        queue[tail++] = target;
      }
    }
  }

  #ruleOf(node: number, type: number): number {
    const { nodeName, strings } = this.#base.columns;
    const name = nodeName[node]!;
    const isHidden = type === this.#base.nodeKinds.hidden;
    const known = isHidden ? this.#ruleOfHidden : this.#ruleOfArray;
    if (known[name] === UNREAD) {
      if (isHidden) known[name] = strings.get(name) === NATIVE_CONTEXT_NAME ? NATIVE_CONTEXT : NO_RULE;
      else known[name] = strings.get(name) === DESCRIPTORS_NAME ? DESCRIPTORS : NO_RULE;
    }
    return known[name]!;
  }

  #passesOver(edge: number, kind: number, rule: number, known: number): boolean {
    if (rule === DESCRIPTORS) return this.#isDescriptorLink(edge, kind);
    if (rule === NATIVE_CONTEXT) {
      const { element, hidden } = this.#base.edgeKinds;
      const { edgeName, strings } = this.#base.columns;
      if (kind !== element && kind !== hidden && strings.get(edgeName[edge]!) === SLOPPY_MAP_NAME) return true;
    }
    return known === UNREACHED_VALUE && this.#isFirstOfPair(edge);
  }

  /** Descriptor arrays may be shared by maps, so their descriptors say little about who needs what (crbug.com/413608). */
  #isDescriptorLink(edge: number, kind: number): boolean {
    const { edgeName, strings } = this.#base.columns;
    const { element, hidden } = this.#base.edgeKinds;
    const name = edgeName[edge]!;
    if (kind === element || kind === hidden) return isDescriptorLink(name);
    let link = this.#descriptorRule.get(name);
    if (link === undefined) {
      link = isDescriptorLink(Number.parseInt(strings.get(name), 10));
      this.#descriptorRule.set(name, link);
    }
    return link;
  }

  /** A value of a WeakMap is as far away as the farther of key and table: the first of the two edges does not count. */
  #isFirstOfPair(edge: number): boolean {
    const { weakMapPairs } = this.#base;
    const place = placeOfPairEdge(weakMapPairs, edge);
    if (place < 0) return false;
    const pair = weakMapPairs.pair[place]!;
    this.#isPending[pair] = 1 - this.#isPending[pair]!;
    return this.#isPending[pair] === 1;
  }
}

/** What the page objects hang on: the targets of the root's shortcuts, and Chrome's documents where the root points to them by an element edge. */
export function pageSeeds(base: GraphBase): number[] {
  const { firstEdge, edgeTarget, edgeType } = base.columns;
  const { shortcut, element } = base.edgeKinds;
  const seeds: number[] = [];
  const end = firstEdge[base.rootIndex + 1]!;
  for (let edge = firstEdge[base.rootIndex]!; edge < end; edge++) {
    const target = edgeTarget[edge]!;
    const kind = edgeType[edge]!;
    if (kind === shortcut || (kind === element && isDocumentsRoot(base, target))) seeds.push(target);
  }
  return seeds;
}

/** Everything that non-weak edges reach from the page. `distance` holds the first search only. */
function markPageObjects(
  base: GraphBase,
  distance: Int32Array,
  roots: readonly number[],
  passedOver: readonly number[],
  stack: Int32Array,
): Uint8Array {
  const { nodeCount, firstEdge, edgeTarget, edgeType } = base.columns;
  const { weak } = base.edgeKinds;
  const page = new Uint8Array(nodeCount);
  const seeds = pageSeeds(base);
  // Where all user roots are seeds too, what the first search found belongs to the page, and the rest of the page lies
  // behind edges that the search passed over: this saves going through all edges once more.
  const known = new Set(seeds);
  if (roots.every((root) => known.has(root))) {
    for (let node = 0; node < nodeCount; node++) if (distance[node]! >= 0) page[node] = 1;
    for (const target of passedOver) seeds.push(target);
  }
  let depth = 0;
  for (const seed of seeds) {
    if (page[seed] === 1) continue;
    page[seed] = 1;
    stack[depth++] = seed;
    while (depth > 0) {
      const node = stack[--depth]!;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        if (page[target] === 1 || edgeType[edge] === weak) continue;
        page[target] = 1;
        stack[depth++] = target;
      }
    }
  }
  return page;
}
