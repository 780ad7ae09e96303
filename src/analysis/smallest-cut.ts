import type { HeapGraph } from '../graph/heap-graph.js';
import { edgeNameOf } from '../graph/node-view.js';
import { placeOfPairEdge } from '../graph/weak-map-pairs.js';
import { nameHop, type HopKind } from './hop-names.js';
import type { Naming } from './naming.js';
import { NONE } from './holder-tree.js';
import { FOLDED, plainClassName } from './visibility.js';

/** An edge to cut, between objects that people can see. */
export interface CutEdge {
  readonly from: { readonly constructor: string; readonly nodeId: number };
  readonly kind: HopKind;
  readonly name: string;
  readonly to: { readonly constructor: string; readonly nodeId: number };
  /** As WhyOptions.whatIf and `ignore` take it: `@id.edge`, of the raw edge that leads there. */
  readonly edge: string;
}

export interface CutResult {
  /** No set of fewer edges frees the targets; of equally small ones this is nearest to them. Empty where none was found. */
  readonly edges: readonly CutEdge[];
  /** Whether it takes more edges than were looked for. */
  readonly isTooLarge: boolean;
  /** How many edges were looked for at most. */
  readonly limit: number;
}

/** Ways that share no edge are looked for one by one, a search of the whole heap each. */
const MOST_EDGES = 24;

/**
 * The smallest set of edges whose removal frees all targets: a minimum cut, by as many ways that share no edge (the
 * augmenting paths of L. Ford and D. Fulkerson, shortest first as by J. Edmonds and R. Karp). Exact. Every edge between
 * two objects counts 1; what an object alone owns (its tables, its elements) is part of it, and two edges of an object to
 * the same target are one.
 */
export function findCut(naming: Naming, targets: Uint32Array): CutResult {
  const network = new Network(naming, targets);
  let flow = 0;
  while (flow <= MOST_EDGES && network.augment()) flow++;
  const isTooLarge = flow > MOST_EDGES;
  return { edges: isTooLarge ? [] : network.cut(), isTooLarge, limit: MOST_EDGES };
}

class Network {
  readonly #naming: Naming;
  readonly #graph: HeapGraph;
  readonly #targets: Uint32Array;
  readonly #isTarget: Uint8Array;
  /** Where ways begin: the root, the globals and the modules, which cannot be let go of. */
  readonly #sources: readonly number[];
  /** Int32, by nodeIndex: the object that the node is a part of, or the node itself. */
  readonly #ownerOf: Int32Array;
  /** Pairs that carry a way: by from, the set of to. */
  readonly #used = new Map<number, Set<number>>();
  /** The same by to. */
  readonly #usedTo = new Map<number, Set<number>>();

  constructor(naming: Naming, targets: Uint32Array) {
    this.#naming = naming;
    this.#graph = naming.graph;
    this.#targets = targets;
    this.#isTarget = new Uint8Array(naming.graph.nodeCount);
    for (const target of targets) this.#isTarget[target] = 1;
    this.#ownerOf = findOwners(naming);
    const { order, parent } = naming.tree;
    this.#sources = [...new Set([naming.graph.rootIndex, ...order.filter((node) => parent[node] === NONE)])];
  }

  /** Finds one more way from the root to a target, and takes it; false where there is none. */
  augment(): boolean {
    const graph = this.#graph;
    const { firstEdge, edgeTarget } = graph.columns;
    const owner = this.#ownerOf;
    const from = new Int32Array(graph.nodeCount).fill(-1);
    const queue = new Int32Array(graph.nodeCount);
    let tail = 0;
    for (const source of this.#sources) {
      queue[tail++] = source;
      from[source] = source;
    }
    for (let head = 0; head < tail; head++) {
      const node = queue[head]!;
      if (this.#isTarget[node] === 1) {
        this.#take(node, from);
        return true;
      }
      const own = owner[node]!;
      const used = this.#used.get(own);
      const end = firstEdge[node + 1]!;
      for (let edge = firstEdge[node]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        if (from[target] !== -1 || !this.#counts(edge, node)) continue;
        if (owner[target] === target && used?.has(target)) continue;
        from[target] = node;
        queue[tail++] = target;
      }
      // Back along a way that leads here: it may go on from there by another edge.
      for (const source of this.#usedTo.get(node) ?? []) {
        if (from[source] !== -1) continue;
        from[source] = node;
        queue[tail++] = source;
      }
    }
    return false;
  }

  /** Edges out of what can no longer be left, on the targets' side. */
  cut(): CutEdge[] {
    const graph = this.#graph;
    const { firstRetainer, retainerNode, retainerEdge } = graph.retainers;
    const owner = this.#ownerOf;
    const reaches = new Uint8Array(graph.nodeCount);
    const stack: number[] = [];
    const add = (node: number): void => {
      if (reaches[node] === 1) return;
      reaches[node] = 1;
      stack.push(node);
    };
    for (const target of this.#targets) add(target);
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      for (let i = firstRetainer[node]!; i < firstRetainer[node + 1]!; i++) {
        const source = retainerNode[i]!;
        if (reaches[source] === 1 || this.#isTarget[source] === 1 || !this.#counts(retainerEdge[i]!, source)) continue;
        if (owner[node] === node && this.#used.get(owner[source]!)?.has(node)) continue;
        add(source);
      }
      for (const next of this.#used.get(node) ?? []) add(next);
    }
    const edges: CutEdge[] = [];
    for (const [source, tos] of this.#used) {
      for (const to of tos) if (reaches[to] === 1 && reaches[source] === 0) edges.push(this.#describe(source, to));
    }
    return edges;
  }

  #counts(edge: number, source: number): boolean {
    const { edgeType } = this.#graph.columns;
    const { weak, shortcut } = this.#graph.edgeKinds;
    if (edgeType[edge] === weak || (edgeType[edge] === shortcut && source !== this.#graph.rootIndex)) return false;
    const pairs = this.#graph.weakMapPairs;
    if (pairs.edge.length === 0) return true;
    const pair = placeOfPairEdge(pairs, edge);
    return pair < 0 || pairs.isFromTable[pair] === 0;
  }

  #take(target: number, from: Int32Array): void {
    const owner = this.#ownerOf;
    let to = target;
    while (from[to] !== to) {
      const before = from[to]!;
      if (this.#used.get(to)?.has(before) && this.#usedTo.get(before)?.has(to)) {
        // The other way round: the way that came here is led on differently.
        this.#used.get(to)!.delete(before);
        this.#usedTo.get(before)!.delete(to);
      } else if (owner[to] === to) {
        const source = owner[before]!;
        addTo(this.#used, source, to);
        addTo(this.#usedTo, to, source);
      }
      to = before;
    }
  }

  #describe(source: number, to: number): CutEdge {
    const graph = this.#graph;
    const { nodeId } = graph.columns;
    const { nodes, edges } = this.#hop(source, to);
    const { name } = edgeNameOf(graph, edges.at(-1)!);
    const visible = this.#visibleAbove(source);
    return {
      from: { constructor: plainClassName(graph, visible), nodeId: nodeId[visible]! },
      ...nameHop(graph, nodes, edges),
      to: { constructor: plainClassName(graph, to), nodeId: nodeId[to]! },
      edge: `@${nodeId[nodes.at(-2)!]!}.${name}`,
    };
  }

  /** The raw edges from an object, over what it owns, to another: of the shortest such way. */
  #hop(source: number, to: number): { nodes: number[]; edges: number[] } {
    const { firstRetainer, retainerNode, retainerEdge } = this.#graph.retainers;
    /** By node on the way back: the edge that leads on, and where to. */
    const onward = new Map<number, { readonly edge: number; readonly node: number }>();
    const seen = new Set([to]);
    // Grows while it is gone through.
    for (const at of seen) {
      for (let i = firstRetainer[at]!; i < firstRetainer[at + 1]!; i++) {
        const node = retainerNode[i]!;
        if (this.#ownerOf[node] !== source || onward.has(node) || !this.#counts(retainerEdge[i]!, node)) continue;
        onward.set(node, { edge: retainerEdge[i]!, node: at });
        seen.add(node);
      }
      if (onward.has(source)) break;
    }
    const nodes = [source];
    const edges: number[] = [];
    for (let next = onward.get(source); next; next = next.node === to ? undefined : onward.get(next.node)) {
      nodes.push(next.node);
      edges.push(next.edge);
    }
    return { nodes, edges };
  }

  #visibleAbove(node: number): number {
    const { tree } = this.#naming;
    let at = node;
    while (tree.roles.role[at] === FOLDED && tree.parent[at]! >= 0) at = tree.parent[at]!;
    return at;
  }
}

function addTo(pairs: Map<number, Set<number>>, key: number, value: number): void {
  const values = pairs.get(key);
  if (values) values.add(value);
  else pairs.set(key, new Set([value]));
}

/** Int32, by nodeIndex: of a folded node that one node alone holds, the object that it is a part of; else the node. */
function findOwners({ graph, tree }: Naming): Int32Array {
  const { firstRetainer, retainerNode, retainerEdge } = graph.retainers;
  const { edgeType, schema } = graph.columns;
  const { weak } = graph.edgeKinds;
  const context = schema.edgeTypes.indexOf('context');
  const direct = new Int32Array(graph.nodeCount);
  for (let node = 0; node < graph.nodeCount; node++) {
    direct[node] = node;
    if (tree.roles.role[node] !== FOLDED || node === graph.rootIndex) continue;
    let holder = -1;
    for (let i = firstRetainer[node]!; i < firstRetainer[node + 1]!; i++) {
      const kind = edgeType[retainerEdge[i]!]!;
      if (kind === weak) continue;
      const source = retainerNode[i]!;
      if (source === node || source === holder) continue;
      // A variable's value is not a part of the function, and what two hold is part of neither.
      holder = holder === -1 && kind !== context ? source : -2;
    }
    if (holder >= 0) direct[node] = holder;
  }
  const owner = new Int32Array(graph.nodeCount).fill(-1);
  const path: number[] = [];
  for (let node = 0; node < graph.nodeCount; node++) {
    let at = node;
    while (owner[at] === -1 && direct[at] !== at && !path.includes(at)) {
      path.push(at);
      at = direct[at]!;
      if (path.length > MOST_PARTS) break;
    }
    const top = owner[at]! >= 0 ? owner[at]! : at;
    owner[at] = top;
    for (const part of path) owner[part] = path.length > MOST_PARTS ? part : top;
    path.length = 0;
  }
  return owner;
}

/** Parts of parts, and so on: longer runs are chains of V8's (reactions, cells) whose links count each. */
const MOST_PARTS = 16;
