import * as fc from 'fast-check';
import { EDGE_TYPES, type MadeEdge, type MadeNode, NODE_TYPES } from './make-columns.js';

export interface Heap {
  readonly nodes: readonly MadeNode[];
  readonly root: number;
}

/**
 * Small heaps with all kinds of nodes and edges, islands, self edges, WeakMap pairs, several roots; the root is anywhere.
 * @param edgeName the name for a number from 0 to 5.
 */
export function randomHeaps(nodeNames: readonly string[], edgeName: (name: number) => string): fc.Arbitrary<Heap> {
  const named = ({ type, name, target }: { type: MadeEdge['type']; name: number; target: number }): MadeEdge => {
    if (type === 'element' || type === 'hidden') return { type, target, name };
    return { type, target, name: name > 5 ? pairName(name - 6) : edgeName(name) };
  };
  return fc
    .record({ size: fc.integer({ min: 2, max: 14 }), density: fc.integer({ min: 1, max: 4 }) })
    .chain(({ size, density }) => {
      const edge = fc.record({
        type: fc.constantFrom(...EDGE_TYPES, 'property' as const, 'internal' as const),
        name: fc.integer({ min: 0, max: 9 }),
        target: fc.nat({ max: size - 1 }),
      });
      const node = fc.record({
        type: fc.constantFrom(...NODE_TYPES, 'object' as const, 'array' as const),
        name: fc.constantFrom(...nodeNames),
        size: fc.nat({ max: 100 }),
        edges: fc.array(edge, { maxLength: density }),
      });
      return fc.record({
        nodes: fc.array(node, { minLength: size, maxLength: size }),
        root: fc.nat({ max: size - 1 }),
      });
    })
    .map(({ nodes, root }) => ({
      root,
      nodes: nodes.map((node, i) => ({
        ...node,
        ...(i === root ? { type: 'synthetic' as const } : {}),
        edges: node.edges.map(named),
      })),
    }));
}

/** The name of a WeakMap pair whose table is node 0, 1, 2 or 3. */
function pairName(table: number): string {
  return `${table} / part of key (K @1) -> value (V @1) pair in WeakMap (table @${idOf(table)})`;
}

/** The id that a node has unless it is given one. */
export function idOf(node: number): number {
  return 2 * node + 1;
}
