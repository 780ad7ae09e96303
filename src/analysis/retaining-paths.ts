import { type Completeness, jointCompleteness } from './completeness.js';
import { formatBytes, formatCount } from '../util/bytes.js';
import { type Ignored, buildHolderTree, type HolderTree, nodesOnWays, NONE, UNREACHED } from './holder-tree.js';
import { type HopKind, hopTo } from './hop-names.js';
import { parseIgnored } from './ignored-edges.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { type Naming } from './naming.js';
import { holderText } from './leak-sentence.js';
import type { LoadedHeap } from './load-heap.js';
import { otherHolders } from './other-holders.js';
import { buildPathTree, type PathGroup, type PathTree } from './path-tree.js';
import { findCut, type CutResult } from './smallest-cut.js';
import { type NamedPlace, type PlaceSources, SourcePlaces } from './source-places.js';
import type { SnapshotInfo } from './summary.js';
import { describeTarget, findTarget, topmost } from './target.js';
import { MODULE, plainClassName, VISIBLE } from './visibility.js';
import { whatIfCut, type WhatIfResult } from './what-if.js';

/** A line of the tree of retaining paths: objects that are held in the same way. */
export interface PathEntry {
  /** The class; a function's name with `()`. */
  readonly constructor: string;
  /** The property or variable by which the line above holds them; null for a root, and for elements of which there are many. */
  readonly edge: string | null;
  readonly kind: HopKind;
  /** How many of the targets are held through here. */
  readonly count: number;
  /** Bytes that these retain. */
  readonly retainedSize: number;
  /** How many objects the line stands for. */
  readonly objects: number;
  /** How many of these are targets. */
  readonly targets: number;
  /** Of a chain: how many links lead from one of these objects to the next. */
  readonly links: number;
  /** V8's id where the line is one object. */
  readonly nodeId: number | null;
  /** Where the function or the constructor stands. */
  readonly location: NamedPlace | null;
  readonly children: readonly PathEntry[];
}

/** One of the holders of the targets. */
export interface TargetHolder {
  readonly holder: LeakHolder;
  /** How many of the targets it holds. */
  readonly count: number;
}

export interface WhyResult extends Completeness {
  readonly type: 'why';
  readonly version: 1;
  readonly snapshot: SnapshotInfo;
  /** Bytes of the heap: the root's retained size. */
  readonly totalSize: number;
  readonly target: {
    /** As asked for; before an `@id` the class. */
    readonly constructor: string;
    readonly count: number;
    readonly shallowSize: number;
    /** Bytes that go when all of them go. */
    readonly retainedSize: number;
  };
  /** A sentence: how many are held by what. */
  readonly answer: string;
  /** What holds most of them, largest share first; one way each, the shortest. */
  readonly holders: readonly TargetHolder[];
  /** What holds them as well, by other ways: cutting the holders above is not enough. */
  readonly alsoHeldBy: readonly TargetHolder[];
  /** The root; below it the merged ways to all targets. */
  readonly tree: PathEntry;
  /** Targets that nothing holds (once what is ignored is left out). */
  readonly unheld: { readonly count: number; readonly retainedSize: number };
  /** As given. */
  readonly ignored: readonly string[];
  readonly cut: CutResult | null;
  readonly whatIf: WhatIfResult | null;
  readonly warnings: readonly string[];
}

export interface WhyOptions extends PlaceSources {
  /** Every hop, V8's own included. */
  readonly raw?: boolean | undefined;
  /** Edges and nodes to leave out: `@id`, `@id.edge`, `Class`, `Class.edge`, `.edge`. */
  readonly ignore?: readonly string[] | undefined;
  /** Also find the smallest set of edges that frees the targets. */
  readonly cut?: boolean | undefined;
  /** `@id.edge`: also tell what goes when that edge is cut. */
  readonly whatIf?: string | undefined;
  readonly base?: string | undefined;
  /** The heap's tree of holders, where one is at hand; not used with `ignore`. */
  readonly tree?: HolderTree | undefined;
  /** The heap's places, where they are at hand; instead of `mapPlace` and `readScript`. */
  readonly places?: SourcePlaces | undefined;
}

/** Holders that are told. */
const MOST_HOLDERS = 5;

/**
 * Why objects are still there: the shortest way from the program's roots to each target, merged into one tree.
 * @param target see findTarget
 * @throws HeapstatError USAGE where the target or what is ignored matches nothing
 */
export function findRetainingPaths(heap: LoadedHeap, target: string, options: WhyOptions = {}): WhyResult {
  const found = findTarget(heap, target);
  const { count, shallowSize, retainedSize } = describeTarget(heap, found);
  const { ignore = [], raw = false, base = '' } = options;
  const name = found.text.startsWith('@') ? `${plainClassName(heap, found.nodes[0]!)} ${found.text}` : found.text;
  const ignored: Ignored | undefined = ignore.length === 0 ? undefined : parseIgnored(heap, ignore);
  const tree = ignored === undefined && options.tree ? options.tree : buildHolderTree(heap, { ignored });
  const naming = { graph: heap, tree, places: options.places ?? new SourcePlaces(heap, options) };
  const tops = new Set(topmost(heap, found.nodes));
  const sizeOf = (node: number): number => (tops.has(node) ? heap.retainedSize[node]! : 0);
  const merged = buildPathTree(heap, tree, found.nodes, sizeOf, raw);
  const holders = raw
    ? mainHolders(naming, buildPathTree(heap, tree, found.nodes, sizeOf), found.nodes)
    : mainHolders(naming, merged, found.nodes);
  const known = new Set(holders.map(({ holder }) => holder.nodeId));
  const alsoHeldBy = otherHolders(naming, found.nodes, ignored)
    .filter(({ holder }) => !known.has(holder.nodeId))
    .slice(0, MOST_HOLDERS);
  const unheld = {
    count: merged.unheld.length,
    retainedSize: merged.unheld.reduce((sum, node) => sum + sizeOf(node), 0),
  };
  return {
    type: 'why',
    version: 1,
    ...jointCompleteness([heap.snapshot]),
    snapshot: heap.snapshot,
    totalSize: heap.retainedSize[heap.rootIndex]!,
    target: { constructor: name, count, shallowSize, retainedSize },
    answer: answerText(
      name,
      count,
      retainedSize,
      holders,
      unheld.count,
      ignore,
      base,
      ownPlace(naming, found.nodes, base),
    ),
    holders,
    alsoHeldBy,
    tree: toEntries(naming, merged, count, retainedSize),
    unheld,
    ignored: ignore,
    cut: options.cut ? findCut(naming, found.nodes) : null,
    whatIf: options.whatIf === undefined ? null : whatIfCut(naming, options.whatIf),
    warnings: heap.warnings,
  };
}

/**
 * The object nearest to the targets through which the most of them are held, for each branch: from the roots down, past
 * every object that is alone in its place.
 */
function mainHolders(naming: Naming, { groups }: PathTree, targets: Uint32Array): TargetHolder[] {
  const { tree, graph } = naming;
  const isSingle = new Uint8Array(graph.nodeCount);
  const isTarget = new Uint8Array(graph.nodeCount);
  for (const group of groups) if (group.members === 1) isSingle[group.example] = 1;
  for (const target of targets) {
    isSingle[target] = 0;
    isTarget[target] = 1;
  }
  /** By nodeIndex: the nearest such object above, and the visible object below it on the way; NONE where there is none. */
  const nearest = new Int32Array(graph.nodeCount).fill(NONE);
  const branch = new Int32Array(graph.nodeCount).fill(NONE);
  for (const node of nodesOnWays(tree, targets)) {
    const above = tree.parent[node]!;
    if (above === NONE) continue;
    nearest[node] = isSingle[above] === 1 ? above : nearest[above]!;
    // What runs a module is no way out of it.
    const isVisible = tree.roles.role[node] === VISIBLE && tree.roles.role[above] !== MODULE;
    const inherited = isSingle[above] === 1 ? NONE : branch[above]!;
    branch[node] = inherited === NONE && isVisible ? node : inherited;
  }
  const counts = new Map<number, number>();
  const branches = new Map<number, Set<number>>();
  for (const target of targets) {
    if (tree.region[target] === UNREACHED) continue;
    // Nothing above it: the target itself is what a root holds.
    const holder = nearest[target] === NONE ? target : nearest[target]!;
    counts.set(holder, (counts.get(holder) ?? 0) + 1);
    const ways = branches.get(holder) ?? new Set();
    branches.set(holder, ways);
    // One is all that is asked for: more only have to be known as more.
    if (ways.size < 2) ways.add(branch[target]!);
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, MOST_HOLDERS)
    .map(([holder, count]) => {
      // A chain of targets, or all that one global or variable holds, is told by where it begins.
      const [only, more] = branches.get(holder)!;
      const tellsMore = only !== undefined && only !== NONE && more === undefined;
      const begins = tellsMore && count > 1 && (tree.parent[holder] === NONE || isTarget[only] === 1);
      return { holder: nameHolder(naming, begins ? only : holder), count };
    });
}

function toEntries(naming: Naming, { groups }: PathTree, count: number, retainedSize: number): PathEntry {
  const { graph, places } = naming;
  type Draft = PathEntry & { readonly children: PathEntry[] };
  const entries: Draft[] = groups.map((group) => ({
    constructor: group.constructor,
    edge: edgeOf(naming, group),
    kind: group.kind,
    count: group.count,
    retainedSize: group.retainedSize,
    objects: group.members,
    targets: group.targets,
    links: group.links,
    nodeId: group.members === 1 ? graph.columns.nodeId[group.example]! : null,
    location: places.of(group.example),
    children: [],
  }));
  const roots: PathEntry[] = [];
  groups.forEach(({ parent }, i) => (parent < 0 ? roots : entries[parent]!.children).push(entries[i]!));
  for (const list of [roots, ...entries.map(({ children }) => children)])
    list.sort((a, b) => b.count - a.count || b.retainedSize - a.retainedSize);
  return {
    constructor: '(root)',
    edge: null,
    kind: 'root',
    count,
    retainedSize,
    objects: 1,
    targets: 0,
    links: 0,
    nodeId: graph.columns.nodeId[graph.rootIndex]!,
    location: null,
    children: roots,
  };
}

function edgeOf({ graph, tree }: Naming, group: PathGroup): string | null {
  if (group.kind === 'root') return null;
  if (group.kind !== 'element' && group.kind !== 'entry') return group.name;
  return group.members === 1 ? hopTo(graph, tree, group.example).name || null : null;
}

/** What a single object is, where that says more than its holder: a root, or a place (`held as "entries" of ResponseCache`); else null. */
function ownPlace(naming: Naming, nodes: Uint32Array, base: string): string | null {
  const { graph, tree } = naming;
  const [node] = nodes;
  if (nodes.length !== 1 || node === undefined) return null;
  if (node === graph.rootIndex) return 'the root of the heap, from which all else is reached';
  if (graph.columns.nodeType[node] === graph.nodeKinds.synthetic) return "one of V8's own roots";
  if (tree.region[node] === UNREACHED) return null;
  const { kind } = hopTo(graph, tree, node);
  if (kind !== 'property' && kind !== 'variable') return null;
  const holder = nameHolder(naming, node);
  const text = holderText(holder, base);
  if (!text.startsWith(holder.container)) return null;
  return `held as ${text.slice(holder.container.length).replace(/^[ ,]+/, '')}`;
}

function answerText(
  text: string,
  count: number,
  retainedSize: number,
  holders: readonly TargetHolder[],
  unheld: number,
  ignored: readonly string[],
  base: string,
  self: string | null,
): string {
  const what = `${count === 1 && text.includes(' @') ? '' : `${formatCount(count)} `}${text} (${formatBytes(retainedSize)})`;
  const without = ignored.length === 0 ? '' : ` without ${ignored.join(', ')}`;
  if (unheld === count) return `${what}: nothing holds ${count === 1 ? 'it' : 'them'}${without}.`;
  const rest = unheld === 0 ? '' : `; nothing holds ${formatCount(unheld)} of them${without}`;
  if (self !== null) return `${what} is ${self}.`;
  // Objects that are told in the same words are one place to a person: the lists of timers by duration.
  const counts = new Map<string, number>();
  for (const each of holders) {
    const words = holderText(each.holder, base);
    counts.set(words, (counts.get(words) ?? 0) + each.count);
  }
  const [first] = counts;
  if (first?.[1] === count) return `${what} ${count === 1 ? 'is' : 'are'} held by ${first[0]}.`;
  const told = [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, 3);
  const parts = told.map(([words, held]) => `${formatCount(held)} by ${words}`);
  const others = count - unheld - told.reduce((sum, [, held]) => sum + held, 0);
  const more = others > 0 ? `; ${formatCount(others)} elsewhere` : '';
  return `${what} ${count === 1 ? 'is' : 'are'} held in ${told.length === 1 ? 'one place' : 'several places'}: ${parts.join('; ')}${more}${rest}.`;
}
