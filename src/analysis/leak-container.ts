import { GENERIC } from './group-table.js';
import type { GrowthGroups } from './growth-groups.js';
import { NONE } from './holder-tree.js';
import type { VisibleHeap } from './visible-heap.js';

/** What new members of a group pile up in. */
export interface Container {
  readonly place: number;
  /** Place of a member that another one holds, where they form a chain. */
  readonly link: number | null;
  /** Whether it holds most of them from afar only: each has a holder of its own. */
  readonly isSpread: boolean;
}

/** The members of groups in the last heap, and what new ones pile up in. */
export class GroupMembers {
  readonly #heap: VisibleHeap;
  readonly #grown: GrowthGroups;
  /** Whether older ones count as new: a single snapshot knows no age. */
  readonly #all: boolean;
  /** By group: places of its members, in order. */
  readonly #firstMember: Uint32Array;
  readonly #members: Uint32Array;
  readonly #children: number[][];

  constructor(heap: VisibleHeap, grown: GrowthGroups, all: boolean) {
    this.#heap = heap;
    this.#grown = grown;
    this.#all = all;
    const { groups, groupOf } = grown;
    const firstMember = new Uint32Array(groups.length + 1);
    for (let place = 0; place < groupOf.length; place++) firstMember[groupOf[place]! + 1]!++;
    for (let group = 0; group < groups.length; group++) firstMember[group + 1]! += firstMember[group]!;
    const next = firstMember.slice();
    const members = new Uint32Array(groupOf.length);
    for (let place = 0; place < groupOf.length; place++) members[next[groupOf[place]!]!++] = place;
    this.#firstMember = firstMember;
    this.#members = members;
    this.#children = groups.map(() => []);
    groups.forEach(({ parent }, group) => {
      if (parent >= 0) this.#children[parent]!.push(group);
    });
  }

  /** Place of the first; undefined where the last heap has none. */
  example(group: number): number | undefined {
    const at = this.#firstMember[group]!;
    return at < this.#firstMember[group + 1]! ? this.#members[at] : undefined;
  }

  /** Places of those that came into the group after the first snapshot. */
  newOnes(group: number): number[] {
    const places: number[] = [];
    for (let i = this.#firstMember[group]!; i < this.#firstMember[group + 1]!; i++) {
      const place = this.#members[i]!;
      if (this.#all || this.#grown.arrival[place]! > 0) places.push(place);
    }
    return places;
  }

  /** Groups of the subtree, the group itself first. */
  below(group: number): number[] {
    const list = [group];
    for (let i = 0; i < list.length; i++) for (const child of this.#children[list[i]!]!) list.push(child);
    return list;
  }

  /**
   * Place of what the new members pile up in: the object in which most of the ways up to the root meet first. Where they
   * form a chain, the first link of it, and the place of one that another holds.
   */
  container(group: number): Container | null {
    const { parent, classOf } = this.#heap;
    const { groupOf, isFixed } = this.#grown;
    const inside = new Set(this.below(group));
    const members = this.newOnes(group);
    const direct = new Map<number, number>();
    for (const member of members) add(direct, parent[member]!);
    const nearest = most(direct);
    if (nearest !== null && nearest.count >= 0.5 * members.length && this.#growsThroughout(members, nearest.key))
      return { place: nearest.key, link: null, isSpread: false };
    const first = new Map<number, number>();
    const holders: number[] = [];
    let link: number | null = null;
    let linked = 0;
    /** By place: the outermost link above. Chains are long, and their links many. */
    const outermost = new Map<number, number>();
    for (const member of members) {
      const own = classOf[member]!;
      const passed: number[] = [];
      let at = member;
      for (;;) {
        const known = outermost.get(at);
        if (known !== undefined) {
          at = known;
          break;
        }
        const up = parent[at]!;
        if (up === NONE) break;
        const continues = classOf[up] === own && (isFixed[up] === 0 || !this.#isGeneric(up));
        if (!inside.has(groupOf[up]!) && !continues) break;
        if (at === member && classOf[up] === own) link = member;
        passed.push(at);
        at = up;
      }
      for (const place of passed) outermost.set(place, at);
      if (at !== member || members.length === 1) add(first, at);
      if (at !== member) linked++;
      holders.push(parent[at]!);
    }
    const start = most(first);
    const isChain = linked >= 0.9 * members.length;
    if (start !== null && start.count >= 0.9 * members.length)
      return { place: this.#firstLink(start.key), link, isSpread: !isChain };
    const aboveRun = this.#runs();
    for (let level = 0; level < 12; level++) {
      const counts = new Map<number, number>();
      for (const holder of holders) add(counts, holder);
      const top = most(counts);
      if (top !== null && top.count >= 0.5 * holders.length) {
        // A chain that is held at both ends piles up in what holds these.
        return { place: top.key, link: null, isSpread: level > 0 || !isChain };
      }
      for (let i = 0; i < holders.length; i++) if (holders[i] !== NONE) holders[i] = aboveRun(holders[i]!);
    }
    return null;
  }

  /**
   * One step up, over all links of a chain at once: timers wait in one list, and what they hold is as far from its
   * beginning as they are. Ways of different lengths would never meet.
   */
  #runs(): (place: number) => number {
    const { parent, classOf } = this.#heap;
    const { isFixed } = this.#grown;
    /** By place in a chain: what holds the chain. */
    const above = new Map<number, number>();
    return (start) => {
      const own = classOf[start]!;
      const passed: number[] = [];
      let at = start;
      do {
        passed.push(at);
        at = parent[at]!;
      } while (at !== NONE && classOf[at] === own && isFixed[at] === 0 && !above.has(at));
      const end = classOf[at] === own ? (above.get(at) ?? at) : at;
      for (const place of passed) above.set(place, end);
      return end;
    };
  }

  /** Of a chain whose beginning is made anew each time, the outermost of its class: the first plain object is in no group with those below it. */
  #firstLink(place: number): number {
    const { parent, classOf } = this.#heap;
    const { arrival } = this.#grown;
    let first = place;
    for (let at = place; at !== NONE && arrival[at]! > 0; at = parent[at]!)
      if (classOf[at] === classOf[place]) first = at;
    return first;
  }

  /** Whether a holder has its share of what came in each window. */
  #growsThroughout(members: readonly number[], holder: number): boolean {
    const all = new Map<number, number>();
    const own = new Map<number, number>();
    for (const member of members) {
      const window = this.#grown.arrival[member]!;
      add(all, window);
      if (this.#heap.parent[member] === holder) add(own, window);
    }
    return [...all].every(([window, count]) => (own.get(window) ?? 0) >= 0.3 * count);
  }

  #isGeneric(place: number): boolean {
    return GENERIC.has(this.#heap.classNames[this.#heap.classOf[place]!]!);
  }
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function most(counts: ReadonlyMap<number, number>): { key: number; count: number } | null {
  let best: { key: number; count: number } | null = null;
  for (const [key, count] of counts) if (key !== NONE && (best === null || count > best.count)) best = { key, count };
  return best;
}
