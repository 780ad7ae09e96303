import type { HeapGraph } from '../graph/heap-graph.js';
import { placeOfPairEdge } from '../graph/weak-map-pairs.js';
import { type Ignored, NONE, PROGRAM, UNREACHED } from './holder-tree.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { type Naming, TIMER_CLASSES } from './naming.js';
import { FOLDED, MODULE, plainClassName, SYSTEM } from './visibility.js';

/** Instances that are looked at: enough to tell what holds half of them. */
const SAMPLE = 1000;

/** How far above their own holders to look for one that they have in common. */
const MOST_STEPS = 3;

/**
 * What else than the way in the tree holds at least half of the nodes, from outside of them, by visible objects; the
 * nearest first, of these the most frequent. counts are of the sample, scaled to all.
 */
export function otherHolders(
  naming: Naming,
  nodes: Uint32Array,
  ignored?: Ignored,
): { holder: LeakHolder; count: number }[] {
  const { graph, tree } = naming;
  const { retainerNode, retainerEdge, firstRetainer } = graph.retainers;
  const { edgeType, nodeType } = graph.columns;
  const { weak, shortcut } = graph.edgeKinds;
  const isBelow = belowAny(naming, nodes);
  const step = Math.max(1, Math.floor(nodes.length / SAMPLE));
  const sample = nodes.filter((_, i) => i % step === 0);
  const ownersOf: Set<number>[] = [];
  const timersList = timersLists(graph);
  for (const node of sample) {
    const onTheWay = visibleOwner(naming, tree.parent[node]!);
    const owners = new Set<number>();
    for (let i = firstRetainer[node]!; i < firstRetainer[node + 1]!; i++) {
      const edge = retainerEdge[i]!;
      const source = retainerNode[i]!;
      const kind = edgeType[edge]!;
      if (kind === weak || kind === shortcut || tree.region[source] === UNREACHED || tree.roles.role[source] === SYSTEM)
        continue;
      if (ignored?.isEdge(edge, source)) continue;
      const pair = placeOfPairEdge(graph.weakMapPairs, edge);
      if (pair >= 0 && graph.weakMapPairs.isFromTable[pair] === 1) continue;
      const owner = visibleOwner(naming, source);
      if (owner === NONE || owner === onTheWay || isBelow(owner)) continue;
      if (nodeType[owner] !== graph.nodeKinds.synthetic) owners.add(owner);
    }
    const isInItsList = onTheWay !== NONE && TIMER_CLASSES.has(plainClassName(graph, onTheWay));
    if (!isInItsList && timersList(node) !== NONE) owners.add(timersList(node));
    ownersOf.push(owners);
  }
  return commonHolders(naming, sample, ownersOf).map(([owner, count]) => ({
    holder: nameHolder(naming, owner),
    count: Math.round((count * nodes.length) / sample.length),
  }));
}

/**
 * Tells in which of Node's lists a timer waits; NONE for all else. There one timer holds the next, and none is held from
 * outside but the first.
 */
function timersLists(graph: HeapGraph): (node: number) => number {
  const is = (node: number, className: string): boolean => node !== NONE && plainClassName(graph, node) === className;
  const listOf = new Map<number, number>();
  return (timer) => {
    const passed: number[] = [];
    let at = timer;
    for (; is(at, 'Timeout') && !listOf.has(at); at = propertyTarget(graph, at, '_idlePrev')) {
      listOf.set(at, NONE);
      passed.push(at);
    }
    const list = is(at, 'TimersList') ? at : (listOf.get(at) ?? NONE);
    for (const each of passed) listOf.set(each, list);
    return list;
  };
}

/** What an object has in a property of its own; NONE where it has none of the name. */
function propertyTarget(graph: HeapGraph, node: number, name: string): number {
  const { firstEdge, edgeTarget, edgeType, edgeName, strings } = graph.columns;
  for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
    if (edgeType[edge] === graph.edgeKinds.property && strings.get(edgeName[edge]!) === name) return edgeTarget[edge]!;
  }
  return NONE;
}

/** Those that at least half of the nodes have in common, or else what is common above them: a list each, in one Map. */
function commonHolders(
  naming: Naming,
  nodes: Uint32Array,
  ownersOf: readonly ReadonlySet<number>[],
): [holder: number, count: number][] {
  const isOnAWay = aboveAny(naming, nodes);
  const found = new Map<number, number>();
  let level = ownersOf;
  for (let step = 0; step <= MOST_STEPS; step++) {
    const counts = new Map<number, number>();
    for (const owners of level) for (const owner of owners) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const common = [...counts].filter(([, count]) => count >= 0.5 * nodes.length);
    for (const [owner, count] of common.toSorted((a, b) => b[1] - a[1])) found.set(owner, count);
    const above = new Map([...counts.keys()].map((owner) => [owner, ownerAbove(naming, owner)]));
    level = level.map((owners) => {
      const holders = [...owners].filter((owner) => !found.has(owner)).map((owner) => above.get(owner)!);
      return new Set(holders.filter((holder) => holder !== NONE && !found.has(holder) && isOnAWay[holder] === 0));
    });
  }
  return [...found];
}

/** The visible object that holds another one; NONE for what belongs to no object of the program: globals, modules and roots. */
function ownerAbove(naming: Naming, node: number): number {
  const { tree } = naming;
  const owner = tree.region[node] === PROGRAM ? visibleOwner(naming, tree.parent[node]!) : NONE;
  return owner === NONE || tree.parent[owner] === NONE || tree.roles.role[owner] === MODULE ? NONE : owner;
}

/** Uint8, by nodeIndex: 1 for what is above one of the nodes in the tree. */
function aboveAny({ graph, tree }: Naming, nodes: Uint32Array): Uint8Array {
  const isAbove = new Uint8Array(graph.nodeCount);
  for (const node of nodes)
    for (let at = tree.parent[node]!; at !== NONE && isAbove[at] === 0; at = tree.parent[at]!) isAbove[at] = 1;
  return isAbove;
}

/** Tells whether a node is among these, or the tree holds it below one of them. */
function belowAny({ graph, tree }: Naming, nodes: Uint32Array): (node: number) => boolean {
  /** By nodeIndex: 1 where it is so, 2 where not, 0 unknown. */
  const known = new Uint8Array(graph.nodeCount);
  for (const node of nodes) known[node] = 1;
  return (node) => {
    let top = node;
    while (top !== NONE && known[top] === 0) top = tree.parent[top]!;
    const answer = top === NONE ? 2 : known[top]!;
    for (let at = node; at !== top; at = tree.parent[at]!) known[at] = answer;
    return answer === 1;
  };
}

/** The node itself where people can see it, else the nearest one above that they can; NONE where there is none. */
function visibleOwner({ tree }: Naming, node: number): number {
  let at = node;
  while (at !== NONE && (tree.roles.role[at] === FOLDED || tree.roles.role[at] === SYSTEM)) at = tree.parent[at]!;
  return at;
}
