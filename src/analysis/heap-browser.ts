import { argsort } from '../util/argsort.js';
import { type DominatedGroup, DominatedGroups, type Omitted } from './dominated-groups.js';
import { type HeapSummaryRow, summarizeHeap } from './heap-summary.js';
import { buildHolderTree, type HolderTree } from './holder-tree.js';
import { type InspectedNode, inspectNode, type Instance, listInstances } from './inspect.js';
import type { LoadedHeap } from './load-heap.js';
import { SourcePlaces } from './source-places.js';
import { reportOnHeap, type ReportOptions, type ReportResult } from './report.js';
import { findRetainingPaths, type WhyResult } from './retaining-paths.js';
import { describeTarget, findTarget, type TargetInfo } from './target.js';

/** Instances of a class, a page of them. */
export interface InstancesResult {
  readonly type: 'instances';
  readonly version: 1;
  /** Bytes of the whole heap. */
  readonly totalSize: number;
  readonly target: TargetInfo;
  /** By retained size, the largest first. `from`: how many come before the rows. */
  readonly from: number;
  /** Rows of a page, at most. */
  readonly pageRows: number;
  readonly rows: readonly Instance[];
}

/** One object: pages of its fields, of its entries where it is a Map or a Set, and of its retainers, its dominators, and what it dominates. */
export interface ObjectResult {
  readonly type: 'object';
  readonly version: 1;
  /** Bytes of the whole heap. */
  readonly totalSize: number;
  readonly node: InspectedNode;
  readonly fieldsFrom: number;
  readonly entriesFrom: number;
  readonly retainersFrom: number;
  /** Fields, entries, and retainers, of a page, at most. */
  readonly pageRows: number;
  /** What it dominates directly, by retained size; and what is too small or too much of that. */
  readonly dominated: readonly DominatedGroup[];
  readonly omitted: Omitted;
}

export type BrowserQuery =
  | { readonly type: 'report' }
  /** target: see findTarget. */
  | { readonly type: 'instances'; readonly target: string; readonly from: number }
  | {
      readonly type: 'object';
      readonly nodeId: number;
      readonly fieldsFrom: number;
      readonly entriesFrom: number;
      readonly retainersFrom: number;
    }
  | { readonly type: 'why'; readonly target: string };

type ObjectQuery = Extract<BrowserQuery, { type: 'object' }>;

export type BrowserAnswer = ReportResult | InstancesResult | ObjectResult | WhyResult;

/** Rows of a page of instances, of fields, of entries, and of retainers. */
const PAGE_ROWS = 50;
/** Groups of what an object dominates, and the least part of it that one has to be. */
const MOST_DOMINATED = 20;
const LEAST_DOMINATED = 0.001;

/** Answers questions about one heap, each in little time: what takes long is computed once. */
export class HeapBrowser {
  readonly #heap: LoadedHeap;
  readonly #options: ReportOptions;
  readonly #instancesOf: (constructor: string) => Uint32Array;
  readonly #rows: ReadonlyMap<string, HeapSummaryRow>;
  readonly #tree: HolderTree;
  readonly #places: SourcePlaces;
  /** What was asked for last beyond classes: its pages are asked for one after the other. */
  #listed: { readonly info: TargetInfo; readonly nodes: Uint32Array } | null = null;

  /** Computes what the answers rest on: the work of seconds, for a large heap. */
  constructor(heap: LoadedHeap, options: ReportOptions = {}) {
    this.#heap = heap;
    this.#options = options;
    this.#instancesOf = listByClass(heap);
    this.#rows = new Map(summarizeHeap(heap).rows.map((row) => [row.constructor, row]));
    this.#tree = buildHolderTree(heap);
    this.#places = new SourcePlaces(heap, options);
    // Computed when first read.
    void [heap.retainers, heap.dominatorTree];
  }

  /** @throws HeapstatError USAGE where a target matches nothing */
  answer(query: BrowserQuery): BrowserAnswer {
    switch (query.type) {
      case 'report':
        return reportOnHeap(this.#heap, { ...this.#options, tree: this.#tree });
      case 'instances':
        return this.#instances(query.target, query.from);
      case 'object':
        return this.#object(query);
      case 'why':
        return findRetainingPaths(this.#heap, query.target, {
          ...this.#options,
          tree: this.#tree,
          places: this.#places,
        });
    }
  }

  #instances(target: string, from: number): InstancesResult {
    const { info, nodes } = this.#list(target);
    const rows = listInstances(this.#heap, nodes.subarray(from, from + PAGE_ROWS));
    return {
      type: 'instances',
      version: 1,
      totalSize: this.#heap.totalSize,
      target: info,
      from,
      pageRows: PAGE_ROWS,
      rows,
    };
  }

  #list(target: string): { readonly info: TargetInfo; readonly nodes: Uint32Array } {
    const row = this.#rows.get(target);
    if (row !== undefined) {
      const { count, shallowSize, retainedSize } = row;
      return { info: { text: target, count, shallowSize, retainedSize }, nodes: this.#instancesOf(target) };
    }
    if (this.#listed?.info.text !== target) {
      const found = findTarget(this.#heap, target);
      this.#listed = { info: describeTarget(this.#heap, found), nodes: largestFirst(this.#heap, found.nodes) };
    }
    return this.#listed;
  }

  #object({ nodeId, fieldsFrom, entriesFrom, retainersFrom }: ObjectQuery): ObjectResult {
    const heap = this.#heap;
    const [node] = findTarget(heap, `@${nodeId}`).nodes;
    const groups = new DominatedGroups(heap, heap.retainedSize[node!]! * LEAST_DOMINATED, MOST_DOMINATED);
    const { shown, omitted } = groups.below([node!]);
    return {
      type: 'object',
      version: 1,
      totalSize: heap.totalSize,
      node: inspectNode(heap, node!, { limit: PAGE_ROWS, fieldsFrom, entriesFrom, retainersFrom }),
      fieldsFrom,
      entriesFrom,
      retainersFrom,
      pageRows: PAGE_ROWS,
      dominated: shown.map(({ group }) => group),
      omitted,
    };
  }
}

/** The nodes of each class that have a shallow size, by retained size, the largest first. */
function listByClass(heap: LoadedHeap): (constructor: string) => Uint32Array {
  const { nodeCount, shallowSize } = heap;
  const { names, classIndex } = heap.classes;
  const first = new Uint32Array(names.length + 1);
  for (let node = 0; node < nodeCount; node++) if (shallowSize[node]! > 0) first[classIndex[node]! + 1]!++;
  for (let i = 0; i < names.length; i++) first[i + 1]! += first[i]!;
  const next = first.slice();
  const listed = new Uint32Array(first[names.length]!);
  const order = largestFirst(heap, null);
  for (let i = 0; i < nodeCount; i++) {
    const node = order[i]!;
    if (shallowSize[node]! > 0) listed[next[classIndex[node]!]!++] = node;
  }
  const classOf = new Map(names.map((name, i) => [name, i]));
  return (constructor) => {
    const i = classOf.get(constructor);
    return i === undefined ? new Uint32Array(0) : listed.subarray(first[i], first[i + 1]);
  };
}

/** By retained size; equals in file order. @param nodes ascending; null: all */
function largestFirst({ retainedSize, rootIndex, nodeCount }: LoadedHeap, nodes: Uint32Array | null): Uint32Array {
  const length = nodes === null ? nodeCount : nodes.length;
  // A radix sort goes upwards: by how much less than the root each retains. What nothing reaches may retain more than it.
  let most = retainedSize[rootIndex]!;
  for (let node = 0; node < nodeCount; node++) if (retainedSize[node]! > most) most = retainedSize[node]!;
  const keys = new Float64Array(length);
  for (let i = 0; i < length; i++) keys[i] = most - retainedSize[nodes === null ? i : nodes[i]!]!;
  const order = argsort(keys);
  return nodes === null ? order : order.map((place) => nodes[place]!);
}
