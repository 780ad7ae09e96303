import type { GraphBase } from './base.js';
import { ALWAYS, essentialRules, FROM_ROOT, NEVER } from './edge-kinds.js';
import { ORDINARY } from './weak-map-pairs.js';

export interface Dominators {
  /** Uint32, length n: nodeIndex of the immediate dominator; the root is its own. */
  readonly immediateDominator: Uint32Array;
  /** Uint32, length n: every nodeIndex once, the root first and each dominator before all that it dominates. */
  readonly visitOrder: Uint32Array;
  /** How many nodes essential edges reach from the root: the first ones of visitOrder. */
  readonly reachableCount: number;
}

/**
 * Dominators over essential edges from the root. A node that no essential edge leads to counts as a child of the root;
 * what is unreached even so (cliques that only retain each other) has the root as dominator, each node on its own, and
 * its edges do not count.
 *
 * Semi-NCA: L. Georgiadis, R. Tarjan and R. Werneck, "Finding dominators in practice", J. Graph Algorithms Appl. 10
 * (2006); semidominators by path compression as in Lengauer and Tarjan (1979). The paper's last step, the walk up to
 * the nearest common ancestor, is quadratic where a long list is passed over (values of a list that an array holds as
 * well); here it jumps, by E. Myers, "An applicative random-access stack", Inf. Process. Lett. 17 (1983).
 */
export function computeDominators(base: GraphBase, pageObject: Uint8Array): Dominators {
  const { nodeCount } = base.columns;
  // One number more than nodes: numbers start at 1, so that 0 in fresh memory means "none".
  const parent = new Uint32Array(nodeCount + 1);
  const semi = new Uint32Array(nodeCount + 1);
  const lowest = new Uint32Array(nodeCount + 1);
  const ancestor = new Uint32Array(nodeCount + 1);
  const number = new Uint32Array(nodeCount);
  const order = new Uint32Array(nodeCount + 1);

  const search = new DepthFirst(base, pageObject, {
    number,
    node: order,
    parent,
    semi,
    lastPred: lowest,
    cursor: ancestor,
  });
  search.run();
  const visited = search.visited;
  computeSemidominators(visited, search, parent, semi, lowest, ancestor);
  computeImmediateDominators(visited, parent, semi, lowest, ancestor);

  // From here on `number` holds the result: node by node, its own number is replaced by its dominator.
  const last = appendUnreached(number, order, visited);
  for (let node = 0; node < nodeCount; node++) {
    const own = number[node]!;
    number[node] = own <= visited && own > 1 ? order[parent[own]!]! : base.rootIndex;
  }
  return { immediateDominator: number, visitOrder: order.subarray(1, last + 1), reachableCount: search.reachable };
}

/** Gives the nodes that no search visited the numbers after the last; returns how many there are in all. */
function appendUnreached(number: Uint32Array, order: Uint32Array, visited: number): number {
  let last = visited;
  if (last === number.length) return last;
  for (let node = 0; node < number.length; node++) {
    if (number[node] !== 0) continue;
    number[node] = ++last;
    order[last] = node;
  }
  return last;
}

/** Arrays of a depth-first search. Numbers are 1-based preorder numbers. */
interface SearchArrays {
  /** By nodeIndex: the node's number, or 0. */
  readonly number: Uint32Array;
  /** By number: the nodeIndex. */
  readonly node: Uint32Array;
  /** By number: the parent's number. */
  readonly parent: Uint32Array;
  /** By number: the smallest number among its predecessors that are smaller than itself. */
  readonly semi: Uint32Array;
  /** By number: 1-based index of the last edge in source and nextPred that leads here, or 0. */
  readonly lastPred: Uint32Array;
  /** By number: where to go on in its edges. */
  readonly cursor: Uint32Array;
}

class DepthFirst {
  visited = 0;
  /** Of those, reached from the root. */
  reachable = 0;
  /** Edges from a larger to a smaller number, chained by target: what semidominators cannot tell during the search. */
  source: Uint32Array;
  nextPred: Uint32Array;
  #kept = 0;
  readonly #base: GraphBase;
  readonly #pageObject: Uint8Array;
  readonly #arrays: SearchArrays;

  constructor(base: GraphBase, pageObject: Uint8Array, arrays: SearchArrays) {
    this.#base = base;
    this.#pageObject = pageObject;
    this.#arrays = arrays;
    // Each node but the root is first reached over one edge, which is not kept. Untouched memory costs nothing.
    const room = base.columns.edgeCount + 1;
    this.source = new Uint32Array(room);
    this.nextPred = new Uint32Array(room);
  }

  run(): void {
    const { nodeCount } = this.#base.columns;
    this.#visit(this.#base.rootIndex);
    this.reachable = this.visited;
    if (this.visited === nodeCount) return;
    const { number } = this.#arrays;
    const hasRetainer = this.#findRetained();
    for (let node = 0; node < nodeCount; node++) {
      if (number[node] === 0 && hasRetainer[node] === 0) this.#visit(node);
    }
  }

  /** Uint8, by nodeIndex: 1 where an essential edge from an unvisited node leads. */
  #findRetained(): Uint8Array {
    const base = this.#base;
    const { nodeCount, firstEdge, edgeTarget } = base.columns;
    const { number } = this.#arrays;
    const rules = essentialRules(base.edgeKinds);
    const marks = new Uint8Array(nodeCount);
    for (let node = 0; node < nodeCount; node++) {
      if (number[node] !== 0) continue;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        if (this.#isEssential(node, edge, rules)) marks[edgeTarget[edge]!] = 1;
      }
    }
    return marks;
  }

  #isEssential(node: number, edge: number, rules: Uint8Array): boolean {
    const { edgeTarget, edgeType } = this.#base.columns;
    const target = edgeTarget[edge]!;
    const rule = rules[edgeType[edge]!]!;
    if (target === node || (rule !== ALWAYS && this.#isExcluded(node, edge, rule))) return false;
    return node === this.#base.rootIndex || this.#pageObject[node] === 1 || this.#pageObject[target] === 0;
  }

  #isExcluded(node: number, edge: number, rule: number): boolean {
    if (rule === NEVER) return true;
    const { rootIndex, weakMapPairs, columns } = this.#base;
    if (rule === FROM_ROOT) return node !== rootIndex;
    const name = columns.edgeName[edge]!;
    return weakMapPairs.isPair(name) && weakMapPairs.pair(name).tableId === columns.nodeId[node];
  }

  /** Numbers everything unvisited that essential edges reach from `start`, which becomes a child of the root. */
  #visit(start: number): void {
    const { firstEdge, edgeTarget, edgeType, edgeName } = this.#base.columns;
    const { number, node: nodeOf, parent, semi, lastPred, cursor } = this.#arrays;
    const { source, nextPred } = this;
    const root = this.#base.rootIndex;
    const page = this.#pageObject;
    const rules = essentialRules(this.#base.edgeKinds);
    const pairKind = this.#base.weakMapPairs.kind;
    let kept = this.#kept;
    let last = this.visited + 1;
    const bottom = last;
    number[start] = last;
    nodeOf[last] = start;
    parent[last] = 1;
    semi[last] = 1;
    let own = last;
    let node = start;
    let edge = firstEdge[node]!;
    let end = firstEdge[node + 1]!;
    let anyTarget = page[node] === 1 || node === root;
    for (;;) {
      if (edge === end) {
        if (own === bottom) break;
        own = parent[own]!;
        node = nodeOf[own]!;
        edge = cursor[own]!;
        end = firstEdge[node + 1]!;
        anyTarget = page[node] === 1 || node === root;
        continue;
      }
      const target = edgeTarget[edge]!;
      const rule = rules[edgeType[edge]!]!;
      const here = edge++;
      if (rule !== ALWAYS) {
        if (rule === NEVER) continue;
        if (
          rule === FROM_ROOT
            ? node !== root
            : pairKind[edgeName[here]!] !== ORDINARY && this.#isExcluded(node, here, rule)
        )
          continue;
      }
      if (target === node || (!anyTarget && page[target] === 1)) continue;
      const known = number[target]!;
      if (known === 0) {
        last++;
        number[target] = last;
        nodeOf[last] = target;
        parent[last] = own;
        semi[last] = own;
        const first = firstEdge[target]!;
        const past = firstEdge[target + 1]!;
        if (first === past) continue;
        cursor[own] = edge;
        own = last;
        node = target;
        edge = first;
        end = past;
        anyTarget = page[node] === 1;
      } else if (known > own) {
        // A descendant: the edge's source is a candidate for its semidominator as it stands.
        if (own < semi[known]!) semi[known] = own;
      } else if (known > 1) {
        kept++;
        source[kept] = own;
        nextPred[kept] = lastPred[known]!;
        lastPred[known] = kept;
      }
    }
    this.#kept = kept;
    this.visited = last;
  }
}

/**
 * semi[w] = the smallest semidominator candidate of w, from the last number down. `lowest` starts as the search's
 * lastPred; once w is done lowest[w] is the smallest semi on the compressed path from w up to below ancestor[w].
 */
function computeSemidominators(
  visited: number,
  edges: { readonly source: Uint32Array; readonly nextPred: Uint32Array },
  parent: Uint32Array,
  semi: Uint32Array,
  lowest: Uint32Array,
  ancestor: Uint32Array,
): void {
  const { source, nextPred } = edges;
  ancestor.set(parent);
  const path = new Uint32Array(visited + 1);
  for (let w = visited; w > 1; w--) {
    let best = semi[w]!;
    for (let pred = lowest[w]!; pred !== 0; pred = nextPred[pred]!) {
      const v = source[pred]!;
      let x = v;
      let depth = 0;
      for (let up = ancestor[x]!; up > w; up = ancestor[x]!) {
        path[depth++] = x;
        x = up;
      }
      if (depth > 0) {
        const top = ancestor[x]!;
        let low = lowest[x]!;
        while (depth > 0) {
          const y = path[--depth]!;
          if (lowest[y]! < low) low = lowest[y]!;
          else lowest[y] = low;
          ancestor[y] = top;
        }
      }
      if (lowest[v]! < best) best = lowest[v]!;
    }
    semi[w] = best;
    lowest[w] = best;
  }
}

/**
 * Turns parent[w] into the number of w's immediate dominator: the first ancestor of parent[w], in the dominator tree so
 * far, whose number is not above semi[w]. `depth` and `jump` are scratch.
 */
function computeImmediateDominators(
  visited: number,
  parent: Uint32Array,
  semi: Uint32Array,
  depth: Uint32Array,
  jump: Uint32Array,
): void {
  depth[1] = 0;
  jump[1] = 1;
  for (let w = 2; w <= visited; w++) {
    const limit = semi[w]!;
    let i = parent[w]!;
    while (i > limit) {
      const far = jump[i]!;
      i = far > limit ? far : parent[i]!;
    }
    parent[w] = i;
    depth[w] = depth[i]! + 1;
    const near = jump[i]!;
    const beyond = jump[near]!;
    const step = depth[i]! - depth[near]!;
    const nextStep = depth[near]! - depth[beyond]!;
    jump[w] = step === nextStep ? beyond : i;
  }
}
