import type { HeapGraph } from '../graph/heap-graph.js';
import { edgeNameOf, type EdgeName, summarizeNode } from '../graph/node-view.js';

/** One node, or several of one class that a group of nodes dominates directly. */
export interface DominatedGroup {
  readonly constructor: string;
  readonly count: number;
  /** V8's id; null for several nodes. */
  readonly nodeId: number | null;
  /** V8's name of the type of the first. */
  readonly type: string;
  /** As in the file; null where the names of several differ. */
  readonly name: string | null;
  /** What a string, number, symbol... holds; null for several nodes, and where the snapshot does not tell. */
  readonly value: string | null;
  /** Of the edge by which each of them is held by its dominator; null where that is not direct, or names differ. */
  readonly edge: EdgeName | null;
  /** Bytes, all of them together. */
  readonly shallowSize: number;
  readonly retainedSize: number;
}

/** Nodes that are not shown one by one. */
export interface Omitted {
  readonly count: number;
  readonly retainedSize: number;
}

export interface Members {
  readonly group: DominatedGroup;
  /** By nodeIndex. */
  readonly nodes: readonly number[];
}

export interface Selection {
  /** By retained size, the largest first. */
  readonly shown: readonly Members[];
  readonly omitted: Omitted;
}

/** So many large nodes of one class stand alone; more are told as one. */
const MAX_ALONE = 8;

interface ClassOfChildren {
  readonly nodes: number[];
  retainedSize: number;
  /** How many of them are large on their own. */
  large: number;
}

/** Tells what nodes dominate directly: large objects one by one, the rest by class. */
export class DominatedGroups {
  readonly #graph: HeapGraph;
  readonly #minSize: number;
  readonly #limit: number;
  /** Int32, length n: for nodes being shown, 1 + the place of their group; 0 else. Scratch of #findEdges. */
  readonly #place: Int32Array;

  /** @param minSize bytes; what retains less is omitted @param limit at most so many groups; 0: all */
  constructor(graph: HeapGraph, minSize: number, limit: number) {
    this.#graph = graph;
    this.#minSize = minSize;
    this.#limit = limit;
    this.#place = new Int32Array(graph.nodeCount);
  }

  /** What the nodes dominate; several are taken as one. */
  below(parents: readonly number[]): Selection {
    const { firstDominated, dominated } = this.#graph.dominatorTree;
    const children = new ChildClasses(this.#graph, this.#minSize);
    for (const parent of parents) {
      const end = firstDominated[parent + 1]!;
      for (let place = firstDominated[parent]!; place < end; place++) children.add(dominated[place]!);
    }
    return this.#select(children, parents, parents.length === 1);
  }

  /** The nodes themselves, as if something dominated them all. */
  of(nodes: Iterable<number>): Selection {
    const children = new ChildClasses(this.#graph, this.#minSize);
    for (const node of nodes) children.add(node);
    return this.#select(children, [], true);
  }

  #select(children: ChildClasses, parents: readonly number[], mayStandAlone: boolean): Selection {
    const { retainedSize } = this.#graph;
    const candidates: { nodes: number[]; retainedSize: number }[] = [];
    for (const { nodes, large, ...sum } of children.classes.values()) {
      if (!mayStandAlone || large === 0 || large > MAX_ALONE) {
        candidates.push({ nodes, retainedSize: sum.retainedSize });
        continue;
      }
      const rest = { nodes: [] as number[], retainedSize: 0 };
      for (const node of nodes) {
        const size = retainedSize[node]!;
        if (size >= this.#minSize) candidates.push({ nodes: [node], retainedSize: size });
        else {
          rest.nodes.push(node);
          rest.retainedSize += size;
        }
      }
      if (rest.nodes.length > 0) candidates.push(rest);
    }
    const wanted = candidates
      .filter((candidate) => candidate.retainedSize >= this.#minSize)
      .toSorted((a, b) => b.retainedSize - a.retainedSize || a.nodes[0]! - b.nodes[0]!);
    const kept = this.#limit > 0 ? wanted.slice(0, this.#limit) : wanted;
    const edges = this.#findEdges(parents, kept);
    let { count, retainedSize: left } = children;
    for (const { nodes, retainedSize: size } of kept) {
      count -= nodes.length;
      left -= size;
    }
    return {
      shown: kept.map(({ nodes }, i) => ({ nodes, group: this.#describe(nodes, edges[i]!) })),
      omitted: { count, retainedSize: left },
    };
  }

  /** By group: the edge's name where all are held directly, and all by the same name. */
  #findEdges(parents: readonly number[], groups: readonly { nodes: readonly number[] }[]): (EdgeName | null)[] {
    const graph = this.#graph;
    const { firstEdge, edgeTarget, edgeType, edgeName } = graph.columns;
    const { weak } = graph.edgeKinds;
    const place = this.#place;
    groups.forEach(({ nodes }, i) => {
      for (const node of nodes) place[node] = i + 1;
    });
    const direct = new Uint32Array(groups.length);
    const first = new Int32Array(groups.length).fill(-1);
    const isMixed = new Uint8Array(groups.length);
    for (const parent of parents) {
      const end = firstEdge[parent + 1]!;
      for (let edge = firstEdge[parent]!; edge < end; edge++) {
        const target = edgeTarget[edge]!;
        const group = place[target]! - 1;
        if (group < 0 || edgeType[edge] === weak) continue;
        place[target] = 0; // the first edge to a node names it
        direct[group]!++;
        const known = first[group]!;
        if (known < 0) first[group] = edge;
        else if (edgeType[known] !== edgeType[edge] || edgeName[known] !== edgeName[edge]) isMixed[group] = 1;
      }
    }
    return groups.map(({ nodes }, i) => {
      for (const node of nodes) place[node] = 0;
      return direct[i] === nodes.length && isMixed[i] === 0 ? edgeNameOf(graph, first[i]!) : null;
    });
  }

  #describe(nodes: readonly number[], edge: EdgeName | null): DominatedGroup {
    const graph = this.#graph;
    const { nodeName } = graph.columns;
    const first = nodes[0]!;
    const { constructor, nodeId, type, name, value } = summarizeNode(graph, first);
    const isOne = nodes.length === 1;
    return {
      constructor,
      count: nodes.length,
      nodeId: isOne ? nodeId : null,
      type,
      name: nodes.every((node) => nodeName[node] === nodeName[first]) ? name : null,
      value: isOne ? value : null,
      edge,
      shallowSize: nodes.reduce((sum, node) => sum + graph.shallowSize[node]!, 0),
      retainedSize: nodes.reduce((sum, node) => sum + graph.retainedSize[node]!, 0),
    };
  }
}

/** Nodes by class, with sums. */
class ChildClasses {
  readonly classes = new Map<number, ClassOfChildren>();
  count = 0;
  retainedSize = 0;
  readonly #classIndex: Uint32Array;
  readonly #retainedSize: Float64Array;
  readonly #minSize: number;

  constructor(graph: HeapGraph, minSize: number) {
    this.#classIndex = graph.classes.classIndex;
    this.#retainedSize = graph.retainedSize;
    this.#minSize = minSize;
  }

  add(node: number): void {
    const size = this.#retainedSize[node]!;
    let known = this.classes.get(this.#classIndex[node]!);
    if (known === undefined) {
      known = { nodes: [], retainedSize: 0, large: 0 };
      this.classes.set(this.#classIndex[node]!, known);
    }
    known.nodes.push(node);
    known.retainedSize += size;
    if (size >= this.#minSize) known.large++;
    this.count++;
    this.retainedSize += size;
  }
}
