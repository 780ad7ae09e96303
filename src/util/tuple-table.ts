/** Numbers tuples of four 32-bit numbers in the order in which they are first met. */
export class TupleTable {
  #size = 0;
  /** Four numbers per tuple. */
  #values = new Uint32Array(4 * 64);
  /** Open addressing, a power of two: 1 + the tuple's number, or 0. */
  #slots = new Uint32Array(128);

  get size(): number {
    return this.#size;
  }

  /** The number of this tuple, a new one when it was not met before. */
  intern(a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const values = this.#values;
    for (let slot = hash(a, b, c, d) & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]!;
      if (found === 0) return this.#add(slot, a, b, c, d);
      const at = 4 * (found - 1);
      if (values[at] === a && values[at + 1] === b && values[at + 2] === c && values[at + 3] === d) return found - 1;
    }
  }

  /** Number `position` (0 to 3) of tuple `index`. */
  value(index: number, position: number): number {
    return this.#values[4 * index + position]!;
  }

  #add(slot: number, a: number, b: number, c: number, d: number): number {
    const index = this.#size++;
    this.#slots[slot] = index + 1;
    if (4 * index === this.#values.length) {
      const grown = new Uint32Array(2 * this.#values.length);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values.set([a, b, c, d], 4 * index);
    if (2 * this.#size >= this.#slots.length) this.#rehash();
    return index;
  }

  #rehash(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    const mask = slots.length - 1;
    const values = this.#values;
    for (let index = 0; index < this.#size; index++) {
      const at = 4 * index;
      let slot = hash(values[at]!, values[at + 1]!, values[at + 2]!, values[at + 3]!) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }
}

function hash(a: number, b: number, c: number, d: number): number {
  let h = Math.imul(a ^ 0x9e37_79b9, 0x85eb_ca6b);
  h = Math.imul((h ^ (h >>> 15)) + b, 0xc2b2_ae35);
  h = Math.imul((h ^ (h >>> 13)) + c, 0x27d4_eb2f);
  h = Math.imul((h ^ (h >>> 15)) + d, 0x1656_67b1);
  return (h ^ (h >>> 16)) >>> 0;
}
