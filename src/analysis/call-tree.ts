import type { HeapProfiler, Profiler } from 'node:inspector';
import { placeOf } from './allocation-sites.js';

/** Functions by who called them; self and total in whatever the tree is of. */
export interface CallTree {
  readonly function: string;
  /** `file:line`, from 1; empty for what is V8's own. */
  readonly place: string;
  readonly self: number;
  /** With all that it called. */
  readonly total: number;
  /** The largest first; without those below LEAST_SHARE of the whole. */
  readonly children: readonly CallTree[];
}

/** Of the whole: what is less is not told. */
const LEAST_SHARE = 0.002;

/** A node of whatever V8's profilers give. */
interface Frame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface Building extends CallTree {
  self: number;
  total: number;
  children: Building[];
}

/**
 * Milliseconds by function: V8 tells at which node it was at each sample. Time in which nothing ran is left out.
 * @param leftOut URL of a script whose calls, and all below them, do not count
 */
export function cpuTree({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, leftOut: string): CallTree {
  const selves = new Map<number, number>();
  samples.forEach((id, i) => selves.set(id, (selves.get(id) ?? 0) + (timeDeltas[i] ?? 0) / 1000));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const root = nodes[0]!;
  return grow(
    root,
    ({ callFrame }) => callFrame,
    ({ id, callFrame }) => (callFrame.functionName === '(idle)' ? 0 : (selves.get(id) ?? 0)),
    ({ children = [] }) => children.map((id) => byId.get(id)!),
    leftOut,
  );
}

/** Bytes by function. @param leftOut as above */
export function allocationTree({ head }: HeapProfiler.SamplingHeapProfile, leftOut: string): CallTree {
  return grow(
    head,
    ({ callFrame }) => callFrame,
    ({ selfSize }) => selfSize,
    ({ children }) => children,
    leftOut,
  );
}

/** With a stack of its own: recursive functions make deep trees. */
function grow<Node>(
  root: Node,
  frameOf: (node: Node) => Frame,
  selfOf: (node: Node) => number,
  childrenOf: (node: Node) => readonly Node[],
  leftOut: string,
): CallTree {
  const make = (node: Node): Building => {
    const frame = frameOf(node);
    const self = selfOf(node);
    return {
      function: frame.functionName || '(anonymous)',
      place: placeOf(frame),
      self,
      total: self,
      children: [],
    };
  };
  const top = make(root);
  // Parents stand before their children.
  const order: { readonly node: Node; readonly tree: Building; readonly parent: Building | null }[] = [
    { node: root, tree: top, parent: null },
  ];
  for (let i = 0; i < order.length; i++) {
    const { node, tree } = order[i]!;
    for (const child of childrenOf(node))
      if (frameOf(child).url !== leftOut) order.push({ node: child, tree: make(child), parent: tree });
  }
  for (let i = order.length - 1; i > 0; i--) order[i]!.parent!.total += order[i]!.tree.total;
  const least = top.total * LEAST_SHARE;
  for (const { tree, parent } of order) if (parent && tree.total > 0 && tree.total >= least) parent.children.push(tree);
  for (const { tree } of order) tree.children.sort((a, b) => b.total - a.total);
  return top;
}
