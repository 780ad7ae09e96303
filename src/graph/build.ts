import type { SnapshotColumns } from '../snapshot/columns.js';
import { Scratch } from '../util/scratch.js';
import { graphBase, type GraphBase } from './base.js';
import { computeClassKeys, type ClassKeys } from './class-keys.js';
import { computeClassNames, type Classes } from './class-names.js';
import { computeDetachedness } from './detachedness.js';
import { computeDistances, type Distances } from './distances.js';
import { buildDominatorTree, type DominatorTree } from './dominator-tree.js';
import { computeDominators, type Dominators } from './dominators.js';
import type { HeapGraph } from './heap-graph.js';
import { inferInterfaces, matchInterfaces, type InterfaceDefinition } from './interfaces.js';
import { groupPlainObjects, type PlainObjects } from './plain-objects.js';
import { sumRetainedSizes } from './retained-sizes.js';
import { buildRetainers, type Retainers } from './retainers.js';
import { computeShallowSizes } from './shallow-sizes.js';

/** The heap graph of a whole snapshot. Takes no time: every derived column waits until it is asked for. */
export function buildHeapGraph(columns: SnapshotColumns): HeapGraph {
  return new LazyHeapGraph(graphBase(columns));
}

class LazyHeapGraph implements HeapGraph {
  readonly columns: SnapshotColumns;
  readonly rootIndex: number;
  readonly nodeKinds: GraphBase['nodeKinds'];
  readonly edgeKinds: GraphBase['edgeKinds'];
  readonly nodeCount: number;
  readonly edgeCount: number;
  readonly #base: GraphBase;
  #detachedness: Uint8Array | undefined;
  #distances: Distances | undefined;
  readonly #scratch = new Scratch();
  #shallowSize: Uint32Array | Float64Array | undefined;
  #dominators: Dominators | undefined;
  #retainedSize: Float64Array | undefined;
  #retainers: Retainers | undefined;
  #dominatorTree: DominatorTree | undefined;
  #plainObjects: PlainObjects | undefined;
  #interfaces: InterfaceDefinition[] | undefined;
  #classes: Classes | undefined;
  #classKeys: ClassKeys | undefined;

  constructor(base: GraphBase) {
    this.columns = base.columns;
    this.rootIndex = base.rootIndex;
    this.nodeKinds = base.nodeKinds;
    this.edgeKinds = base.edgeKinds;
    this.#base = base;
    this.nodeCount = base.columns.nodeCount;
    this.edgeCount = base.columns.edgeCount;
  }

  get weakMapPairs(): GraphBase['weakMapPairs'] {
    return this.#base.weakMapPairs;
  }

  get detachedness(): Uint8Array {
    return (this.#detachedness ??= computeDetachedness(this));
  }

  get distance(): Int32Array {
    return this.#getDistances().distance;
  }

  get pageObject(): Uint8Array {
    return this.#getDistances().pageObject;
  }

  #getDistances(): Distances {
    return (this.#distances ??= computeDistances(this, this.#scratch));
  }

  get shallowSize(): Uint32Array | Float64Array {
    return (this.#shallowSize ??= computeShallowSizes(this, this.#scratch));
  }

  get immediateDominator(): Uint32Array {
    return this.#getDominators().immediateDominator;
  }

  get visitOrder(): Uint32Array {
    return this.#getDominators().visitOrder;
  }

  get reachableCount(): number {
    return this.#getDominators().reachableCount;
  }

  #getDominators(): Dominators {
    return (this.#dominators ??= computeDominators(this, this.pageObject, this.#scratch));
  }

  get retainedSize(): Float64Array {
    if (this.#retainedSize === undefined) {
      const dominators = this.#getDominators();
      this.#retainedSize = sumRetainedSizes(this.shallowSize, dominators, this.#scratch);
      this.#scratch.clear();
    }
    return this.#retainedSize;
  }

  get retainers(): Retainers {
    return (this.#retainers ??= buildRetainers(this.columns));
  }

  get dominatorTree(): DominatorTree {
    return (this.#dominatorTree ??= buildDominatorTree(this.#getDominators()));
  }

  get plainObjects(): PlainObjects {
    return (this.#plainObjects ??= groupPlainObjects(this));
  }

  get interfaces(): readonly InterfaceDefinition[] {
    return (this.#interfaces ??= inferInterfaces(this, this.plainObjects));
  }

  get classes(): Classes {
    return (this.#classes ??= this.classesWith(this.interfaces));
  }

  get classKeys(): ClassKeys {
    return (this.#classKeys ??= computeClassKeys(this, this.classes));
  }

  classesWith(interfaces: readonly InterfaceDefinition[]): Classes {
    const matches = matchInterfaces(this, this.plainObjects, interfaces);
    return computeClassNames(this, this.detachedness, this.plainObjects, interfaces, matches);
  }

  get totalSize(): number {
    return this.retainedSize[this.rootIndex]! + (this.columns.schema.extraNativeBytes ?? 0);
  }
}
