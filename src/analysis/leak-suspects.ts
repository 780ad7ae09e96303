import { GENERIC, type GrowthGroup, type GrowthGroups } from './growth-groups.js';
import { byteLeakPerWindow, leakAfterRelease, leakPerWindow, windowsOf } from './growth-test.js';
import { NONE } from './holder-tree.js';
import { hopTo } from './hop-names.js';
import { type LeakHolder, nameHolder, type Naming } from './leak-holder.js';
import { otherHolders } from './other-holders.js';
import { plainClassName } from './visibility.js';
import type { VisibleHeap } from './visible-heap.js';

/** How a series of snapshots is to be read. */
export type SeriesKind =
  /** One: what there is much of; nothing is known of growth. */
  | 'single'
  /** Two: growth, but nobody knows whether it goes on. */
  | 'pair'
  /** Three and more, the program at work in every window. */
  | 'series'
  /** Three and more, and the last window only let go of things. */
  | 'released';

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

/** Growth of fewer objects than this needs a class of the program to count. */
const FEW = 10;
/** In a single snapshot: the fewest objects, and the least share of the heap that they hold. */
const MANY = 100;
const LARGE_SHARE = 0.05;
/** And growth of fewer than this a class or a holder of the program: Node loads its own parts when they are needed. */
const SOME = 50;

/** A table with more objects in it than this grows with them, and is no leak of bytes alone. */
const FEW_PARTS = 16;

/** Other holders that are told of a suspect. */
const MOST_OTHERS = 3;

/** What new members of a group pile up in. */
interface Container {
  readonly place: number;
  /** Place of a member that another one holds, where they form a chain. */
  readonly link: number | null;
  /** Whether it holds most of them from afar only: each has a holder of its own. */
  readonly isSpread: boolean;
}

/** V8's own tables: they do not keep what they list, or never let go of anything. */
const TABLES: ReadonlySet<string> = new Set([
  '(Internalized strings)',
  '(External strings)',
  '(Read-only roots)',
  '(Builtins)',
  '(Compilation cache)',
  '(Startup object cache)',
  '(Shareable object cache)',
]);

export function findLeaks(
  heaps: readonly VisibleHeap[],
  grown: GrowthGroups,
  naming: Naming,
  kind: SeriesKind,
): FoundLeak[] {
  return new LeakFinder(heaps.at(-1)!, grown, naming, kind).find();
}

class LeakFinder {
  readonly #heap: VisibleHeap;
  readonly #grown: GrowthGroups;
  readonly #naming: Naming;
  readonly #kind: SeriesKind;
  /** By group: how many leak, 0 where none do. */
  readonly #leak: Float64Array;
  /** By group: places of its members, in order. */
  readonly #firstMember: Uint32Array;
  readonly #members: Uint32Array;
  readonly #children: number[][];

  constructor(heap: VisibleHeap, grown: GrowthGroups, naming: Naming, kind: SeriesKind) {
    this.#heap = heap;
    this.#grown = grown;
    this.#naming = naming;
    this.#kind = kind;
    const { groups, groupOf } = grown;
    this.#leak = Float64Array.from(groups, (group) => {
      if (group.class < 0) return 0;
      const windows = windowsOf(group);
      if (kind === 'single') return 0;
      return kind === 'released' ? leakAfterRelease(windows) : leakPerWindow(windows);
    });
    if (kind === 'single') this.#markLarge();
    this.#firstMember = new Uint32Array(groups.length + 1);
    for (let place = 0; place < heap.count; place++) this.#firstMember[groupOf[place]! + 1]!++;
    for (let group = 0; group < groups.length; group++) this.#firstMember[group + 1]! += this.#firstMember[group]!;
    const next = this.#firstMember.slice();
    this.#members = new Uint32Array(heap.count);
    for (let place = 0; place < heap.count; place++) this.#members[next[groupOf[place]!]!++] = place;
    this.#children = groups.map(() => []);
    groups.forEach(({ parent }, group) => {
      if (parent >= 0) this.#children[parent]!.push(group);
    });
  }

  /** Of a single snapshot: groups of many that, with all below them, take a fair share of the heap. */
  #markLarge(): void {
    const { groups } = this.#grown;
    const below = Float64Array.from(groups, ({ bytes }) => bytes[0]!);
    let total = 0;
    for (let place = 0; place < this.#heap.count; place++) total += this.#heap.bytes[place]!;
    total += this.#heap.systemBytes;
    for (let index = groups.length - 1; index >= 0; index--) {
      const { parent } = groups[index]!;
      if (parent >= 0) below[parent]! += below[index]!;
    }
    groups.forEach((group, index) => {
      if (group.class >= 0 && group.count[0]! >= MANY && below[index]! >= LARGE_SHARE * total)
        this.#leak[index] = group.count[0]!;
    });
  }

  find(): FoundLeak[] {
    const { groups } = this.#grown;
    /** By the container's place: the topmost growing groups below it. */
    const byContainer = new Map<number, number[]>();
    const links = new Map<number, number>();
    const spread = new Set<number>();
    groups.forEach((group, index) => {
      if (this.#leak[index] === 0 || this.#hasLeakAbove(group)) return;
      const container = this.#containerOf(index);
      if (container === null || this.#isTable(container.place)) return;
      byContainer.set(container.place, [...(byContainer.get(container.place) ?? []), index]);
      if (container.isSpread) spread.add(index);
      if (container.link !== null) links.set(container.place, container.link);
    });
    const found = [...byContainer].flatMap(
      ([container, tops]) =>
        this.#describe(
          container,
          tops,
          links.get(container),
          tops.every((top) => spread.has(top)),
        ) ?? [],
    );
    const containers = new Set(found.map((leak) => leak.containerNode));
    found.push(...this.#findByteLeaks(containers));
    return found.toSorted((a, b) => weight(b) - weight(a));
  }

  #hasLeakAbove({ parent }: GrowthGroup): boolean {
    for (let up = parent; up >= 0; up = this.#grown.groups[up]!.parent) if (this.#leak[up]! > 0) return true;
    return false;
  }

  #newMembers(group: number): number[] {
    const places: number[] = [];
    for (let i = this.#firstMember[group]!; i < this.#firstMember[group + 1]!; i++) {
      const place = this.#members[i]!;
      if (this.#grown.arrival[place]! > 0 || this.#kind === 'single') places.push(place);
    }
    return places;
  }

  /** Groups of the subtree, the group itself first. */
  #below(group: number): number[] {
    const list = [group];
    for (let i = 0; i < list.length; i++) list.push(...this.#children[list[i]!]!);
    return list;
  }

  /**
   * Place of what the new members pile up in: the object in which most of the ways up to the root meet first. Where they
   * form a chain, the first link of it, and the place of one that another holds.
   */
  #containerOf(group: number): Container | null {
    const { parent, classOf } = this.#heap;
    const { groupOf, isFixed } = this.#grown;
    const inside = new Set(this.#below(group));
    const members = this.#newMembers(group);
    const direct = new Map<number, number>();
    for (const member of members) add(direct, parent[member]!);
    const nearest = most(direct);
    if (nearest !== null && nearest.count >= 0.5 * members.length && this.#growsThroughout(members, nearest.key))
      return { place: nearest.key, link: null, isSpread: false };
    const first = new Map<number, number>();
    const holders: number[] = [];
    let link: number | null = null;
    for (const member of members) {
      const own = classOf[member]!;
      let at = member;
      for (;;) {
        const up = parent[at]!;
        if (up === NONE) break;
        const continues = classOf[up] === own && (isFixed[up] === 0 || !this.#isGeneric(up));
        if (!inside.has(groupOf[up]!) && !continues) break;
        if (at === member && classOf[up] === own) link = member;
        at = up;
      }
      if (at !== member || members.length === 1) add(first, at);
      holders.push(parent[at]!);
    }
    const start = most(first);
    if (start !== null && start.count > 0.5 * members.length)
      return { place: start.key, link, isSpread: start.count < 0.9 * members.length };
    for (let level = 0; level < 12; level++) {
      const counts = new Map<number, number>();
      for (const holder of holders) add(counts, holder);
      const top = most(counts);
      if (top !== null && top.count >= 0.5 * holders.length) return { place: top.key, link: null, isSpread: true };
      for (let i = 0; i < holders.length; i++) if (holders[i] !== NONE) holders[i] = parent[holders[i]!]!;
    }
    return null;
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

  #isTable(place: number): boolean {
    return TABLES.has(this.#heap.classNames[this.#heap.classOf[place]!]!);
  }

  /** Whether the class of a group's members is one of the program, by where its constructor stands. */
  #isOfProgram(group: number): boolean {
    const { groups, classNames } = this.#grown;
    if (GENERIC.has(classNames[groups[group]!.class]!)) return false;
    const at = this.#firstMember[group]!;
    return at < this.#firstMember[group + 1]! && this.#naming.places.isOfProgram(this.#nodeOf(this.#members[at]!));
  }

  #nodeOf(place: number): number {
    return this.#heap.nodeIndex[place]!;
  }

  #describe(container: number, tops: readonly number[], link: number | undefined, isSpread: boolean): FoundLeak | null {
    const { groups, classNames } = this.#grown;
    const whole = tops.flatMap((top) => this.#below(top));
    const growing = whole.filter((group) => this.#leak[group]! > 0);
    const chosen = this.#mostTelling(tops, growing);
    const isOfProgram = this.#isOfProgram(chosen);
    const rate = Math.max(...tops.map((top) => this.#leak[top]!));
    if (!isOfProgram && (isSpread || rate < FEW)) return null;
    const group = groups[chosen]!;
    const node = this.#nodeOf(container);
    const members = this.#newMembers(chosen);
    const holder = nameHolder(this.#naming, node, {
      link: link === undefined ? null : this.#nodeOf(link),
      example: members.length === 0 ? null : this.#nodeOf(this.#newMembers(tops[0]!)[0]!),
    });
    if (!isOfProgram && !holder.isOfProgram && rate < (this.#kind === 'series' ? SOME : 4 * SOME)) return null;
    const along = new Map<string, number>();
    for (const other of growing) {
      const name = classNames[groups[other]!.class]!;
      if (other !== chosen) along.set(name, (along.get(name) ?? 0) + this.#leak[other]!);
    }
    along.delete(classNames[group.class]!);
    return {
      constructor: classNames[group.class]!,
      group,
      nodes: members.map((place) => this.#nodeOf(place)),
      holder,
      alsoHeldBy: this.#otherHolders(tops),
      along: [...along].map(([constructor, count]) => ({ constructor, count })).toSorted((a, b) => b.count - a.count),
      bytes: group.bytes.map((_, k) => whole.reduce((sum, each) => sum + groups[each]!.bytes[k]!, 0)),
      onlyBytes: false,
      isOfProgram,
      containerNode: node,
    };
  }

  /** The group whose class says most: one of the program's near the top, else what fills the container. */
  #mostTelling(tops: readonly number[], growing: readonly number[]): number {
    const { groups, classNames } = this.#grown;
    const rate = Math.max(...tops.map((top) => this.#leak[top]!));
    let best: { group: number; score: number } | null = null;
    for (const group of growing) {
      if (this.#leak[group]! < 0.3 * rate) continue;
      const name = classNames[groups[group]!.class]!;
      if (GENERIC.has(name) || name.startsWith('(')) continue;
      let depth = 0;
      for (let up = groups[group]!.parent; up >= 0 && !tops.includes(group); up = groups[up]!.parent) {
        depth++;
        if (tops.includes(up)) break;
      }
      const ofProgram = this.#isOfProgram(group);
      // Generators are named after their function; a class usually starts with a capital letter.
      const score = (ofProgram ? 100 : 50) - 4 * depth - (/^[a-z]/.test(name) ? 15 : 0);
      if (!ofProgram && depth > 0) continue;
      if (best === null || score > best.score) best = { group, score };
    }
    if (best !== null) return best.group;
    const size = (group: number): number => {
      const name = classNames[groups[group]!.class]!;
      return groups[group]!.bytes.at(-1)! * (name.includes('string)') || name === '(number)' ? 0.1 : 1);
    };
    return tops.reduce((a, b) => (size(b) > size(a) ? b : a));
  }

  #otherHolders(tops: readonly number[]): LeakHolder[] {
    const members = tops.flatMap((top) => this.#newMembers(top));
    const nodes = Uint32Array.from(members, (place) => this.#nodeOf(place));
    return otherHolders(this.#naming, nodes)
      .slice(0, MOST_OTHERS)
      .map(({ holder }) => holder);
  }

  /** Tables, buffers and texts that get larger without holding more objects. */
  #findByteLeaks(taken: ReadonlySet<number>): FoundLeak[] {
    if (this.#kind === 'released' || this.#kind === 'single') return [];
    const { groups, classNames, groupOf, isFixed } = this.#grown;
    const { parent, count } = this.#heap;
    const held = new Map<number, number>();
    groups.forEach(({ fixedId, count: counts }) => {
      if (!Number.isNaN(fixedId)) held.set(fixedId, (held.get(fixedId) ?? 0) + Math.max(...counts));
    });
    const found: FoundLeak[] = [];
    for (let place = 0; place < count; place++) {
      const index = groupOf[place]!;
      const group = groups[index]!;
      const name = classNames[group.class]!;
      if (!BYTE_CONTAINERS.test(name) || this.#leak[index]! > 0) continue;
      let bytes = this.#grown.fixedBytes(place);
      if (bytes === null) {
        // Replaced by a larger one each time: the same place, another object.
        if (group.count.some((n) => n !== 1) || isFixed[parent[place]!] === undefined) continue;
        bytes = group.bytes;
      } else if ((held.get(this.#heap.id[place]!) ?? 0) > FEW_PARTS) continue;
      if (byteLeakPerWindow(bytes) === 0) continue;
      let named = place;
      while (/^(ArrayBuffer|SharedArrayBuffer)$/.test(this.#heap.classNames[this.#heap.classOf[named]!]!)) {
        const up = parent[named]!;
        if (up === NONE || !TYPED_ARRAY.test(this.#heap.classNames[this.#heap.classOf[up]!]!)) break;
        named = up;
      }
      const node = this.#nodeOf(named);
      if (taken.has(node)) continue;
      const hop = hopTo(this.#naming.graph, this.#naming.tree, node);
      if (hop.holder === NONE || this.#naming.tree.region[node] !== 1) continue;
      found.push({
        constructor: plainClassName(this.#naming.graph, node),
        group: groups[groupOf[named]!]!,
        nodes: [node],
        holder: nameHolder(this.#naming, node),
        alsoHeldBy: [],
        along: [],
        bytes,
        onlyBytes: true,
        isOfProgram: true,
        containerNode: node,
      });
    }
    return found;
  }
}

const TYPED_ARRAY = /^(?:Buffer|DataView|(?:Int|Uint|Float|BigInt|BigUint)\d+(?:Clamped)?Array|FastBuffer)$/;
const BYTE_CONTAINERS =
  /^(?:Array|Map|Set|Object|ArrayBuffer|SharedArrayBuffer|\((?:concatenated )?string\)|Buffer|(?:Int|Uint|Float|BigInt|BigUint)\d+(?:Clamped)?Array)$/;

function weight(leak: FoundLeak): number {
  const growth = leak.bytes.at(-1)! - leak.bytes[0]!;
  return growth * (leak.isOfProgram ? 4 : 1);
}

function add(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function most(counts: ReadonlyMap<number, number>): { key: number; count: number } | null {
  let best: { key: number; count: number } | null = null;
  for (const [key, count] of counts) if (key !== NONE && (best === null || count > best.count)) best = { key, count };
  return best;
}
