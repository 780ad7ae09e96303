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
  const { nodeCount, shallowSize, classKeys, nodeKinds } = graph;
  const { nodeType } = graph.columns;
  const { keys, keyIndex } = classKeys;
  const { object, native } = nodeKinds;
  /** By class key: 1 when nodes have it by their own name, 2 when by DevTools' name for their type, 3 both. */
  const origin = new Uint8Array(keys.length);
  let wrappedSizes = 0;
  for (let node = 0; node < nodeCount; node++) {
    const size = shallowSize[node]!;
    if (size === 0) continue;
    const type = nodeType[node]!;
    origin[keyIndex[node]!]! |= type === object || type === native ? 1 : 2;
    if (size > 0xffff_ffff) wrappedSizes++;
  }
  return { lostRows: keys.filter((_, key) => origin[key] === 3).map(({ name }) => name), wrappedSizes };
}
