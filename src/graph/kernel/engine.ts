import type { ColumnsMemory, SnapshotColumns } from '../../snapshot/columns.js';
import { graphBase, userRoots, type GraphBase } from '../base.js';
import type { Dominators } from '../dominators.js';
import { essentialRules, FROM_ROOT, NEVER } from '../edge-kinds.js';
import { type GraphEngine, ScriptEngine } from '../engine.js';
import type { Retainers } from '../retainers.js';
import { computeDominators, type Visited } from './dominators.js';
import { type BaseLayout, type GraphLayout, layOut, TABLE_HALF_TYPE } from './layout.js';
import { downwards, type GraphKernel, graphKernel, upwards } from './load.js';
import { answerNames, EDGES_AT_ONCE, edgesNamed } from './names.js';
import { computeDistances, computeShallowSizes } from './tasks.js';
import { DISTANCES, SHALLOW_SIZES, startGraphWorker, type Task, TaskBoard } from './two-threads.js';

/** With fewer nodes a second thread is not worth its start. */
const WORTH_A_THREAD = 300_000;

export interface KernelOptions {
  /** graph.wasm. */
  readonly module: WebAssembly.Module;
  /** 2: another thread computes shallow sizes and distances while this one is at the dominators. */
  readonly threads?: 1 | 2 | undefined;
  /** For tests: graphs of any size are worth a thread. */
  readonly smallGraphs?: boolean;
}

/** Computes in the memory that the columns lie in, by WebAssembly. What does not fit there is left to plain script. */
export class KernelEngine implements GraphEngine {
  readonly base: GraphBase;
  readonly #memory: ColumnsMemory;
  readonly #options: KernelOptions;
  readonly #board = new TaskBoard();
  #hasSecond = false;
  /** Kernels, and a layout that is complete as soon as it is asked for; null where there is not enough memory. */
  #kernel: { readonly kernel: GraphKernel; readonly layout: BaseLayout } | null | undefined;
  #layout: GraphLayout | null | undefined;
  #visited: Visited | null | undefined;
  #retainedSize: Float64Array | undefined;
  #retainers: Retainers | undefined;
  #roomIsFree = false;
  #script: ScriptEngine | undefined;

  constructor(columns: SnapshotColumns, memory: ColumnsMemory, options: KernelOptions) {
    this.#memory = memory;
    this.#options = options;
    this.base = graphBase(columns, (type, names) => this.#findEdges(type, names));
  }

  get distance(): Int32Array {
    const layout = this.#completeLayout();
    if (layout === null) return this.#scriptEngine.distance;
    this.#finish(DISTANCES, layout);
    return new Int32Array(this.#buffer, layout.distance, layout.nodeCount);
  }

  get shallowSize(): Uint32Array | Float64Array {
    const layout = this.#completeLayout();
    if (layout === null) return this.#scriptEngine.shallowSize;
    const { nodeCount, shallowSize, hasWideShallowSizes } = layout;
    if (shallowSize === 0) return this.base.columns.nodeSelfSize;
    this.#finish(SHALLOW_SIZES, layout);
    if (hasWideShallowSizes) return new Float64Array(this.#buffer, shallowSize, nodeCount);
    return new Uint32Array(this.#buffer, shallowSize, nodeCount);
  }

  get pageObject(): Uint8Array {
    const layout = this.#completeLayout();
    if (layout === null || this.#search(layout) === null) return this.#scriptEngine.pageObject;
    return new Uint8Array(this.#buffer, layout.pageObject, layout.nodeCount);
  }

  get dominators(): Dominators {
    const layout = this.#completeLayout();
    const visited = layout && this.#search(layout);
    if (layout === null || visited === null) return this.#scriptEngine.dominators;
    return {
      immediateDominator: new Uint32Array(this.#buffer, layout.number, layout.nodeCount),
      visitOrder: new Uint32Array(this.#buffer, layout.order + 4, layout.nodeCount),
      reachableCount: visited.reachable,
    };
  }

  get retainedSize(): Float64Array {
    return (this.#retainedSize ??= this.#computeRetainedSize());
  }

  get retainers(): Retainers {
    return (this.#retainers ??= this.#computeRetainers() ?? this.#scriptEngine.retainers);
  }

  get #buffer(): ArrayBuffer | SharedArrayBuffer {
    return this.#memory.memory.buffer;
  }

  get #scriptEngine(): ScriptEngine {
    return (this.#script ??= new ScriptEngine(this.base));
  }

  #bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, address, length);
  }

  #words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.#buffer, address, length);
  }

  /** A copy of the values; null where there is no memory for it. */
  #copy(values: ArrayLike<number>): number | null {
    const address = this.#memory.reserve(4 * values.length);
    if (address !== null) this.#words(address, values.length).set(values);
    return address;
  }

  #load(): { readonly kernel: GraphKernel; readonly layout: BaseLayout } | null {
    if (this.#kernel === undefined) {
      const layout = layOut(this.base, this.#memory, this.#options.threads ?? 1);
      if (layout === null) return (this.#kernel = null);
      const classes = this.#bytes(layout.edgeClasses, 256);
      essentialRules(this.base.edgeKinds).forEach((rule, type) => (classes[type] = classOf(rule)));
      classes[TABLE_HALF_TYPE] = TABLE_HALF;
      this.#kernel = { kernel: graphKernel(this.#options.module, this.#memory.memory, layout), layout };
    }
    return this.#kernel;
  }

  /** By the kernel where there is one, and memory for it; for base.weakMapPairs. */
  #findEdges(type: number, names: Uint32Array): ArrayLike<number> | null {
    const loaded = this.#load();
    if (loaded === null) return null;
    const { kernel, layout } = loaded;
    const flags = this.#bytes(layout.stringFlags, this.base.columns.strings.length);
    // Nobody uses the room yet, or nobody any more.
    const list = this.#words(layout.room, Math.min(EDGES_AT_ONCE, layout.edgeCount));
    return edgesNamed(kernel, list, layout.room, flags, layout.edgeCount, type, names);
  }

  #completeLayout(): GraphLayout | null {
    if (this.#layout === undefined) {
      const loaded = this.#load();
      this.#layout = loaded && this.#complete(loaded.kernel, loaded.layout);
    }
    return this.#layout;
  }

  #complete(kernel: GraphKernel, layout: BaseLayout): GraphLayout | null {
    const { base } = this;
    const { nodeCount, hasWideSizes } = layout;
    const pairs = base.weakMapPairs;
    const roots = userRoots(base);
    answerNames(base, kernel, this.#bytes(layout.stringFlags, base.columns.strings.length), layout.ownable);
    const hasWideShallowSizes = hasWideSizes || kernel.sumOf32(layout.nodeSelfSize) > 0xffff_ffff;
    const pairEdge = this.#copy(pairs.edge);
    const pair = this.#copy(pairs.pair);
    const isPending = this.#memory.reserve(pairs.pairCount);
    const userRootsAt = this.#copy(roots);
    const shallowSize = roots.length === 0 ? 0 : this.#memory.reserve(nodeCount * (hasWideShallowSizes ? 8 : 4));
    if (pairEdge === null || pair === null || isPending === null || userRootsAt === null || shallowSize === null) {
      return null;
    }
    return {
      ...layout,
      shallowSize,
      hasWideShallowSizes,
      pairEdge,
      pair,
      pairEdgeCount: pairs.edge.length,
      isPending,
      userRoots: userRootsAt,
      userRootCount: roots.length,
    };
  }

  #finish(task: Task, layout: GraphLayout): void {
    const { kernel } = this.#kernel!;
    this.#board.complete(task, () => {
      if (task === DISTANCES) computeDistances(kernel, this.#memory.memory, layout);
      else if (layout.shallowSize !== 0) computeShallowSizes(kernel, layout);
    });
  }

  #startSecond(layout: GraphLayout): void {
    const { module, threads, smallGraphs } = this.#options;
    if (threads !== 2 || this.#hasSecond || (layout.nodeCount < WORTH_A_THREAD && smallGraphs !== true)) return;
    this.#hasSecond = true;
    startGraphWorker({ module, memory: this.#memory.memory, layout, states: this.#board.states });
  }

  #search(layout: GraphLayout): Visited | null {
    if (this.#visited === undefined) {
      this.#startSecond(layout);
      this.#visited = computeDominators(this.base, this.#kernel!.kernel, this.#memory.memory, layout);
      this.#roomIsFree = true;
    }
    return this.#visited;
  }

  #computeRetainedSize(): Float64Array {
    const layout = this.#completeLayout();
    if (layout === null) return this.#scriptEngine.retainedSize;
    // A second thread computes the shallow sizes meanwhile.
    const visited = this.#search(layout);
    if (visited === null) return this.#scriptEngine.retainedSize;
    // The distances' queue lies where retained sizes are to lie.
    this.#finish(DISTANCES, layout);
    const { kernel } = this.#kernel!;
    const { shallowSize } = this;
    const { nodeCount, order, parent, semi: result, links: sums } = layout;
    new Float64Array(this.#buffer, sums, nodeCount + 2).fill(0);
    // What no search visited has nothing but itself, and the root dominates it.
    const words = this.#words(order, nodeCount + 1);
    const retained = new Float64Array(this.#buffer, result, nodeCount);
    let unreached = 0;
    for (let place = visited.visited + 1; place <= nodeCount; place++) {
      const node = words[place]!;
      retained[node] = shallowSize[node]!;
      unreached += shallowSize[node]!;
    }
    new Float64Array(this.#buffer, sums, 2)[1] = unreached;
    downwards(visited.visited, 1, (last, end) => {
      if (shallowSize instanceof Float64Array) {
        kernel.retain64(result, sums, shallowSize.byteOffset, order, parent, last, end);
      } else {
        kernel.retain32(result, sums, shallowSize.byteOffset, order, parent, last, end);
      }
    });
    return retained;
  }

  #computeRetainers(): Retainers | null {
    const loaded = this.#load();
    if (loaded === null) return null;
    const { kernel, layout } = loaded;
    const { nodeCount, edgeCount, room, roomEnd } = layout;
    const inRoom = 4 * (nodeCount + 1 + edgeCount);
    const start = this.#roomIsFree && roomEnd - room >= inRoom ? room : this.#memory.reserve(inRoom);
    const edgesAt = this.#memory.reserve(4 * edgeCount);
    if (start === null || edgesAt === null) return null;
    if (start === room) this.#roomIsFree = false;
    const nodesAt = start + 4 * (nodeCount + 1);
    const firstRetainer = this.#words(start, nodeCount + 1).fill(0);
    upwards(0, edgeCount, (from, to) => kernel.countRetainers(start, from, to));
    kernel.sumRetainers(start);
    downwards(nodeCount - 1, 0, (last, end) => kernel.sortRetainers(start, nodesAt, edgesAt, last, end));
    return {
      firstRetainer,
      retainerNode: this.#words(nodesAt, edgeCount),
      retainerEdge: this.#words(edgesAt, edgeCount),
    };
  }
}

// Classes of assembly/graph.ts.
const ESSENTIAL = 0;
const WEAK = 1;
const SHORTCUT = 2;
const TABLE_HALF = 3;

function classOf(rule: number): number {
  if (rule === NEVER) return WEAK;
  return rule === FROM_ROOT ? SHORTCUT : ESSENTIAL;
}
