/** Entries per page: 256 KiB. */
const PAGE = 1 << 16;
/** Pages up to this number stand in a list, which is faster; ids up to 2^32 are on them. */
const LISTED = 1 << 16;

/**
 * A number of 0 to 2^32-2 for each node id, in pages made when first used. As in IdSet, ids that are close together
 * share a page, and even and odd ids have pages of their own.
 */
export class IdMap {
  /** Pages by 2 x floor(id / 2 / PAGE) + parity; in a page 1 + the number, or 0. */
  readonly #listed: (Uint32Array | undefined)[] = [];
  readonly #others = new Map<number, Uint32Array>();

  /** The number of `id`, or -1. */
  get(id: number): number {
    const parity = id % 2;
    const half = (id - parity) / 2;
    const number = Math.floor(half / PAGE);
    const key = 2 * number + parity;
    const page = key < LISTED ? this.#listed[key] : this.#others.get(key);
    return page === undefined ? -1 : page[half - number * PAGE]! - 1;
  }

  set(id: number, value: number): void {
    const parity = id % 2;
    const half = (id - parity) / 2;
    const number = Math.floor(half / PAGE);
    const key = 2 * number + parity;
    const page = (key < LISTED ? this.#listed[key] : this.#others.get(key)) ?? this.#add(key);
    page[half - number * PAGE] = value + 1;
  }

  #add(key: number): Uint32Array {
    const page = new Uint32Array(PAGE);
    if (key < LISTED) this.#listed[key] = page;
    else this.#others.set(key, page);
    return page;
  }
}
