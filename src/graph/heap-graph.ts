import type { GraphBase } from './base.js';
import type { ClassKeys } from './class-keys.js';
import type { Classes } from './class-names.js';
import type { DominatorTree } from './dominator-tree.js';
import type { Grouping, SummedGroups } from './group-sizes.js';
import type { InterfaceDefinition } from './interfaces.js';
import type { PlainObjects } from './plain-objects.js';
import type { HolderEngine } from './holder-engine.js';
import type { Retainers } from './retainers.js';

/**
 * The heap as a graph: the file's columns and what is derived from them, by the rules of Chrome DevTools. n nodes, m
 * edges. A derived column is computed when it is first asked for, together with what it rests on, and then kept; the
 * most expensive are retainedSize and immediateDominator (they need distance and pageObject) and retainers.
 * A node is named by its nodeIndex, the 0-based ordinal in the file (DevTools uses ordinal x fields per node).
 */
export interface HeapGraph extends GraphBase {
  /** n. */
  readonly nodeCount: number;
  /** m. */
  readonly edgeCount: number;

  /** Uint8, length n: 0 unknown, 1 attached, 2 detached, after the state has spread over native nodes. */
  readonly detachedness: Uint8Array;
  /** Int32, length n: edges from the nearest user root, which has 1; 100,000,000 and up where only the root leads; -5 unreached. */
  readonly distance: Int32Array;
  /** Uint8, length n: 1 where the user's globals or documents lead, else 0. */
  readonly pageObject: Uint8Array;
  /** Length n: bytes, backing stores counted with their owners. Float64 where sizes may pass 2^32-1. */
  readonly shallowSize: Uint32Array | Float64Array;
  /** Uint32, length n: nodeIndex of the immediate dominator; the root is its own. */
  readonly immediateDominator: Uint32Array;
  /** Uint32, length n: every nodeIndex once, the root first and each dominator before all that it dominates. */
  readonly visitOrder: Uint32Array;
  /** How many nodes essential edges reach from the root: those come first in visitOrder, unreachable ones after them. */
  readonly reachableCount: number;
  /** Float64, length n: bytes of the node and everything it dominates. */
  readonly retainedSize: Float64Array;
  /** All edges by target, weak ones too. */
  readonly retainers: Retainers;
  /** The children of each node in the dominator tree. */
  readonly dominatorTree: DominatorTree;

  /** Plain objects grouped by their properties. */
  readonly plainObjects: PlainObjects;
  /** The names that DevTools infers for plain objects of this heap. */
  readonly interfaces: readonly InterfaceDefinition[];
  /** Class of each node by name, with this heap's own interfaces. */
  readonly classes: Classes;
  /** Class of each node by name and location of its constructor: DevTools' rows. */
  readonly classKeys: ClassKeys;
  /** Classes with the interfaces of another heap; not kept. */
  classesWith(interfaces: readonly InterfaceDefinition[]): Classes;

  /** What tells what holds what. */
  readonly holders: HolderEngine;

  /** A copy, in memory that has served its purpose, where there is any: of groups that lie there, sums take less time and memory. */
  copyColumn(column: Uint32Array): Uint32Array;
  /**
   * Sizes by group, under DevTools' accounting.
   * @param group may ask for classes, which then are found at the same time as what else it takes, where there are two threads
   */
  sumGroups<Groups extends Grouping>(group: () => Groups): SummedGroups<Groups>;

  /** Bytes in all: the root's retained size, and what the header declares outside V8's heap. */
  readonly totalSize: number;
}
