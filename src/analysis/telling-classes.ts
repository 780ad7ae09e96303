import { isBrowserInside } from './browser-insides.js';
import { GENERIC } from './group-table.js';
import type { GrowthGroups } from './growth-groups.js';
import type { GroupMembers } from './leak-container.js';
import type { Naming } from './naming.js';
import type { VisibleHeap } from './visible-heap.js';

/** Members of a group that are looked at. */
const SAMPLE = 100;

export const FUNCTION = 'Function';

/** Tells which class of those that pile up in one place says most of what leaks. */
export class TellingClasses {
  readonly #heap: VisibleHeap;
  readonly #grown: GrowthGroups;
  readonly #naming: Naming;
  readonly #members: GroupMembers;
  readonly #leak: Float64Array;

  /** @param leak by group: how many leak */
  constructor(heap: VisibleHeap, grown: GrowthGroups, naming: Naming, members: GroupMembers, leak: Float64Array) {
    this.#heap = heap;
    this.#grown = grown;
    this.#naming = naming;
    this.#members = members;
    this.#leak = leak;
  }

  /** Whether the class of a group's members is one of the program, by where its constructor stands. */
  isOfProgram(group: number): boolean {
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
  comesOfProgram(members: readonly number[]): boolean {
    const step = Math.ceil(members.length / SAMPLE);
    const some = members.filter((_, i) => i % step === 0);
    return 2 * some.filter((place) => this.#naming.places.isOfProgram(this.#nodeOf(place))).length >= some.length;
  }

  /** Of the groups, how many leak where most do. */
  rate(groups: readonly number[]): number {
    return groups.reduce((most, group) => Math.max(most, this.#leak[group]!), 0);
  }

  #nodeOf(place: number): number {
    return this.#heap.nodeIndex[place]!;
  }

  /** The topmost growing groups that a script can know: a browser has its own objects above the functions that it calls. */
  #outsideOfBrowser(tops: readonly number[], growing: readonly number[]): readonly number[] {
    if (!tops.some((top) => this.#isBrowserInside(top))) return tops;
    const { groups } = this.#grown;
    const rate = this.rate(tops);
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
    return isBrowserInside(classNames[groups[group]!.class]!) && !this.isOfProgram(group);
  }

  /** The group whose class says most: one of the program's near the top, else what fills the container. */
  mostTelling(all: readonly number[], growing: readonly number[]): number {
    const { groups, classNames } = this.#grown;
    const tops = this.#outsideOfBrowser(all, growing);
    const rate = this.rate(tops);
    let best: { group: number; score: number } | null = null;
    for (const group of growing) {
      if (this.#leak[group]! < 0.3 * rate) continue;
      const name = classNames[groups[group]!.class]!;
      // What the browser calls says more than what it is handed.
      const isCalled =
        tops !== all && tops.includes(group) && name === FUNCTION && this.comesOfProgram(this.#members.newOnes(group));
      if (!isCalled && (GENERIC.has(name) || name.startsWith('('))) continue;
      let depth = 0;
      for (let up = groups[group]!.parent; up >= 0 && !tops.includes(group); up = groups[up]!.parent) {
        depth++;
        if (tops.includes(up)) break;
      }
      const ofProgram = this.isOfProgram(group);
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
}
