import type { GraphBase } from './base.js';
import { ALWAYS, essentialRules, FROM_ROOT, NEVER } from './edge-kinds.js';
import type { Scratch } from '../util/scratch.js';
import { signed } from '../util/signed.js';
import { placeOfPairEdge } from './weak-map-pairs.js';

export interface Dominators {
  /** Uint32, length n: nodeIndex of the immediate dominator; the root is its own. */
  readonly immediateDominator: Uint32Array;
  /** Uint32, length n: every nodeIndex once, the root first and each dominator before all that it dominates. */
  readonly visitOrder: Uint32Array;
  /** How many nodes essential edges reach from the root: the first ones of visitOrder. */
  readonly reachableCount: number;
  /** Where it is at hand; see numberDominators() in dominator-tree.ts. */
  readonly dominatorNumber?: Uint32Array;
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
 *
 * Nodes are handled by their number in preorder, from 1. Arrays that have served their purpose serve another.
 */
export function computeDominators(base: GraphBase, pageObject: Uint8Array, scratch: Scratch): Dominators {
  const { nodeCount } = base.columns;
  const search = new DepthFirst(base, pageObject, scratch);
  search.run();
  const { visited, node: order, parent, semi } = search;
  const last = appendUnreached(search.number, order, visited);

  const preds = sortPredecessors(search);
  scratch.give(search.kept);
  const links = scratch.take(2 * visited + 2);
  computeSemidominators(visited, preds, parent, semi, links);
  computeImmediateDominators(visited, parent, semi, links);

  const immediateDominator = new Uint32Array(search.number.buffer, 0, nodeCount).fill(base.rootIndex);
  for (let own = 2; own <= visited; own++) immediateDominator[order[own]!] = order[parent[own]!]!;
  scratch.give(links, parent, semi, preds.source);
  const visitOrder = new Uint32Array(order.buffer, order.byteOffset + order.BYTES_PER_ELEMENT, last);
  return { immediateDominator, visitOrder, reachableCount: search.reachable };
}

/** Gives the nodes that no search visited the places after the last; returns how many there are in all. */
function appendUnreached(number: Int32Array, order: Int32Array, visited: number): number {
  const nodeCount = number.length - 2;
  let last = visited;
  for (let node = 0; last < nodeCount; node++) if (number[node] === 0) order[++last] = node;
  return last;
}

const PAGE = 1;
const TABLE = 2;

/**
 * Depth-first search that pushes all of a node's targets when it visits the node: a target pushed twice is visited from
 * where it was pushed last, which is depth first, and the first push has the smallest number that leads to it. Looking
 * at all targets at once keeps the memory busy, which is what this waits for.
 */
class DepthFirst {
  visited = 0;
  /** Of those, reached from the root. */
  reachable = 0;
  /**
   * By nodeIndex: the node's number; 0 where the search has not been; while on the stack, minus who pushed it first.
   * Two elements more than nodes, for the use that comes after. Free after run.
   */
  readonly number: Int32Array;
  /** By number: nodeIndex. */
  readonly node: Int32Array;
  /** By number: the parent's number. */
  readonly parent: Int32Array;
  /** By number: the smallest number below its own that has an edge to it. */
  readonly semi: Int32Array;
  /** For each node that has edges to smaller numbers: those numbers, then minus its own. */
  readonly kept: Int32Array;
  keptLength = 0;
  /** Two numbers an entry: nodeIndex, and the number of who pushed it. Free after run. */
  readonly stack: Int32Array;
  readonly #base: GraphBase;
  /** The page objects, by nodeIndex: PAGE or 0, and while it runs TABLE where a table of a WeakMap is. */
  readonly #flags: Uint8Array;

  constructor(base: GraphBase, pageObject: Uint8Array, scratch: Scratch) {
    const { nodeCount, edgeCount } = base.columns;
    this.#base = base;
    this.#flags = pageObject;
    this.number = new Int32Array(nodeCount + 2);
    this.node = scratch.take(nodeCount + 1);
    this.parent = scratch.take(nodeCount + 1);
    this.semi = scratch.take(nodeCount + 1);
    // As large as they can get; what is not touched takes no memory.
    this.kept = scratch.take(edgeCount + nodeCount);
    this.stack = scratch.take(2 * edgeCount + 2);
  }

  run(): void {
    this.#markTables(TABLE);
    this.#search();
    this.#markTables(0);
  }

  #search(): void {
    const { nodeCount } = this.#base.columns;
    this.#visit(this.#base.rootIndex);
    this.reachable = this.visited;
    if (this.visited === nodeCount) return;
    const hasRetainer = this.#findRetained();
    for (let node = 0; node < nodeCount; node++) {
      if (this.number[node] === 0 && hasRetainer[node] === 0) this.#visit(node);
    }
  }

  /** Marks the tables of WeakMaps, or takes the marks away. */
  #markTables(flag: number): void {
    const { from, isFromTable } = this.#base.weakMapPairs;
    for (let i = 0; i < from.length; i++) {
      if (isFromTable[i] === 1) this.#flags[from[i]!] = (this.#flags[from[i]!]! & PAGE) | flag;
    }
  }

  /** Uint8, by nodeIndex: 1 where an essential edge from an unvisited node leads. */
  #findRetained(): Uint8Array {
    const { nodeCount, firstEdge, edgeTarget } = this.#base.columns;
    const rules = essentialRules(this.#base.edgeKinds);
    const marks = new Uint8Array(nodeCount);
    for (let node = 0; node < nodeCount; node++) {
      if (this.number[node] !== 0) continue;
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        if (this.#isEssential(node, edge, rules)) marks[edgeTarget[edge]!] = 1;
      }
    }
    return marks;
  }

  #isEssential(node: number, edge: number, rules: Uint8Array): boolean {
    const { edgeTarget, edgeType } = this.#base.columns;
    const { rootIndex } = this.#base;
    const target = edgeTarget[edge]!;
    const rule = rules[edgeType[edge]!]!;
    if (target === node || rule === NEVER || (rule === FROM_ROOT && node !== rootIndex)) return false;
    const flags = this.#flags[node]!;
    if ((flags & TABLE) !== 0 && this.#isTableHalf(edge)) return false;
    return node === rootIndex || (flags & PAGE) !== 0 || (this.#flags[target]! & PAGE) === 0;
  }

  /** A WeakMap's value is retained by table and key together; of the two, the key says more. */
  #isTableHalf(edge: number): boolean {
    const { weakMapPairs } = this.#base;
    const place = placeOfPairEdge(weakMapPairs, edge);
    return place >= 0 && weakMapPairs.isFromTable[place] === 1;
  }

  /** Numbers everything unvisited that essential edges reach from `start`, which becomes a child of the root. */
  #visit(start: number): void {
    const { edgeType } = this.#base.columns;
    const firstEdge = signed(this.#base.columns.firstEdge);
    const edgeTarget = signed(this.#base.columns.edgeTarget);
    const { number, node: nodeOf, parent, semi, kept, stack } = this;
    const root = this.#base.rootIndex;
    const flagsOf = this.#flags;
    const rules = essentialRules(this.#base.edgeKinds);
    let own = this.visited;
    let keptLength = this.keptLength;
    let top = 0;
    stack[top++] = start;
    stack[top++] = 1;
    number[start] = -1;
    while (top > 0) {
      const pusher = stack[--top]!;
      const node = stack[--top]!;
      const first = number[node]!;
      if (first > 0) continue;
      own++;
      number[node] = own;
      nodeOf[own] = node;
      parent[own] = pusher;
      semi[own] = -first;
      const keptBefore = keptLength;
      const flags = flagsOf[node]!;
      const anyTarget = (flags & PAGE) !== 0 || node === root;
      const isTable = (flags & TABLE) !== 0;
      const begin = firstEdge[node]!;
      // Backwards, as the stack turns the order round: in that of the file, neighbours in memory follow each other.
      for (let edge = firstEdge[node + 1]! - 1; edge >= begin; edge--) {
        const target = edgeTarget[edge]!;
        const rule = rules[edgeType[edge]!]!;
        if (rule !== ALWAYS && (rule === NEVER || node !== root)) continue;
        if (!anyTarget && (flagsOf[target]! & PAGE) !== 0) continue;
        if (isTable && this.#isTableHalf(edge)) continue;
        const known = number[target]!;
        if (known <= 0) {
          if (known === 0) number[target] = -own;
          stack[top++] = target;
          stack[top++] = own;
        } else if (known < own && known > 1) {
          kept[keptLength++] = known;
        }
      }
      if (keptLength > keptBefore) kept[keptLength++] = -own;
    }
    this.keptLength = keptLength;
    this.visited = own;
  }
}

/** The kept edges by target. */
interface Predecessors {
  /** By number, and one more: where its predecessors start in source. */
  readonly first: Int32Array;
  /** Numbers larger than the target's. */
  readonly source: Int32Array;
}

/** Counting sort; the sources go where the search's stack was, and first where its numbers by node were. */
function sortPredecessors(search: DepthFirst): Predecessors {
  const { visited, kept, keptLength, stack: source, number: first } = search;
  first.fill(0);
  for (let i = 0; i < keptLength; i++) if (kept[i]! > 0) first[kept[i]!]!++;
  let sum = 0;
  for (let w = 1; w <= visited + 1; w++) {
    sum += first[w]!;
    first[w] = sum;
  }
  let own = 0;
  for (let i = keptLength - 1; i >= 0; i--) {
    const value = kept[i]!;
    if (value < 0) own = -value;
    else source[--first[value]!] = own;
  }
  return { first, source };
}

/**
 * Lowers semi[w] to the number of w's semidominator, from the last w down. Two numbers a node in `links`, next to each
 * other in memory: ancestor (at first the parent), and the smallest semi on the path from the node up to below it, which
 * counts once the node is done.
 */
function computeSemidominators(
  visited: number,
  { first, source }: Predecessors,
  parent: Int32Array,
  semi: Int32Array,
  links: Int32Array,
): void {
  const path = new Int32Array(visited + 1);
  for (let w = 1; w <= visited; w++) links[2 * w] = parent[w]!;
  for (let w = visited; w > 1; w--) {
    let best = semi[w]!;
    const end = first[w + 1]!;
    for (let pred = first[w]!; pred < end; pred++) {
      let at = 2 * source[pred]!;
      let up = links[at]!;
      let depth = 0;
      while (up > w) {
        path[depth++] = at;
        at = 2 * up;
        up = links[at]!;
      }
      let low = links[at + 1]!;
      while (depth > 0) {
        const below = path[--depth]!;
        if (links[below + 1]! < low) low = links[below + 1]!;
        else links[below + 1] = low;
        links[below] = up;
      }
      if (low < best) best = low;
    }
    semi[w] = best;
    links[2 * w + 1] = best;
  }
}

/**
 * Turns parent[w] into the number of w's immediate dominator: the first ancestor of parent[w], in the dominator tree so
 * far, whose number is not above semi[w]. Two numbers a node in `jumps`: its depth in that tree, and an ancestor.
 */
function computeImmediateDominators(visited: number, parent: Int32Array, semi: Int32Array, jumps: Int32Array): void {
  jumps[2] = 0;
  jumps[3] = 1;
  for (let w = 2; w <= visited; w++) {
    const limit = semi[w]!;
    let i = parent[w]!;
    while (i > limit) {
      const far = jumps[2 * i + 1]!;
      i = far > limit ? far : parent[i]!;
    }
    parent[w] = i;
    const depth = jumps[2 * i]!;
    const near = jumps[2 * i + 1]!;
    const beyond = jumps[2 * near + 1]!;
    const step = depth - jumps[2 * near]!;
    const nextStep = jumps[2 * near]! - jumps[2 * beyond]!;
    jumps[2 * w] = depth + 1;
    jumps[2 * w + 1] = step === nextStep ? beyond : i;
  }
}
