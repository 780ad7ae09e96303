import type { GraphBase } from './base.js';
import { DETACHED } from './detachedness.js';
import { groupPlainObjects, type PlainObjects } from './plain-objects.js';

/** What the classes of nodes are named after, before any name is decoded. */
export interface NamedNodes {
  /** Uint32, length n: the code of the node's type; for objects and native nodes, firstCode + the place of their name in `names`. */
  readonly code: Uint32Array;
  /** Uint32: string indices in the order first met, with DETACHED_BIT for native nodes that ended up detached. */
  readonly names: Uint32Array;
  readonly plainObjects: PlainObjects;
}

export const DETACHED_BIT = 0x8000_0000;

export interface NamingRules {
  /** Uint32, 256: by node type. */
  readonly codeOfType: Uint32Array;
  /** Above those. */
  readonly firstCode: number;
  /** Uint8, length n: see detachedness.ts; null where no native node is detached, or none is renamed for it. */
  readonly detachedness: Uint8Array | null;
}

/** @param code length n, to be filled */
export function nameNodes(
  base: GraphBase,
  { codeOfType, firstCode, detachedness }: NamingRules,
  code: Uint32Array,
): NamedNodes {
  const { nodeCount, nodeType, nodeName, strings } = base.columns;
  const { object, native } = base.nodeKinds;
  const names: number[] = [];
  /** By string: 1 + its place in names, 0 where it was not met. */
  const placeOf = new Uint32Array(strings.length);
  const placeOfDetached = detachedness && new Uint32Array(strings.length);
  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    if (type !== object && type !== native) {
      code[node] = codeOfType[type]!;
      continue;
    }
    const name = nodeName[node]!;
    const isDetached = detachedness !== null && type === native && detachedness[node] === DETACHED;
    const places = isDetached ? placeOfDetached! : placeOf;
    if (places[name] === 0) places[name] = names.push(isDetached ? name + DETACHED_BIT : name);
    code[node] = firstCode + places[name]! - 1;
  }
  return { code, names: Uint32Array.from(names), plainObjects: groupPlainObjects(base) };
}
