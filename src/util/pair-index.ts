/**
 * Gives each distinct pair of integers (a, b) a row number, 0 upward in order of first use. Open addressing over typed
 * arrays: memory depends on the number of distinct pairs only. a and b below 2^32.
 */
export class PairIndex {
  #mask = 1023;
  /** Row number + 1 by slot; 0: free. */
  #slots = new Uint32Array(1024);
  #a = new Uint32Array(512);
  #b = new Uint32Array(512);
  size = 0;

  a(row: number): number {
    return this.#a[row]!;
  }

  b(row: number): number {
    return this.#b[row]!;
  }

  row(a: number, b: number): number {
    const mask = this.#mask;
    const slots = this.#slots;
    for (let slot = hash(a, b) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot]! - 1;
      if (row < 0) return this.#insert(a, b, slot);
      if (this.#b[row] === b && this.#a[row] === a) return row;
    }
  }

  #insert(a: number, b: number, slot: number): number {
    const row = this.size++;
    if (row === this.#a.length) {
      this.#a = grown(this.#a);
      this.#b = grown(this.#b);
    }
    this.#a[row] = a;
    this.#b[row] = b;
    this.#slots[slot] = row + 1;
    if (this.size * 2 > this.#mask) this.#rehash();
    return row;
  }

  #rehash(): void {
    this.#mask = this.#mask * 2 + 1;
    const slots = new Uint32Array(this.#mask + 1);
    for (let row = 0; row < this.size; row++) {
      let slot = hash(this.#a[row]!, this.#b[row]!) & this.#mask;
      while (slots[slot] !== 0) slot = (slot + 1) & this.#mask;
      slots[slot] = row + 1;
    }
    this.#slots = slots;
  }
}

/** Multiplication by 2^32 over the golden ratio (Knuth), folded so that the low bits depend on all. */
function hash(a: number, b: number): number {
  const mixed = Math.imul(b ^ Math.imul(a, 0x85ebca6b), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

function grown(column: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(column.length * 2);
  larger.set(column);
  return larger;
}
