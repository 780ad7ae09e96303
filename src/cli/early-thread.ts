import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { startTallyEarly } from '../snapshot/kernel/two-threads.js';

/** A file of this size has enough nodes for two threads, unless it is packed. */
const LARGE = 400_000_000;
/** With the heap graph, nodes are not just added up. */
const OF_GRAPH = /^(-r|--retained|--by)/;

/**
 * A summary of a large file takes two threads, and the second is ready later than the program that is still to be loaded: it is started
 * before. What the arguments mean is not known yet, so this is a guess; a wrong one costs the other core a little.
 */
export function startThreadEarly(args: readonly string[]): void {
  if (availableParallelism() < 2 || args.some((arg) => OF_GRAPH.test(arg))) return;
  if (args.filter(isLargeFile).length === 1) startTallyEarly();
}

function isLargeFile(path: string): boolean {
  try {
    return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) >= LARGE;
  } catch {
    // Whoever opens it will say what is wrong with it.
    return false;
  }
}
