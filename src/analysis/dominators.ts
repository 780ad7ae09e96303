import { type Completeness, jointCompleteness } from './completeness.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { type DominatedGroup, DominatedGroups, type Members, type Omitted } from './dominated-groups.js';
import type { LoadedHeap } from './load-heap.js';
import type { SnapshotInfo } from './summary.js';
import { describeTarget, findTarget, type TargetInfo, topmost } from './target.js';

export type { DominatedGroup, Omitted } from './dominated-groups.js';

/** A line of the dominator tree: a node or several of one class, and a run of single children below it. */
export interface DominatorEntry extends DominatedGroup {
  /** The run: each is the only child of the one before, and retains nearly as much. `children` are below its last. */
  readonly run: readonly DominatedGroup[];
  /** How many steps are left out before the last of `run`. */
  readonly skipped: number;
  readonly children: readonly DominatorEntry[];
  /** Nodes directly below that are no children here: too small, over the limit, or too deep. */
  readonly omitted: Omitted;
}

/** The dominator tree from the root, or below some nodes, as far as it matters. */
export interface DominatorsResult extends Completeness {
  readonly type: 'dominators';
  readonly version: 1;
  readonly accounting: 'devtools';
  readonly snapshot: SnapshotInfo;
  /** Bytes that the root retains. */
  readonly totalSize: number;
  /** What was asked for; null: the root. */
  readonly target: TargetInfo | null;
  /** The limits that were applied. */
  readonly depth: number;
  readonly minSize: number;
  readonly limit: number;
  readonly roots: readonly DominatorEntry[];
  /** Of what was asked for. */
  readonly omitted: Omitted;
  /** Whether there were too many lines to go on. */
  readonly isCut: boolean;
  readonly warnings: readonly string[];
}

export interface DominatorsOptions {
  /** As findTarget reads it; undefined: the root. */
  readonly target?: string | undefined;
  /** Levels below the first; a run of single children is one. */
  readonly depth?: number | undefined;
  /** Bytes; what retains less is not shown. Default: 1 % of what the first level retains. */
  readonly minSize?: number | undefined;
  /** At most so many children each; 0: all. */
  readonly limit?: number | undefined;
}

export const DEFAULT_DEPTH = 6;
export const DEFAULT_CHILDREN = 10;
const DEFAULT_SHARE = 0.01;
/** A run goes on while what is passed over is at most so much of the parent; in a list, while it is below minSize. */
const RUN_SHARE = 0.1;
/** Steps of a run that are kept at its beginning; the last is kept too. */
const RUN_START = 4;
const MAX_ENTRIES = 5000;

/** @throws HeapstatError USAGE when the target matches nothing */
export function findDominators(graph: LoadedHeap, options: DominatorsOptions = {}): DominatorsResult {
  const { snapshot, warnings } = graph;
  const { target, depth = DEFAULT_DEPTH, limit = DEFAULT_CHILDREN } = options;
  const found = target === undefined ? null : findTarget(graph, target);
  const start = found === null ? Uint32Array.of(graph.rootIndex) : topmost(graph, found.nodes);
  const startSize = start.reduce((sum, node) => sum + graph.retainedSize[node]!, 0);
  const { minSize = Math.ceil(startSize * DEFAULT_SHARE) } = options;
  const tree = new TreeOfGroups(graph, { depth, limit, minSize });
  return {
    type: 'dominators',
    version: 1,
    accounting: 'devtools',
    ...jointCompleteness([snapshot]),
    snapshot,
    totalSize: graph.retainedSize[graph.rootIndex]!,
    target: found && describeTarget(graph, found),
    depth,
    minSize,
    limit,
    ...tree.grow(start),
    warnings,
  };
}

type Draft = { -readonly [Key in keyof DominatorEntry]: DominatorEntry[Key] } & { children: Draft[] };

/** An entry whose children are still to be found. */
interface Pending {
  readonly entry: Draft;
  readonly nodes: readonly number[];
  readonly level: number;
}

/** Grows level by level, so that what is cut off is the deepest. */
class TreeOfGroups {
  readonly #groups: DominatedGroups;
  readonly #depth: number;
  readonly #minSize: number;
  readonly #pending: Pending[] = [];
  #isCut = false;

  constructor(graph: HeapGraph, limits: { depth: number; limit: number; minSize: number }) {
    this.#groups = new DominatedGroups(graph, limits.minSize, limits.limit);
    this.#depth = limits.depth;
    this.#minSize = limits.minSize;
  }

  grow(start: Uint32Array): Pick<DominatorsResult, 'roots' | 'omitted' | 'isCut'> {
    const { shown, omitted } = this.#groups.of(start);
    const roots = shown.map((members) => this.#add(members, 0));
    // The list grows while it is gone through.
    for (let i = 0; i < this.#pending.length; i++) this.#expand(this.#pending[i]!);
    return { roots, omitted, isCut: this.#isCut };
  }

  #add({ group, nodes }: Members, level: number): Draft {
    const entry: Draft = { ...group, run: [], skipped: 0, children: [], omitted: { count: 0, retainedSize: 0 } };
    this.#pending.push({ entry, nodes, level });
    return entry;
  }

  #expand({ entry, nodes, level }: Pending): void {
    const run: DominatedGroup[] = [];
    let steps = 0;
    let { retainedSize: size, constructor } = entry;
    let below = this.#groups.below(nodes);
    while (below.shown.length === 1) {
      const only = below.shown[0]!;
      const besides = size - only.group.retainedSize;
      const isAlike = only.group.constructor === constructor && besides < this.#minSize;
      if (besides > size * RUN_SHARE && !isAlike) break;
      if (run.length > RUN_START) run.pop();
      run.push(only.group);
      steps++;
      ({ retainedSize: size, constructor } = only.group);
      below = this.#groups.below(only.nodes);
    }
    entry.run = run;
    entry.skipped = steps - run.length;
    const isFull = this.#pending.length + below.shown.length > MAX_ENTRIES;
    if (isFull) this.#isCut = true;
    if (isFull || level >= this.#depth) {
      entry.omitted = {
        count: below.shown.reduce((sum, { group }) => sum + group.count, below.omitted.count),
        retainedSize: below.shown.reduce((sum, { group }) => sum + group.retainedSize, below.omitted.retainedSize),
      };
      return;
    }
    entry.omitted = below.omitted;
    entry.children = below.shown.map((members) => this.#add(members, level + 1));
  }
}
