import { constructorName } from '../graph/constructor-name.js';
import { LOST_NAME } from '../snapshot/node-rows.js';
import type { ReadReport } from '../snapshot/read.js';

/** Fields that only a result of a cut file has, of which a part was read. */
export interface Completeness {
  readonly complete?: false;
  /** Nodes that were read. */
  readonly readNodes?: number;
  /** Nodes that the header declares; null where it does not. */
  readonly declaredNodes?: number | null;
}

/** Of one snapshot, by what reading it told. */
export function completenessOf({ cut, nodeRecords, schema }: ReadReport): Completeness {
  if (cut === null) return {};
  return { complete: false, readNodes: nodeRecords, declaredNodes: schema.declaredNodeCount || null };
}

/** The class of nodes of a type and name, where names may be lost: types are told apart all the same. */
export function salvagedClass(type: string, name: string): string {
  return type === 'native' && name === LOST_NAME ? `${LOST_NAME} native` : constructorName(type, name);
}

/** Of a result that rests on several snapshots: the cut ones, added up. */
export function jointCompleteness(snapshots: readonly Completeness[]): Completeness {
  const cut = snapshots.filter(({ complete }) => complete === false);
  if (cut.length === 0) return {};
  const declared = cut.map(({ declaredNodes }) => declaredNodes ?? null);
  return {
    complete: false,
    readNodes: cut.reduce((sum, { readNodes = 0 }) => sum + readNodes, 0),
    declaredNodes: declared.includes(null) ? null : declared.reduce<number>((sum, nodes) => sum + (nodes ?? 0), 0),
  };
}
