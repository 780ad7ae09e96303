import type { SnapshotSource } from '../snapshot/source.js';
import { formatCount } from '../util/bytes.js';

/** How the objects of two snapshots are told to be the same. */
export const MATCH_MODES = ['auto', 'id', 'class'] as const;
export type MatchMode = (typeof MATCH_MODES)[number];

export interface Match {
  /** id: object by object; class: only the sums of each class are compared. */
  readonly mode: Exclude<MatchMode, 'auto'>;
  /** Of the ids that both snapshots have, the part (0 to 1) that means the same type and name in both; null: not measured. */
  readonly agreement: number | null;
  /** One line for people. */
  readonly reason: string;
}

/** What was found of the ids of two snapshots. */
export interface IdEvidence {
  /** Ids that both have. */
  readonly shared: number;
  /** Nodes of the smaller one. */
  readonly nodes: number;
  /** Of the shared ids, a sample, by id: a hash of type and name. */
  readonly before: ReadonlyMap<number, number>;
  readonly after: ReadonlyMap<number, number>;
}

/**
 * Snapshots of one process agree on 99.99 % of the shared ids (Node 20, Chrome 156); of two processes on 2 to 27 % (Node), and
 * on up to 88 % where both start alike (Chrome).
 */
const LEAST_AGREEMENT = 0.98;
/** Below this the snapshots have next to no objects in common: Bun numbers them anew for each. */
const LEAST_SHARED = 0.1;
/** Real heaps have tens of thousands of objects. In fewer than this a few odd ones would decide; they are taken at their word. */
const LEAST_NODES = 1000;

/** Decides how to compare. part: not asked for, and a snapshot is not whole. */
export function decideMatch(wanted: MatchMode | 'part', evidence: IdEvidence): Match {
  if (wanted === 'part')
    return {
      mode: 'class',
      agreement: null,
      reason: 'of a cut file it cannot be told what is deleted, or what was lost',
    };
  if (wanted === 'class') return { mode: 'class', agreement: null, reason: 'as asked' };
  const { shared, nodes } = evidence;
  const { compared, equal } = countAgreement(evidence);
  const agreement = compared === 0 ? null : equal / compared;
  if (nodes < LEAST_NODES && wanted === 'auto')
    return {
      mode: 'id',
      agreement,
      reason: `${formatCount(nodes)} objects are too few to tell whether the ids mean the same`,
    };
  const isOfOneProcess = agreement !== null && agreement >= LEAST_AGREEMENT && shared >= LEAST_SHARED * nodes;
  const finding =
    agreement === null || shared < LEAST_SHARED * nodes
      ? `only ${formatCount(shared)} of ${formatCount(nodes)} ids stand in both snapshots`
      : `${percent(agreement)} of the shared ids have the same type and name in both`;
  const mode = wanted === 'id' || isOfOneProcess ? 'id' : 'class';
  const conclusion = isOfOneProcess ? 'the snapshots are of one process' : 'the ids mean nothing here';
  return { mode, agreement, reason: `${wanted === 'id' ? 'as asked; ' : ''}${finding}: ${conclusion}` };
}

/** What to warn of two inputs that are one. */
export function sameFileWarnings(before: SnapshotSource, after: SnapshotSource): string[] {
  if (before.identity === undefined || before.identity !== after.identity) return [];
  const names = before.name === after.name ? before.name : `${before.name} and ${after.name}`;
  return [`before and after are the same file (${names}): nothing can have changed`];
}

/** What to warn of: a comparison by id, as asked, of snapshots whose ids mean nothing. */
export function matchWarnings(match: Match): string[] {
  if (match.mode === 'class' || !match.reason.endsWith('mean nothing here')) return [];
  return [`matched by id ${match.reason}; new and deleted objects are not to be believed (--match class is right)`];
}

function countAgreement({ before, after }: IdEvidence): { compared: number; equal: number } {
  let compared = 0;
  let equal = 0;
  for (const [id, hash] of before) {
    const other = after.get(id);
    if (other === undefined) continue;
    compared++;
    if (other === hash) equal++;
  }
  return { compared, equal };
}

/** Rounded down: 99.99 % is not all of them. */
function percent(part: number): string {
  return `${(Math.floor(part * 1000) / 10).toFixed(1)}%`;
}
