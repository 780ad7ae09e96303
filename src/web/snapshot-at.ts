import type { LooksResult } from '../analysis/looks.js';

/** When the latest snapshot was taken, milliseconds since 1970: whose objects are walked through. 0: there is none. */
export function snapshotAt(looks: LooksResult | null): number {
  return looks?.looks.findLast(({ kind }) => kind === 'snapshot')?.at ?? 0;
}
