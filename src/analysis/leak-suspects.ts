import { isBrowserInside, isBrowsersOwn } from './browser-insides.js';
import { findByteLeaks } from './byte-leaks.js';
import type { FoundLeak } from './found-leak.js';
import { GENERIC } from './group-table.js';
import type { GrowthGroup, GrowthGroups } from './growth-groups.js';
import { leakAfterRelease, leakPerWindow, LEAST_PILE, windowsOf } from './growth-test.js';
import { GroupMembers } from './leak-container.js';
import { NONE } from './holder-tree.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { type Naming } from './naming.js';
import { mergeSiblings, type MinorLeak } from './leak-siblings.js';
import { otherHolders } from './other-holders.js';
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

/** Growth of fewer objects than this needs a class of the program to count. */
const FEW = 10;
/** Bytes per window that make fewer count. */
const MUCH = 65_536;
/** In a single snapshot: the least share of the heap that objects in one place hold. */
const LARGE_SHARE = 0.05;
/** And growth of fewer than this a class or a holder of the program: Node loads its own parts when they are needed. */
const SOME = 50;

/** Members of a group that are looked at. */
const SAMPLE = 100;

const FUNCTION = 'Function';
const STRING = '(string)';
const IN_PIECES = '(concatenated string)';

/** Other holders that are told of a suspect. */
const MOST_OTHERS = 3;

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
  return new LeakFinder(heaps, grown, naming, kind).find();
}

class LeakFinder {
  readonly #heap: VisibleHeap;
  /** By snapshot: bytes of the whole heap. */
  readonly #heapBytes: readonly number[];
  readonly #grown: GrowthGroups;
  readonly #naming: Naming;
  readonly #kind: SeriesKind;
  /** By group: how many leak, 0 where none do. */
  readonly #leak: Float64Array;
  readonly #members: GroupMembers;

  constructor(heaps: readonly VisibleHeap[], grown: GrowthGroups, naming: Naming, kind: SeriesKind) {
    const heap = heaps.at(-1)!;
    this.#heap = heap;
    this.#heapBytes = heaps.map(({ totalBytes }) => totalBytes);
    this.#grown = grown;
    this.#naming = naming;
    this.#kind = kind;
    const { groups } = grown;
    this.#leak = Float64Array.from(groups, (group) => {
      if (group.class < 0) return 0;
      const windows = windowsOf(group);
      if (kind === 'single') return 0;
      return kind === 'released' ? leakAfterRelease(windows) : leakPerWindow(windows);
    });
    if (kind === 'single') this.#markLarge();
    else if (kind !== 'released') this.#passOverStrings();
    this.#members = new GroupMembers(heap, grown, kind === 'single');
  }

  /** V8 turns strings of one kind into another: they leak only where there are more strings of all kinds in the same place. */
  #passOverStrings(): void {
    const { groups, classNames } = this.#grown;
    const isString = classNames.map((name) => name.endsWith(' string)') || name === STRING);
    const inPlace = new Map<number, GrowthGroup[]>();
    for (const group of groups) {
      if (!isString[group.class]) continue;
      const others = inPlace.get(placeOfGroup(group));
      if (others === undefined) inPlace.set(placeOfGroup(group), [group]);
      else others.push(group);
    }
    groups.forEach((group, index) => {
      if (this.#leak[index] === 0 || !isString[group.class]) return;
      const all = inPlace.get(placeOfGroup(group))!;
      const grewBy = (k: number): number => all.reduce((sum, { count }) => sum + count[k]! - count[k - 1]!, 0);
      for (let k = 1; k < group.count.length; k++) if (grewBy(k) < this.#leak[index]! / 2) this.#leak[index] = 0;
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
      if (group.class >= 0 && group.count[0]! >= LEAST_PILE && below[index]! >= LARGE_SHARE * total)
        this.#leak[index] = group.count[0]!;
    });
  }

  find(): FoundLeak[] {
    const found = this.#findPiles();
    const { nodeId } = this.#naming.graph.columns;
    const containers = new Set(
      found.flatMap(({ containerNode, alsoHeldBy }) => [
        nodeId[containerNode]!,
        ...alsoHeldBy.map((holder) => holder.nodeId),
      ]),
    );
    if (this.#kind === 'pair' || this.#kind === 'series')
      found.push(...findByteLeaks(this.#heap, this.#grown, this.#naming, containers));
    return mergeSiblings(found, this.#naming, (leak) => this.#minorLeaks(leak)).toSorted(
      (a, b) => weight(b) - weight(a),
    );
  }

  /** Where the same as in a leak came, over the same classes, and nothing went: some of what is spread over many lists. */
  #minorLeaks({ constructor, group: ofLeak }: FoundLeak): MinorLeak[] {
    const { groups, isFixed } = this.#grown;
    const classesOf = (way: readonly number[]): string => way.map((each) => groups[each]!.class).join();
    const classesAbove = classesOf(this.#wayUp(ofLeak.parent));
    return groups.flatMap((group, index) => {
      if (group.class !== ofLeak.class || windowsOf(group).some(({ removed }) => removed > 0)) return [];
      const [, ...above] = this.#wayUp(index);
      if (classesOf(above) !== classesAbove) return [];
      const members = this.#members.newOnes(index);
      if (members.length === 0) return [];
      let container = this.#heap.parent[members[0]!]!;
      while (container !== NONE && isFixed[container] === 0) container = this.#heap.parent[container]!;
      if (container === NONE) return [];
      return {
        constructor,
        group,
        nodes: members.map((place) => this.#nodeOf(place)),
        bytes: this.#bytesOf(this.#members.below(above.at(-1) ?? index)),
        containerNode: this.#nodeOf(container),
      };
    });
  }

  /** The group and those above it: the last is held by a fixed object or a root. */
  #wayUp(group: number): number[] {
    const { groups } = this.#grown;
    const way: number[] = [];
    for (let up = group; up >= 0; up = groups[up]!.parent) way.push(up);
    return way;
  }

  #findPiles(): FoundLeak[] {
    const { groups } = this.#grown;
    /** By the container's place: the topmost growing groups below it. */
    const byContainer = new Map<number, number[]>();
    const links = new Map<number, number>();
    const spread = new Set<number>();
    const passedOver: number[] = [];
    groups.forEach((group, index) => {
      if (this.#leak[index] === 0 || this.#hasLeakAbove(group)) return;
      const container = this.#members.container(index);
      if (container === null || this.#isTable(container.place)) {
        passedOver.push(index);
        return;
      }
      byContainer.set(container.place, [...(byContainer.get(container.place) ?? []), index]);
      if (container.isSpread) spread.add(index);
      if (container.link !== null) links.set(container.place, container.link);
    });
    const found: FoundLeak[] = [];
    for (const [container, tops] of byContainer) {
      const isSpread = tops.every((top) => spread.has(top));
      const leak = this.#describe(container, tops, links.get(container), isSpread);
      if (leak === null) passedOver.push(...tops);
      else found.push(leak);
    }
    if (this.#kind !== 'single' || passedOver.length === 0) return found;
    // Here all that holds a pile is as large as the pile: the program's may be below what is Node's or V8's.
    for (const group of passedOver) this.#leak[group] = 0;
    return this.#findPiles();
  }

  #hasLeakAbove({ parent }: GrowthGroup): boolean {
    for (let up = parent; up >= 0; up = this.#grown.groups[up]!.parent) if (this.#leak[up]! > 0) return true;
    return false;
  }

  #isTable(place: number): boolean {
    return TABLES.has(this.#heap.classNames[this.#heap.classOf[place]!]!);
  }

  /** Whether it is one of V8's or of Node's roots: these hold open handles, over an object of their own for each. */
  #isRoot(node: number): boolean {
    const { nodeType } = this.#naming.graph.columns;
    return nodeType[node] === this.#naming.graph.nodeKinds.synthetic;
  }

  /** Whether the class of a group's members is one of the program, by where its constructor stands. */
  #isOfProgram(group: number): boolean {
    const { groups, classNames } = this.#grown;
    if (GENERIC.has(classNames[groups[group]!.class]!)) return false;
    const example = this.#members.example(group);
    return example !== undefined && this.#naming.places.isOfProgram(this.#nodeOf(example));
  }

  /** Whether the class is of an npm package: the program's own says more of what leaks. */
  #isOfPackage(group: number): boolean {
    const example = this.#members.example(group)!;
    return (this.#naming.places.of(this.#nodeOf(example))?.package ?? null) !== null;
  }

  /** Whether at least half of some members are functions or objects of the program. */
  #comesOfProgram(members: readonly number[]): boolean {
    const step = Math.ceil(members.length / SAMPLE);
    const some = members.filter((_, i) => i % step === 0);
    return 2 * some.filter((place) => this.#naming.places.isOfProgram(this.#nodeOf(place))).length >= some.length;
  }

  /** Of the groups, how many leak where most do. */
  #rate(groups: readonly number[]): number {
    return groups.reduce((most, group) => Math.max(most, this.#leak[group]!), 0);
  }

  #nodeOf(place: number): number {
    return this.#heap.nodeIndex[place]!;
  }

  #describe(container: number, tops: readonly number[], link: number | undefined, isSpread: boolean): FoundLeak | null {
    const { groups, classNames } = this.#grown;
    const whole = tops.flatMap((top) => this.#members.below(top));
    const growing = whole.filter((group) => this.#leak[group]! > 0);
    const chosen = this.#mostTelling(tops, growing);
    const isOfProgram = this.#isOfProgram(chosen);
    if (!isOfProgram && isBrowsersOwn(classNames[groups[chosen]!.class]!, this.#classesAbove(container))) return null;
    const rate = this.#rate(tops);
    const bytes = this.#bytesOf(whole);
    if (!isOfProgram && rate < FEW && !this.#isWhyTheHeapGrows(tops, bytes)) return null;
    const group = groups[chosen]!;
    const node = this.#nodeOf(container);
    const members = this.#members.newOnes(chosen);
    const holder = nameHolder(this.#naming, node, {
      link: link === undefined ? null : this.#nodeOf(link),
      example: members.length === 0 ? null : this.#nodeOf(members[0]!),
      outermost: members.length === 0 ? null : this.#nodeOf(this.#members.newOnes(tops[0]!)[0]!),
    });
    // Plain objects that have a holder each are many, if they are a leak, and the program's or held by open handles.
    if (!isOfProgram && isSpread && (rate < SOME || !(holder.isOfProgram || this.#isRoot(node)))) return null;
    const isForeign = !isOfProgram && !holder.isOfProgram;
    if (isForeign && rate < (this.#kind === 'series' ? SOME : 4 * SOME)) return null;
    // There is always much of what Node and V8 are made of; a browser's own functions hang below a global one too.
    const mayBeBuiltIn = isForeign || (holder.container === FUNCTION && classNames[group.class] === FUNCTION);
    if (this.#kind === 'single' && mayBeBuiltIn && !this.#comesOfProgram(members)) return null;
    const along = new Map<string, number>();
    for (const other of growing) {
      const name = classNames[groups[other]!.class]!;
      if (other !== chosen) along.set(name, (along.get(name) ?? 0) + this.#leak[other]!);
    }
    along.delete(classNames[group.class]!);
    return {
      // Strings in pieces are strings to a program, unless one is made longer and longer.
      constructor: link === undefined ? classNames[group.class]!.replace(IN_PIECES, STRING) : classNames[group.class]!,
      group,
      nodes: members.map((place) => this.#nodeOf(place)),
      holder,
      alsoHeldBy: this.#otherHolders(tops),
      along: [...along].map(([constructor, count]) => ({ constructor, count })).toSorted((a, b) => b.count - a.count),
      bytes,
      onlyBytes: false,
      isOfProgram,
      containerNode: node,
    };
  }

  /** By snapshot: bytes of what is in the groups. */
  #bytesOf(all: readonly number[]): number[] {
    return this.#heapBytes.map((_, k) => all.reduce((sum, group) => sum + this.#grown.groups[group]!.bytes[k]!, 0));
  }

  /** Whether what piles up, of which nothing was ever removed, is most of what the heap grew by, and much, in every window: then even a few count. */
  #isWhyTheHeapGrows(tops: readonly number[], bytes: readonly number[]): boolean {
    if (this.#kind !== 'series') return false;
    const isKept = tops.every((top) => windowsOf(this.#grown.groups[top]!).every(({ removed }) => removed === 0));
    const ofHeap = growthOf(this.#heapBytes);
    return isKept && growthOf(bytes).every((own, k) => own >= MUCH && own >= 0.5 * ofHeap[k]!);
  }

  /** Classes of an object and of what holds it, that first. */
  #classesAbove(place: number): string[] {
    const { parent, classOf, classNames } = this.#heap;
    const names: string[] = [];
    for (let at = place; at >= 0; at = parent[at]!) names.push(classNames[classOf[at]!]!);
    return names;
  }

  /** The topmost growing groups that a script can know: a browser has its own objects above the functions that it calls. */
  #outsideOfBrowser(tops: readonly number[], growing: readonly number[]): readonly number[] {
    if (!tops.some((top) => this.#isBrowserInside(top))) return tops;
    const { groups } = this.#grown;
    const rate = this.#rate(tops);
    const outside: number[] = [];
    const reached = new Set(tops);
    for (const group of reached) {
      if (!this.#isBrowserInside(group)) {
        outside.push(group);
        continue;
      }
      for (const below of growing)
        if (groups[below]!.parent === group && this.#leak[below]! >= 0.3 * rate) reached.add(below);
    }
    return outside.length === 0 ? tops : outside;
  }

  #isBrowserInside(group: number): boolean {
    const { groups, classNames } = this.#grown;
    return isBrowserInside(classNames[groups[group]!.class]!) && !this.#isOfProgram(group);
  }

  /** The group whose class says most: one of the program's near the top, else what fills the container. */
  #mostTelling(all: readonly number[], growing: readonly number[]): number {
    const { groups, classNames } = this.#grown;
    const tops = this.#outsideOfBrowser(all, growing);
    const rate = this.#rate(tops);
    let best: { group: number; score: number } | null = null;
    for (const group of growing) {
      if (this.#leak[group]! < 0.3 * rate) continue;
      const name = classNames[groups[group]!.class]!;
      // What the browser calls says more than what it is handed.
      const isCalled =
        tops !== all &&
        tops.includes(group) &&
        name === 'Function' &&
        this.#comesOfProgram(this.#members.newOnes(group));
      if (!isCalled && (GENERIC.has(name) || name.startsWith('('))) continue;
      let depth = 0;
      for (let up = groups[group]!.parent; up >= 0 && !tops.includes(group); up = groups[up]!.parent) {
        depth++;
        if (tops.includes(up)) break;
      }
      const ofProgram = this.#isOfProgram(group);
      if (!ofProgram && isBrowserInside(name)) continue;
      // Generators are named after their function; a class usually starts with a capital letter.
      const score =
        (ofProgram ? (this.#isOfPackage(group) ? 85 : 100) : isCalled ? 60 : 50) -
        4 * depth -
        (/^[a-z]/.test(name) ? 15 : 0);
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
    const members = tops.flatMap((top) => this.#members.newOnes(top));
    const nodes = Uint32Array.from(members, (place) => this.#nodeOf(place));
    return otherHolders(this.#naming, nodes)
      .slice(0, MOST_OTHERS)
      .map(({ holder }) => holder);
  }
}

/** The same for groups that the same holder has. */
function placeOfGroup({ parent, fixedId }: GrowthGroup): number {
  return parent >= 0 ? -1 - parent : fixedId;
}

/** By window. */
function growthOf(sizes: readonly number[]): number[] {
  return sizes.slice(1).map((size, k) => size - sizes[k]!);
}

function weight(leak: FoundLeak): number {
  const growth = leak.bytes.at(-1)! - leak.bytes[0]!;
  return growth * (leak.isOfProgram ? 4 : 1);
}
