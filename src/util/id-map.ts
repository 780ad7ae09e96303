/** Entries per page: 256 KiB. */
const PAGE_BITS = 16;
const PAGE = 1 << PAGE_BITS;

/**
 * A number of 0 to 2^32-2 for each node id, in pages made when first used. As in IdSet, ids that are close together
 * share a page, and even and odd ids have pages of their own.
 */
export class IdMap {
  /** Of ids below 2^32, which need no division, by pageOf(). */
  readonly #listed: (Uint32Array | undefined)[] = [];
  /** Of the others, by 2 x floor(id / 2 / PAGE) + parity. In a page 1 + the number, or 0. */
  readonly #others = new Map<number, Uint32Array>();

  /** The number of `id`, or -1. */
  get(id: number): number {
    if (id < 2 ** 32) {
      const page = this.#listed[pageOf(id)];
      return page === undefined ? -1 : page[(id >>> 1) & (PAGE - 1)]! - 1;
    }
    const { key, at } = farPlace(id);
    const page = this.#others.get(key);
    return page === undefined ? -1 : page[at]! - 1;
  }

  set(id: number, value: number): void {
    if (id < 2 ** 32) {
      const page = (this.#listed[pageOf(id)] ??= new Uint32Array(PAGE));
      page[(id >>> 1) & (PAGE - 1)] = value + 1;
      return;
    }
    const { key, at } = farPlace(id);
    let page = this.#others.get(key);
    if (page === undefined) this.#others.set(key, (page = new Uint32Array(PAGE)));
    page[at] = value + 1;
  }
}

function pageOf(id: number): number {
  return ((id >>> (PAGE_BITS + 1)) << 1) | (id & 1);
}

function farPlace(id: number): { readonly key: number; readonly at: number } {
  const parity = id % 2;
  const half = (id - parity) / 2;
  const number = Math.floor(half / PAGE);
  return { key: 2 * number + parity, at: half - number * PAGE };
}
