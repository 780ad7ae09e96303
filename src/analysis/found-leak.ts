import type { GrowthGroup } from './growth-groups.js';
import type { LeakHolder } from './leak-holder.js';

/** What a suspect is made of, before it is put into words. */
export interface FoundLeak {
  readonly constructor: string;
  /** The group of that class. */
  readonly group: GrowthGroup;
  /** nodeIndex of those that came since the first snapshot, or of the container where only bytes grow. */
  readonly nodes: readonly number[];
  readonly holder: LeakHolder;
  readonly alsoHeldBy: readonly LeakHolder[];
  /** Other classes that grow with it, and by how many in the last window. */
  readonly along: readonly { readonly constructor: string; readonly count: number }[];
  /** Bytes by snapshot of all that is held there. */
  readonly bytes: readonly number[];
  /** Whether only bytes grow, not objects. */
  readonly onlyBytes: boolean;
  readonly isOfProgram: boolean;
  readonly containerNode: number;
}
