import { isDocumentsRoot, userRoots } from '../graph/base.js';
import { DETACHED } from '../graph/detachedness.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { internalTarget } from '../graph/node-text.js';
import { type Holders, type Ignored, NONE, UNREACHED } from '../graph/holder-search.js';
import { computeRoles, MODULE, nodesOfRole, type NodeRoles, SYSTEM } from './visibility.js';

export { type Ignored, NONE, UNREACHED };

// Values of HolderTree.region, besides UNREACHED: from where a node is held.
/** Globals, modules, documents lead to it. */
export const PROGRAM = 1;
/** Only V8's or the embedder's own roots lead to it: handles, the stack, tables of symbols. */
export const ROOTS = 2;
/** Only compiled code, feedback or hidden classes lead to it. */
export const CODE = 3;

/** One way to each node that tells a person why it is held. Regions: UNREACHED, PROGRAM, ROOTS or CODE. */
export interface HolderTree extends Holders {
  readonly roles: NodeRoles;
  /** How many of the order were reached before those in CODE. */
  readonly reachedBeforeCode: number;
}

/**
 * Nodes among which are all on the ways to the targets, in the tree's order: of one target just these, so that asking about
 * one object does not go through the heap.
 */
export function nodesOnWays({ order, parent, region }: HolderTree, targets: Uint32Array): Int32Array {
  if (targets.length !== 1) return order;
  const way: number[] = [];
  if (region[targets[0]!] !== UNREACHED) for (let at = targets[0]!; at !== NONE; at = parent[at]!) way.push(at);
  return Int32Array.from(way.toReversed());
}

export interface HolderOptions {
  readonly ignored?: Ignored | undefined;
  /** Leaves out what only compiled code leads to. */
  readonly withoutCode?: boolean;
  /** Leaves parentEdge empty. */
  readonly withoutEdges?: boolean;
}

/**
 * Breadth first, in four rounds, each over what the rounds before left out: from globals, ECMAScript modules and
 * documents, not by way of prototypes; then by way of prototypes too; then from all of the root; then through compiled
 * code and hidden classes. Never over weak edges, and to the value of a WeakMap from its key only. Modules count as
 * roots because a program's variables live in them, while the way to them leads through a loader's insides.
 */
export function buildHolderTree(
  graph: HeapGraph,
  { ignored, withoutCode = false, withoutEdges = false }: HolderOptions = {},
): HolderTree {
  const roles = computeRoles(graph);
  const search = graph.holders.search({
    label: roles.role,
    closed: SYSTEM,
    isPassedBy: isShared,
    ignored,
    withoutEdges,
  });
  search.begin(programSeeds(graph, roles), PROGRAM);
  search.round(PROGRAM, { passesBy: true });
  search.takePassedBy(PROGRAM);
  search.round(PROGRAM);
  search.begin([graph.rootIndex], ROOTS);
  search.round(ROOTS);
  const reachedBeforeCode = search.reached;
  if (!withoutCode) search.round(CODE, { intoClosed: true });
  return { roles, reachedBeforeCode, ...search.end() };
}

function programSeeds(graph: HeapGraph, { role, nativeContexts }: NodeRoles): number[] {
  const contexts = new Set(nativeContexts);
  const detached = detachedFrames(graph, nativeContexts);
  const seeds = new Set<number>();
  for (const context of nativeContexts) {
    if (detached.has(context)) continue;
    for (const name of ['global_object', 'global_proxy_object', 'extension']) {
      const target = internalTarget(graph, context, name);
      if (target !== null && role[target] !== SYSTEM) seeds.add(target);
    }
  }
  for (const root of userRoots(graph)) if (!contexts.has(root)) seeds.add(root);
  const { firstEdge, edgeTarget } = graph.columns;
  for (let edge = firstEdge[graph.rootIndex]!; edge < firstEdge[graph.rootIndex + 1]!; edge++) {
    if (isDocumentsRoot(graph, edgeTarget[edge]!)) seeds.add(edgeTarget[edge]!);
  }
  for (const node of nodesOfRole(role, MODULE)) if (!isOfFrame(graph, node, detached)) seeds.add(node);
  seeds.delete(graph.rootIndex);
  return [...seeds];
}

/** Native contexts of frames that were taken out of their page: they live as long as the program holds them, and are no roots. */
function detachedFrames(graph: HeapGraph, nativeContexts: readonly number[]): ReadonlySet<number> {
  // The only one is the page's own.
  if (nativeContexts.length < 2) return new Set();
  return new Set(
    nativeContexts.filter((context) => {
      const proxy = internalTarget(graph, context, 'global_proxy_object');
      return proxy !== null && graph.detachedness[proxy] === DETACHED;
    }),
  );
}

/** Whether a module runs in one of these native contexts: the code it runs stands in contexts that lead up to it. */
function isOfFrame(graph: HeapGraph, module: number, frames: ReadonlySet<number>): boolean {
  if (frames.size === 0) return false;
  const { firstEdge, edgeTarget } = graph.columns;
  for (let edge = firstEdge[module]!; edge < firstEdge[module + 1]!; edge++) {
    let context = internalTarget(graph, edgeTarget[edge]!, 'context');
    while (context !== null && !frames.has(context)) context = internalTarget(graph, context, 'previous');
    if (context !== null) return true;
  }
  return false;
}

const SHARED_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether properties of this name lead to what all instances share. */
function isShared(name: string): boolean {
  return SHARED_NAMES.has(name);
}
