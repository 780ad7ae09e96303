import { isBrowsersOwn } from './browser-insides.js';
import { findByteLeaks } from './byte-leaks.js';
import type { FoundLeak } from './found-leak.js';
import type { GrowthGroup, GrowthGroups } from './growth-groups.js';
import { windowsOf } from './growth-test.js';
import { GroupMembers } from './leak-container.js';
import { NONE } from './holder-tree.js';
import { type LeakHolder, nameHolder } from './leak-holder.js';
import { type Naming } from './naming.js';
import { countLeaking, type SeriesKind, STRING } from './leaking-groups.js';
import { mergeSiblings, type MinorLeak } from './leak-siblings.js';
import { otherHolders } from './other-holders.js';
import { FUNCTION, TellingClasses } from './telling-classes.js';
import type { VisibleHeap } from './visible-heap.js';

/** Growth of fewer objects than this needs a class of the program to count. */
const FEW = 10;
/** Bytes per window that make fewer count. */
const MUCH = 65_536;
/** And growth of fewer than this a class or a holder of the program: Node loads its own parts when they are needed. */
const SOME = 50;

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
  readonly #classes: TellingClasses;

  constructor(heaps: readonly VisibleHeap[], grown: GrowthGroups, naming: Naming, kind: SeriesKind) {
    const heap = heaps.at(-1)!;
    this.#heap = heap;
    this.#heapBytes = heaps.map(({ totalBytes }) => totalBytes);
    this.#grown = grown;
    this.#naming = naming;
    this.#kind = kind;
    this.#leak = countLeaking(heap, grown, kind);
    this.#members = new GroupMembers(heap, grown, kind === 'single');
    this.#classes = new TellingClasses(heap, grown, naming, this.#members, this.#leak);
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

  #nodeOf(place: number): number {
    return this.#heap.nodeIndex[place]!;
  }

  #describe(container: number, tops: readonly number[], link: number | undefined, isSpread: boolean): FoundLeak | null {
    const { groups, classNames } = this.#grown;
    const whole = tops.flatMap((top) => this.#members.below(top));
    const growing = whole.filter((group) => this.#leak[group]! > 0);
    const chosen = this.#classes.mostTelling(tops, growing);
    const isOfProgram = this.#classes.isOfProgram(chosen);
    if (!isOfProgram && isBrowsersOwn(classNames[groups[chosen]!.class]!, this.#classesAbove(container))) return null;
    const rate = this.#classes.rate(tops);
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
    if (this.#kind === 'single' && mayBeBuiltIn && !this.#classes.comesOfProgram(members)) return null;
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

  #otherHolders(tops: readonly number[]): LeakHolder[] {
    const members = tops.flatMap((top) => this.#members.newOnes(top));
    const nodes = Uint32Array.from(members, (place) => this.#nodeOf(place));
    return otherHolders(this.#naming, nodes)
      .slice(0, MOST_OTHERS)
      .map(({ holder }) => holder);
  }
}

/** By window. */
function growthOf(sizes: readonly number[]): number[] {
  return sizes.slice(1).map((size, k) => size - sizes[k]!);
}

function weight(leak: FoundLeak): number {
  const growth = leak.bytes.at(-1)! - leak.bytes[0]!;
  return growth * (leak.isOfProgram ? 4 : 1);
}
