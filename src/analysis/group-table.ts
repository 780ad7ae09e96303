import { PairIndex } from '../util/pair-index.js';

/** How many holders up a class is looked for, to see that objects form a chain or a tree. */
export const CHAIN_REACH = 12;

/** Names of classes that say nothing of what an object is for. */
export const GENERIC: ReadonlySet<string> = new Set([
  'Object',
  'Array',
  'Function',
  'Map',
  'Set',
  'Promise',
  'Generator',
  'AsyncGenerator',
  'AsyncFunction',
  '(string)',
  '(concatenated string)',
  '(sliced string)',
]);

/** Numbers groups: by class and the group above, or by the fixed object above. */
export class GroupTable {
  readonly #rows = new PairIndex();
  /** By row: the group that it stands for: its own, or one further up where classes repeat. */
  readonly #group: number[] = [];
  readonly #isGeneric: Uint8Array;

  constructor(classNames: readonly string[]) {
    this.#isGeneric = Uint8Array.from(classNames, (name) => (GENERIC.has(name) ? 1 : 0));
  }

  get size(): number {
    return this.#rows.size;
  }

  fixed(ordinal: number): number {
    return this.#own(this.#rows.row(0, ordinal));
  }

  root(): number {
    return this.#own(this.#rows.row(1, 0));
  }

  member(above: number, classIndex: number): number {
    const row = this.#rows.row(classIndex + 2, above);
    const known = this.#group[row];
    if (known !== undefined) return known;
    const group = this.#chainStart(above, classIndex) ?? row;
    this.#group[row] = group;
    return group;
  }

  /** Class index; -1 for the group that stands for a fixed object or a root. */
  classOf(group: number): number {
    return this.#rows.a(group) - 2;
  }

  /** The group above, or the ordinal of a fixed object. */
  above(group: number): number {
    return this.#rows.b(group);
  }

  isFixed(group: number): boolean {
    return this.#rows.a(group) === 0;
  }

  #own(row: number): number {
    this.#group[row] = row;
    return row;
  }

  /**
   * Where objects of a class hold others of it, over whatever lies between, they are one group. Of generic classes the
   * second and the ones below it, with none but generic ones between: an object in an object is common, and of objects
   * with a class of their own between them it is these that make the chain.
   */
  #chainStart(above: number, classIndex: number): number | undefined {
    const generic = this.#isGeneric[classIndex] === 1;
    let found: number | undefined;
    let up = above;
    for (let step = 0; step < CHAIN_REACH && this.classOf(up) >= 0; step++) {
      if (this.classOf(up) === classIndex) {
        if (!generic || found !== undefined) return found ?? up;
        found = up;
      } else if (generic && this.#isGeneric[this.classOf(up)] === 0) return undefined;
      up = this.above(up);
    }
    return undefined;
  }
}
