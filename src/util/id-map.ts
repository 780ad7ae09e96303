/** Entries per page: 256 KiB. */
const PAGE = 1 << 16;

/**
 * A number of 0 to 2^32-2 for each node id, in pages made when first used. As in IdSet, ids that are close together
 * share a page, and even and odd ids have pages of their own.
 */
export class IdMap {
  /** Pages by 2 x (id / 2 / PAGE) + parity; in a page 1 + the number, or 0. */
  readonly #pages = new Map<number, Uint32Array>();
  #lastKey = Number.NaN;
  #last: Uint32Array = new Uint32Array(0);

  /** The number of `id`, or undefined. */
  get(id: number): number | undefined {
    const parity = id % 2 === 0 ? 0 : 1;
    const half = (id - parity) / 2;
    const key = 2 * Math.floor(half / PAGE) + parity;
    if (key !== this.#lastKey) {
      const page = this.#pages.get(key);
      if (page === undefined) return undefined;
      this.#lastKey = key;
      this.#last = page;
    }
    const found = this.#last[half % PAGE]!;
    return found === 0 ? undefined : found - 1;
  }

  set(id: number, value: number): void {
    const parity = id % 2 === 0 ? 0 : 1;
    const half = (id - parity) / 2;
    const key = 2 * Math.floor(half / PAGE) + parity;
    if (key !== this.#lastKey) {
      let page = this.#pages.get(key);
      if (page === undefined) this.#pages.set(key, (page = new Uint32Array(PAGE)));
      this.#lastKey = key;
      this.#last = page;
    }
    this.#last[half % PAGE] = value + 1;
  }
}
