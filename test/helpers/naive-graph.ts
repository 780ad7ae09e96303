import type { Heap } from './random-heaps.js';
import { idOf } from './random-heaps.js';

/** Everything that `next` leads to from `start`, without going through `removed`. */
export function reach(start: Iterable<number>, next: (node: number) => Iterable<number>, removed = -1): Set<number> {
  const reached = new Set<number>();
  const queue = [...start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    if (node === removed || reached.has(node)) continue;
    reached.add(node);
    queue.push(...next(node));
  }
  return reached;
}

/** What non-weak edges reach from the shortcuts of the root. */
export function pageNodes({ nodes, root }: Heap): Set<number> {
  const seeds = nodes[root]!.edges.filter((edge) => edge.type === 'shortcut').map((edge) => edge.target);
  return reach(seeds, (node) => nodes[node]!.edges.filter((edge) => edge.type !== 'weak').map((edge) => edge.target));
}

/** Targets of the edges that count for dominators, by node; those that nothing leads to are the root's as well. */
export function essentialTargets(heap: Heap): number[][] {
  const { nodes, root } = heap;
  const page = pageNodes(heap);
  const targets = nodes.map((node, from) =>
    node.edges
      .filter((edge) => edge.type !== 'weak' && edge.target !== from && (edge.type !== 'shortcut' || from === root))
      .filter((edge) => edge.type !== 'internal' || !String(edge.name).endsWith(`(table @${node.id ?? idOf(from)})`))
      .map((edge) => edge.target)
      .filter((to) => from === root || page.has(from) || !page.has(to)),
  );
  const led = new Set(targets.flat());
  nodes.forEach((_, node) => {
    if (node !== root && !led.has(node)) targets[root]!.push(node);
  });
  return targets;
}

/** By node: the bytes that become unreachable without it. @param sizes by node */
export function naiveRetainedSizes(heap: Heap, sizes: ArrayLike<number>): number[] {
  const { nodes, root } = heap;
  const targets = essentialTargets(heap);
  const next = (node: number): number[] => targets[node]!;
  const reached = reach([root], next);
  const sum = (nodeSet: Iterable<number>): number => [...nodeSet].reduce((a, node) => a + sizes[node]!, 0);
  return nodes.map((_, node) => {
    if (node === root) return sum(nodes.keys());
    if (!reached.has(node)) return sizes[node]!;
    const left = reach([root], next, node);
    return sum([...reached].filter((other) => !left.has(other)));
  });
}
