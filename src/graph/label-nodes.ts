import type { GraphBase } from './base.js';

/** A number of 0 to 254 for each node, by its type and, for some types, its name. */
export interface NodeLabels {
  /** By type: whether its nodes are told apart by their names. */
  readonly isNamed: readonly boolean[];
  /** Asked once for each type, with any of its names, or for each name in a type where they matter. @param name index into strings */
  readonly of: (type: number, name: number) => number;
}

/** Uint8, length n. In plain script. */
export function labelNodes({ columns }: GraphBase, { isNamed, of }: NodeLabels): Uint8Array {
  const { nodeCount, nodeType, nodeName, strings } = columns;
  const label = new Uint8Array(nodeCount);
  /** By type, then by name or at 0: 1 + label, 0 unread. */
  const known = isNamed.map((named) => new Uint8Array(named ? strings.length : 1));
  const nameMatters = Uint8Array.from(isNamed, Number);
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    const name = nodeName[node]!;
    const table = known[type]!;
    const at = nameMatters[type] === 1 ? name : 0;
    if (table[at] === 0) table[at] = 1 + of(type, name);
    label[node] = table[at]! - 1;
  }
  return label;
}
