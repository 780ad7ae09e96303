import type { HeapGraph } from '../graph/heap-graph.js';
import { GENERIC } from './group-table.js';
import { type HolderTree, NONE, nodesOnWays } from './holder-tree.js';
import { type HopKind, nameHop } from './hop-names.js';
import { FOLDED, MODULE, plainClassName, SYSTEM } from './visibility.js';

/** Objects that are held in the same way, on the ways from the roots to the targets. */
export interface PathGroup {
  /** Index of the group that holds them; -1 for what roots hold. */
  readonly parent: number;
  readonly constructor: string;
  readonly kind: HopKind;
  /** Of the property or variable; of elements and entries only where there is one. */
  readonly name: string;
  /** nodeIndex of the first of them. */
  readonly example: number;
  /** How many objects it stands for. */
  members: number;
  /** How many of the targets they hold, or are. */
  count: number;
  /** Bytes that these retain. */
  retainedSize: number;
  /** How many of them are targets. */
  targets: number;
  /** How often the way led round in the group: links of a chain. */
  links: number;
}

export interface PathTree {
  /** Each after its parent. */
  readonly groups: readonly PathGroup[];
  /** Targets that no way leads to. */
  readonly unheld: readonly number[];
}

/** How many groups up a class is looked for, to see that objects form a chain. */
const CHAIN_REACH = 12;

/**
 * Merges the ways to all targets into one tree. `sizes` gives each target the bytes to add up: what lies below another
 * target counts once. With `raw` every hop is shown.
 */
export function buildPathTree(
  graph: HeapGraph,
  tree: HolderTree,
  targets: Uint32Array,
  sizes: (target: number) => number,
  raw = false,
): PathTree {
  const { parent, region } = tree;
  const order = nodesOnWays(tree, targets);
  const count = new Float64Array(graph.nodeCount);
  const size = new Float64Array(graph.nodeCount);
  const isTarget = new Uint8Array(graph.nodeCount);
  const unheld: number[] = [];
  for (const target of targets) {
    isTarget[target] = 1;
    if (region[target] === 0) {
      unheld.push(target);
      continue;
    }
    count[target] = 1;
    size[target] = sizes(target);
  }
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!;
    const above = parent[node]!;
    if (above === NONE || count[node] === 0) continue;
    count[above]! += count[node]!;
    size[above]! += size[node]!;
  }
  const merger = new Merger(graph, tree, raw);
  for (let i = 0; i < order.length; i++) {
    const node = order[i]!;
    if (count[node]! > 0) merger.add(node, count[node]!, size[node]!, isTarget[node] === 1);
  }
  if (merger.groups.some(({ links }) => links > 0)) countOnce(merger, tree, order, count, size);
  return { groups: merger.groups, unheld };
}

/**
 * Counts and sizes of groups in which an object may lie below another of the same group, over links of a chain: each
 * target once, by the outermost. Depth first, so that what is open is the way to where it stands.
 */
function countOnce(
  { groups, groupOf, isMember }: Merger,
  { parent }: HolderTree,
  order: Int32Array,
  count: Float64Array,
  size: Float64Array,
): void {
  const firstChild = new Int32Array(parent.length).fill(NONE);
  const nextSibling = new Int32Array(parent.length).fill(NONE);
  const stack: number[] = [];
  for (const node of order) {
    if (count[node] === 0) continue;
    const above = parent[node]!;
    if (above === NONE) {
      stack.push(node);
      continue;
    }
    nextSibling[node] = firstChild[above]!;
    firstChild[above] = node;
  }
  for (const group of groups) {
    group.count = 0;
    group.retainedSize = 0;
  }
  const open = new Uint32Array(groups.length);
  while (stack.length > 0) {
    const top = stack.pop()!;
    // Of what was entered, the complement says that all below it is done.
    const node = top < 0 ? ~top : top;
    const index = isMember[node] === 1 ? groupOf[node]! - 1 : -1;
    if (top < 0) {
      open[index]!--;
      continue;
    }
    if (index >= 0) {
      const group = groups[index]!;
      if (!open[index]) {
        group.count += count[node]!;
        group.retainedSize += size[node]!;
      }
      open[index]!++;
      stack.push(~node);
    }
    for (let child = firstChild[node]!; child !== NONE; child = nextSibling[child]!) stack.push(child);
  }
}

class Merger {
  readonly groups: PathGroup[] = [];
  readonly #graph: HeapGraph;
  readonly #tree: HolderTree;
  readonly #raw: boolean;
  /** By nodeIndex: 1 + group of the node, or of the visible one that it is part of. */
  readonly groupOf: Int32Array;
  /** Uint8, by nodeIndex: 1 where the node is one that its group stands for. */
  readonly isMember: Uint8Array;
  readonly #known = new Map<string, number>();
  #last: Pick<PathGroup, 'parent' | 'kind' | 'name' | 'constructor'> & { readonly index: number } = {
    parent: -2,
    kind: 'root',
    name: '',
    constructor: '',
    index: -1,
  };

  constructor(graph: HeapGraph, tree: HolderTree, raw: boolean) {
    this.#graph = graph;
    this.#tree = tree;
    this.#raw = raw;
    this.groupOf = new Int32Array(graph.nodeCount);
    this.isMember = new Uint8Array(graph.nodeCount);
  }

  add(node: number, count: number, size: number, isTarget: boolean): void {
    const above = this.#tree.parent[node]!;
    const parent = above === NONE ? -1 : this.groupOf[above]! - 1;
    const role = this.#tree.roles.role[node]!;
    if (!this.#raw && !isTarget && (role === FOLDED || role === SYSTEM || this.#isModuleCode(above))) {
      this.groupOf[node] = parent + 1;
      return;
    }
    const { kind, name } = this.#hop(node);
    const constructor = this.#className(node);
    const index = this.#group(node, parent, constructor, kind, name);
    const group = this.groups[index]!;
    group.members++;
    if (isTarget) group.targets++;
    // What another member holds is counted there already.
    if (parent >= 0 && this.#isWithin(parent, index)) {
      group.links++;
    } else {
      group.count += count;
      group.retainedSize += size;
    }
    this.groupOf[node] = index + 1;
    this.isMember[node] = 1;
  }

  /** Whether `above` is a module: what it holds runs it, and says no more than the module. */
  #isModuleCode(above: number): boolean {
    return above !== NONE && this.#tree.roles.role[above] === MODULE;
  }

  #className(node: number): string {
    const { nodeType, nodeName, strings } = this.#graph.columns;
    if (nodeType[node] === this.#graph.nodeKinds.closure) return `${strings.get(nodeName[node]!) || '(anonymous)'}()`;
    const name = plainClassName(this.#graph, node);
    return name === '(system)' || (this.#raw && name === '(array)') ? strings.get(nodeName[node]!) || name : name;
  }

  #hop(node: number): { kind: HopKind; name: string } {
    const { parent, parentEdge, roles } = this.#tree;
    if (parentEdge[node] === NONE) return { kind: 'root', name: '' };
    const nodes = [node];
    const edges: number[] = [];
    let at = node;
    do {
      edges.push(parentEdge[at]!);
      at = parent[at]!;
      nodes.push(at);
    } while (!this.#raw && parentEdge[at] !== NONE && (roles.role[at] === FOLDED || roles.role[at] === SYSTEM));
    const { kind, name } = nameHop(this.#graph, nodes.toReversed(), edges.toReversed(), false);
    // One line for all elements and entries; which one it is, is told where there is one.
    return { kind, name: kind === 'element' || kind === 'entry' ? '' : name };
  }

  #group(node: number, parent: number, constructor: string, kind: HopKind, name: string): number {
    // Neighbours are often alike.
    const last = this.#last;
    if (last.parent === parent && last.kind === kind && last.name === name && last.constructor === constructor)
      return last.index;
    const key = `${parent}\0${kind}\0${name}\0${constructor}`;
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#last = { parent, kind, name, constructor, index: known };
      return known;
    }
    let index = this.#chainStart(parent, constructor, kind, name);
    if (index < 0) {
      index =
        this.groups.push({
          parent,
          constructor,
          kind,
          name,
          example: node,
          members: 0,
          count: 0,
          retainedSize: 0,
          targets: 0,
          links: 0,
        }) - 1;
    }
    this.#known.set(key, index);
    return index;
  }

  /** The group further up that a link of a chain belongs to; -1 where it begins none. */
  #chainStart(parent: number, constructor: string, kind: HopKind, name: string): number {
    const generic = GENERIC.has(constructor) || constructor.startsWith('(') || constructor.endsWith('()');
    let up = parent;
    for (let step = 0; step < CHAIN_REACH && up >= 0; step++) {
      const group = this.groups[up]!;
      if (group.constructor === constructor && (!generic || (group.kind === kind && group.name === name))) return up;
      up = group.parent;
    }
    return -1;
  }

  #isWithin(group: number, ancestor: number): boolean {
    for (let up = group; up >= ancestor; up = this.groups[up]!.parent) if (up === ancestor) return true;
    return false;
  }
}
