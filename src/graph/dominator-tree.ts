import type { Dominators } from './dominators.js';

/** The dominator tree from the top. */
export interface DominatorTree {
  /** Uint32, length n + 1: node i's children are dominated[firstDominated[i]] .. dominated[firstDominated[i + 1] - 1]. */
  readonly firstDominated: Uint32Array;
  /** Uint32, length n - 1: nodeIndex of each node but the root, those of one dominator ascending. */
  readonly dominated: Uint32Array;
}

export function buildDominatorTree(dominators: Dominators): DominatorTree {
  const { immediateDominator, visitOrder } = dominators;
  const n = immediateDominator.length;
  const root = visitOrder[0]!;
  const firstDominated = new Uint32Array(n + 1);
  for (let node = 0; node < n; node++) if (node !== root) firstDominated[immediateDominator[node]!]!++;
  let sum = 0;
  for (let node = 0; node <= n; node++) {
    sum += firstDominated[node]!;
    firstDominated[node] = sum;
  }
  const dominated = new Uint32Array(Math.max(0, n - 1));
  for (let node = n - 1; node >= 0; node--) {
    if (node !== root) dominated[--firstDominated[immediateDominator[node]!]!] = node;
  }
  return { firstDominated, dominated };
}

/**
 * The dominator tree by numbers, which are places in visitOrder counted from 1: Uint32, length at most n + 1, the number of each number's
 * dominator. Those that it is too short for have the root. Going through it in order is much faster than through immediateDominator.
 */
export function numberDominators(dominators: Dominators): Uint32Array {
  if (dominators.dominatorNumber) return dominators.dominatorNumber;
  const { immediateDominator, visitOrder } = dominators;
  const count = visitOrder.length;
  const numberOf = new Uint32Array(count);
  const numbers = new Uint32Array(count + 1);
  for (let i = 0; i < count; i++) {
    const node = visitOrder[i]!;
    numberOf[node] = i + 1;
    numbers[i + 1] = numberOf[immediateDominator[node]!]!;
  }
  return numbers;
}
