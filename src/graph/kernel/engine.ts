import type { ColumnsMemory, SnapshotColumns } from '../../snapshot/columns.js';
import { graphBase, type GraphBase } from '../base.js';
import type { Dominators } from '../dominators.js';
import { type GraphEngine, ScriptEngine, type SumPlan } from '../engine.js';
import { type GroupSizes, sumGroups } from '../group-sizes.js';
import type { HolderEngine } from '../holder-engine.js';
import type { NamedNodes, NamingRules } from '../named-nodes.js';
import type { PlainObjects } from '../plain-objects.js';
import type { Retainers } from '../retainers.js';
import { ClassSums } from './class-sums.js';
import { completeLayout } from './complete-layout.js';
import { computeDominators, type Visited } from './dominators.js';
import { writeEdgeClasses } from './edge-classes.js';
import {
  type BaseLayout,
  type GraphLayout,
  layOut,
  Places,
  placeSecond,
  rootEdgeCount,
  type SecondLayout,
} from './layout.js';
import { KernelHolderEngine } from './holder-engine.js';
import { type GraphKernel, graphKernel, upwards } from './load.js';
import { EDGES_AT_ONCE, edgesNamed } from './names.js';
import { sumRetainedSizes } from './retained-sizes.js';
import { sortRetainers } from './retainers.js';
import { Room } from './room.js';
import { SecondThread } from './second-thread.js';
import { computeDistancesAndSizes } from './tasks.js';

export interface KernelOptions {
  /** graph.wasm. */
  readonly module: WebAssembly.Module;
  /** 2: another thread computes distances and shallow sizes while this one is at the dominators. */
  readonly threads?: 1 | 2 | undefined;
  /** For tests: the second thread does its part, however small the graph. */
  readonly leaveToSecond?: boolean;
}

interface Loaded {
  readonly kernel: GraphKernel;
  readonly layout: BaseLayout;
}

/** What there is as soon as anything is asked for. */
interface Computed {
  readonly kernel: GraphKernel;
  readonly layout: GraphLayout;
  readonly visited: Visited;
  readonly second: SecondLayout;
  readonly dominators: Dominators;
  /** Free, once all is computed. */
  readonly room: Room;
  readonly sums: ClassSums;
}

/**
 * Computes in the memory that the columns lie in, by WebAssembly. What comes first there are the dominators; the other results lie where these
 * had what they needed for a while. Graphs that do not fit are left to plain script.
 */
export class KernelEngine implements GraphEngine {
  readonly beginsWithDominators = true;
  readonly base: GraphBase;
  readonly #memory: ColumnsMemory;
  readonly #options: KernelOptions;
  readonly #second: SecondThread;
  #loaded: Loaded | null | undefined;
  #computed: Computed | null | undefined;
  // Asked for node by node, now and then.
  #immediateDominator: Uint32Array | undefined;
  #distance: Int32Array | undefined;
  #shallowSize: Uint32Array | Float64Array | undefined;
  #retainedSize: Float64Array | undefined;
  #retainers: Retainers | null | undefined;
  #holders: HolderEngine | undefined;
  #script: ScriptEngine | undefined;

  constructor(columns: SnapshotColumns, memory: ColumnsMemory, options: KernelOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#second = new SecondThread(options.leaveToSecond === true);
    this.base = graphBase(columns, (type, names) => this.#findEdges(type, names));
  }

  get distance(): Int32Array {
    return (this.#distance ??= this.#computeDistance());
  }

  #computeDistance(): Int32Array {
    const computed = this.#compute();
    if (computed === null) return this.#scriptEngine.distance;
    this.#completeTask(computed);
    return new Int32Array(this.#buffer, computed.second.distance, computed.layout.nodeCount);
  }

  get shallowSize(): Uint32Array | Float64Array {
    return (this.#shallowSize ??= this.#computeShallowSize());
  }

  #computeShallowSize(): Uint32Array | Float64Array {
    const computed = this.#compute();
    if (computed === null) return this.#scriptEngine.shallowSize;
    const { nodeCount, hasOwners, wideShallowSize } = computed.layout;
    if (!hasOwners) return this.base.columns.nodeSelfSize;
    this.#completeTask(computed);
    if (wideShallowSize !== 0) return new Float64Array(this.#buffer, wideShallowSize, nodeCount);
    return this.#words(computed.second.queue, nodeCount);
  }

  get pageObject(): Uint8Array {
    const computed = this.#compute();
    if (computed === null) return this.#scriptEngine.pageObject;
    return this.#bytes(computed.layout.pageObject, computed.layout.nodeCount);
  }

  get dominators(): Dominators {
    return this.#compute()?.dominators ?? this.#scriptEngine.dominators;
  }

  get retainedSize(): Float64Array {
    if (this.#retainedSize === undefined) {
      const computed = this.#compute();
      // Where retained sizes go, the other thread may still be naming.
      computed?.sums.completeNaming();
      this.#retainedSize = computed
        ? sumRetainedSizes(computed.kernel, this.#buffer, computed, this.shallowSize)
        : this.#scriptEngine.retainedSize;
    }
    return this.#retainedSize;
  }

  get retainers(): Retainers {
    const loaded = this.#load();
    const room = this.#computed?.room ?? null;
    this.#retainers ??= loaded && sortRetainers(loaded.kernel, this.#memory, loaded.layout, room);
    return (this.#retainers ??= this.#scriptEngine.retainers);
  }

  get holders(): HolderEngine {
    return (this.#holders ??= this.#holderEngine() ?? this.#scriptEngine.holders);
  }

  #holderEngine(): HolderEngine | null {
    const loaded = this.#load();
    if (loaded === null) return null;
    const room = { address: loaded.layout.room, end: loaded.layout.roomEnd };
    return new KernelHolderEngine({ base: this.base, memory: this.#memory, ...loaded }, () =>
      this.#computed === undefined ? { ...room } : null,
    );
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

  #load(): Loaded | null {
    if (this.#loaded === undefined) {
      const layout = layOut(this.base, this.#memory, this.#options.threads ?? 1);
      if (layout === null) return (this.#loaded = null);
      writeEdgeClasses(this.base.edgeKinds, this.#bytes(layout.edgeClasses, 256));
      this.#loaded = { kernel: graphKernel(this.#options.module, this.#memory.memory, layout), layout };
    }
    return this.#loaded;
  }

  /** For base.weakMapPairs. */
  #findEdges(type: number, names: Uint32Array): ArrayLike<number> | null {
    const loaded = this.#load();
    if (loaded === null) return null;
    const { kernel, layout } = loaded;
    const flags = this.#bytes(layout.stringFlags, this.base.columns.strings.length);
    // Nobody uses the room yet: whoever does asks for these edges first.
    const list = this.#words(layout.room, Math.min(EDGES_AT_ONCE, layout.edgeCount));
    return edgesNamed(kernel, list, layout.room, flags, layout.edgeCount, type, names);
  }

  #compute(): Computed | null {
    if (this.#computed !== undefined) return this.#computed;
    const loaded = this.#load();
    const layout = loaded && completeLayout(this.base, this.#memory, loaded.kernel, loaded.layout);
    if (loaded === null || layout === null) return (this.#computed = null);
    const { kernel } = loaded;
    const { nodeCount } = layout;
    const visited = this.#findDominators(kernel, layout);
    if (visited === null) return (this.#computed = null);

    const places = new Places(layout.room);
    const second = layout.second ?? placeSecond(places, nodeCount, rootEdgeCount(this.base));
    const room = new Room(this.#buffer, places.end, layout.roomEnd);
    const sums = new ClassSums(kernel, layout, room, this.base.columns.strings.length);
    const byNode = (): Uint32Array => (this.#immediateDominator ??= this.#dominatorsByNode(kernel, layout, visited));
    const dominators = {
      get immediateDominator() {
        return byNode();
      },
      visitOrder: this.#words(layout.order + 4, nodeCount),
      reachableCount: visited.reachable,
      dominatorNumber: this.#words(layout.parent, visited.visited + 1),
    };
    this.#computed = { kernel, layout, visited, second, dominators, room, sums };
    return this.#computed;
  }

  #findDominators(kernel: GraphKernel, layout: GraphLayout): Visited | null {
    this.#second.start(this.#options.module, this.#memory.memory, layout);
    let visited: Visited | null = null;
    try {
      visited = computeDominators(this.base, kernel, this.#memory, layout, this.#second.helper);
    } finally {
      if (visited === null) this.#second.dismiss();
      else this.#second.dismissUnlessWanted(layout.nodeCount);
    }
    return visited;
  }

  #dominatorsByNode(
    kernel: GraphKernel,
    { semi, order, root, nodeCount }: BaseLayout,
    { visited }: Visited,
  ): Uint32Array {
    const dominator = this.#words(semi, nodeCount).fill(root);
    upwards(2, visited + 1, (start, end) => kernel.dominatorsByNode(semi, order, start, end - 1));
    return dominator;
  }

  copy<Column extends Uint8Array | Uint32Array>(column: Column): Column {
    return this.#computed?.sums.copy(column) ?? this.#scriptEngine.copy(column);
  }

  nameNodes(rules: NamingRules): NamedNodes {
    return this.#computed?.sums.nameNodes(rules, this.#links) ?? this.#scriptEngine.nameNodes(rules);
  }

  renumber(column: Uint32Array, numbers: Uint32Array): void {
    if (!this.#computed?.sums.renumber(column, numbers)) this.#scriptEngine.renumber(column, numbers);
  }

  renumberPlain(column: Uint32Array, objects: PlainObjects, ofShape: Uint32Array): void {
    if (!this.#computed?.sums.renumberPlain(column, objects, ofShape))
      this.#scriptEngine.renumberPlain(column, objects, ofShape);
  }

  /** What is free until retained sizes are asked for; then null. */
  get #links(): Room | null {
    if (!this.#computed || this.#retainedSize) return null;
    const { links, nodeCount } = this.#computed.layout;
    return new Room(this.#buffer, links, links + 8 * nodeCount);
  }

  expectSums(): void {
    this.#second.expectWork();
  }

  sumGroups(plan: SumPlan): GroupSizes {
    const computed = this.#compute();
    const end = computed?.room.end;
    try {
      return computed ? this.#sumGroups(computed, plan) : this.#scriptEngine.sumGroups(plan);
    } finally {
      // Also where groups could not be made: the other thread writes where others will.
      computed?.sums.completeNaming();
      if (computed) computed.room.end = end!;
      this.#second.dismiss();
    }
  }

  #sumGroups({ sums, layout }: Computed, plan: SumPlan): GroupSizes {
    // The semidominators have served their purpose, until dominators by node are asked for.
    const isSemiFree = this.#immediateDominator === undefined;
    const preorder = sums.takePreorder(isSemiFree ? layout.semi : null);
    const { helper } = this.#second;
    const naming = helper && plan.naming();
    if (naming) sums.beginNaming(naming, this.#links, helper);
    const { graph } = plan;
    if (preorder) sums.layInPreorder(graph, preorder);
    const grouping = plan.group();
    sums.completeNaming();
    const isLaid = preorder && isSemiFree === (this.#immediateDominator === undefined);
    return (isLaid ? sums.sum(graph, grouping, helper) : null) ?? sumGroups(graph, grouping);
  }

  #completeTask({ kernel, layout, second }: Computed): void {
    this.#second.complete(layout, () => computeDistancesAndSizes(kernel, this.#memory.memory, layout, second));
  }
}
