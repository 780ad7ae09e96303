import type { SnapshotColumns } from '../snapshot/columns.js';
import { graphBase, type GraphBase } from './base.js';
import { computeClassKeys, type ClassKeys } from './class-keys.js';
import { computeClassNames, type Classes } from './class-names.js';
import { type TypeClasses, typeClasses } from './constructor-name.js';
import { computeDetachedness, hasDetached } from './detachedness.js';
import { buildDominatorTree, type DominatorTree, numberDominators } from './dominator-tree.js';
import type { Dominators } from './dominators.js';
import { type GraphEngine, ScriptEngine } from './engine.js';
import type { Grouping, SummedGroups } from './group-sizes.js';
import type { HeapGraph } from './heap-graph.js';
import { inferInterfaces, matchInterfaces, type InterfaceDefinition } from './interfaces.js';
import type { NamedNodes, NamingRules } from './named-nodes.js';
import type { PlainObjects } from './plain-objects.js';
import { KernelEngine, type KernelOptions } from './kernel/engine.js';
import type { HolderEngine } from './holder-engine.js';
import type { Retainers } from './retainers.js';

/**
 * The heap graph of a whole snapshot. Takes no time: every derived column waits until it is asked for.
 * @param kernel computes by WebAssembly where the columns lie in its memory; the results are the same, but for visitOrder, of which there
 * are many.
 * @param onPhase told when something that may take long begins to be computed, and null at its end.
 */
export function buildHeapGraph(
  columns: SnapshotColumns,
  kernel: KernelOptions | null = null,
  onPhase?: OnPhase,
): HeapGraph {
  if (kernel && columns.memory) {
    const engine = new KernelEngine(columns, columns.memory, kernel);
    return new LazyHeapGraph(engine.base, engine, onPhase);
  }
  const base = graphBase(columns);
  return new LazyHeapGraph(base, new ScriptEngine(base), onPhase);
}

type OnPhase = (phase: string | null) => void;

class LazyHeapGraph implements HeapGraph {
  readonly columns: SnapshotColumns;
  readonly rootIndex: number;
  readonly nodeKinds: GraphBase['nodeKinds'];
  readonly edgeKinds: GraphBase['edgeKinds'];
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly #base: GraphBase;
  readonly #engine: GraphEngine;
  #detachedness: Uint8Array | undefined;
  #dominatorTree: DominatorTree | undefined;
  #plainObjects: PlainObjects | undefined;
  /** Until its column has become that of classes. */
  #named: NamedNodes | undefined;
  readonly #typeClasses: TypeClasses;
  #interfaces: InterfaceDefinition[] | undefined;
  #classes: Classes | undefined;
  #classKeys: ClassKeys | undefined;

  readonly #onPhase: OnPhase | undefined;
  /** Phases that have begun. */
  readonly #begun = new Set<string>();
  #phase: string | null = null;

  constructor(base: GraphBase, engine: GraphEngine, onPhase: OnPhase | undefined) {
    this.#engine = engine;
    this.#onPhase = onPhase;
    this.columns = base.columns;
    this.rootIndex = base.rootIndex;
    this.nodeKinds = base.nodeKinds;
    this.edgeKinds = base.edgeKinds;
    this.#base = base;
    this.#typeClasses = typeClasses(base.columns.schema.nodeTypes);
    this.nodeCount = base.columns.nodeCount;
    this.edgeCount = base.columns.edgeCount;
  }

  get #dominators(): Dominators {
    return this.#during('finding dominators', () => this.#engine.dominators);
  }

  #beginWithDominators(): void {
    if (this.#engine.beginsWithDominators) void this.#dominators;
  }

  /** The first time, says so. */
  #during<Value>(phase: string, get: () => Value): Value {
    if (this.#onPhase === undefined || this.#begun.has(phase)) return get();
    const outer = this.#phase;
    this.#begun.add(phase);
    this.#onPhase((this.#phase = phase));
    try {
      return get();
    } finally {
      this.#onPhase((this.#phase = outer));
    }
  }

  get weakMapPairs(): GraphBase['weakMapPairs'] {
    return this.#base.weakMapPairs;
  }

  get detachedness(): Uint8Array {
    return (this.#detachedness ??= computeDetachedness(this, (column) => this.#engine.copy(column)));
  }

  get distance(): Int32Array {
    this.#beginWithDominators();
    return this.#during('computing distances', () => this.#engine.distance);
  }

  get pageObject(): Uint8Array {
    return this.#engine.pageObject;
  }

  get shallowSize(): Uint32Array | Float64Array {
    this.#beginWithDominators();
    return this.#during('computing shallow sizes', () => this.#engine.shallowSize);
  }

  get immediateDominator(): Uint32Array {
    return this.#dominators.immediateDominator;
  }

  get visitOrder(): Uint32Array {
    return this.#dominators.visitOrder;
  }

  get dominatorNumber(): Uint32Array {
    return numberDominators(this.#dominators);
  }

  get reachableCount(): number {
    return this.#dominators.reachableCount;
  }

  get retainedSize(): Float64Array {
    void this.#dominators;
    return this.#during('adding up retained sizes', () => this.#engine.retainedSize);
  }

  get retainers(): Retainers {
    return this.#during('collecting retainers', () => this.#engine.retainers);
  }

  get dominatorTree(): DominatorTree {
    return (this.#dominatorTree ??= buildDominatorTree(this.#dominators));
  }

  get plainObjects(): PlainObjects {
    return (this.#plainObjects ??= this.#nameNodes().plainObjects);
  }

  get interfaces(): readonly InterfaceDefinition[] {
    return (this.#interfaces ??= inferInterfaces(this, this.plainObjects));
  }

  get classes(): Classes {
    return (this.#classes ??= this.#during('naming classes', () => this.classesWith(this.interfaces)));
  }

  get classKeys(): ClassKeys {
    return (this.#classKeys ??= computeClassKeys(this, this.classes));
  }

  classesWith(interfaces: readonly InterfaceDefinition[]): Classes {
    const named = this.#nameNodes();
    this.#plainObjects ??= named.plainObjects;
    this.#named = undefined;
    const matches = matchInterfaces(this, named.plainObjects, interfaces);
    return computeClassNames(this, this.#typeClasses, named, interfaces, matches, this.#engine);
  }

  get holders(): HolderEngine {
    return this.#engine.holders;
  }

  #nameNodes(): NamedNodes {
    return (this.#named ??= this.#engine.nameNodes(this.#namingRules()));
  }

  #namingRules(): NamingRules {
    // Only files with the field have nodes renamed for it.
    const isKnown = this.columns.nodeDetachedness !== null && hasDetached(this.columns.nodeDetachedness);
    const { names, indexOf } = this.#typeClasses;
    return { codeOfType: indexOf, firstCode: names.length, detachedness: isKnown ? this.detachedness : null };
  }

  copyColumn(column: Uint32Array): Uint32Array {
    return this.#engine.copy(column);
  }

  sumGroups<Groups extends Grouping>(group: () => Groups): SummedGroups<Groups> {
    this.#engine.expectSums?.();
    void this.#dominators;
    let grouping: Groups | undefined;
    const sizes = this.#engine.sumGroups({
      graph: this,
      group: () => (grouping = group()),
      naming: () => (this.#classes || this.#named ? null : this.#namingRules()),
    });
    return { grouping: grouping!, sizes };
  }

  get totalSize(): number {
    return this.retainedSize[this.rootIndex]! + (this.columns.schema.extraNativeBytes ?? 0);
  }
}
