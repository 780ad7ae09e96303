import type { HeapGraph } from '../graph/heap-graph.js';

/** What Chrome DevTools gets wrong on a snapshot. */
export interface DevToolsDifferences {
  /**
   * Constructors of which DevTools loses objects: objects of the file are named like one of its own names (an object named
   * `Function`), and of the rows of equal names it shows the last.
   */
  readonly lostRows: readonly string[];
  /** Nodes whose size DevTools takes modulo 2^32. */
  readonly wrappedSizes: number;
}

export function findDevToolsDifferences(graph: HeapGraph): DevToolsDifferences {
  return {
    lostRows: graph.classes.hasSharedNames ? findLostRows(graph) : [],
    wrappedSizes: graph.totalSize > 0xffff_ffff ? countWrappedSizes(graph) : 0,
  };
}

function findLostRows(graph: HeapGraph): string[] {
  const { nodeCount, shallowSize, classKeys, nodeKinds } = graph;
  const { nodeType } = graph.columns;
  const { keys, keyIndex } = classKeys;
  const { object, native } = nodeKinds;
  /** By class key: 1 when nodes have it by their own name, 2 when by DevTools' name for their type, 3 both. */
  const origin = new Uint8Array(keys.length);
  for (let node = 0; node < nodeCount; node++) {
    if (shallowSize[node] === 0) continue;
    const type = nodeType[node]!;
    origin[keyIndex[node]!]! |= type === object || type === native ? 1 : 2;
  }
  return keys.filter((_, key) => origin[key] === 3).map(({ name }) => name);
}

function countWrappedSizes({ nodeCount, shallowSize }: HeapGraph): number {
  let count = 0;
  for (let node = 0; node < nodeCount; node++) if (shallowSize[node]! > 0xffff_ffff) count++;
  return count;
}
