/** Entries per page: 256 KiB. */
const PAGE_BITS = 16;
const PAGE = 1 << PAGE_BITS;
/** So many pages (64 MiB) there may be in any case, and one more for each so many numbers. */
const FREE_PAGES = 256;
const NUMBERS_PER_PAGE = 512;

/**
 * A number of 0 to 2^32-2 for each node id, in pages made when first used. As in IdSet, ids that are close together
 * share a page, and even and odd ids have pages of their own. Ids that are too far apart for that (addresses, or a file made to do
 * harm) are kept in a Map.
 */
export class IdMap {
  /** Of ids below 2^32, which need no division, by pageOf(). */
  readonly #listed: (Uint32Array | undefined)[] = [];
  /** Of the others, by 2 x floor(id / 2 / PAGE) + parity. In a page 1 + the number, or 0. */
  readonly #others = new Map<number, Uint32Array>();
  /** What has no page. */
  readonly #loose = new Map<number, number>();
  #pages = 0;
  #numbers = 0;

  /** The number of `id`, or -1. */
  get(id: number): number {
    let value: number;
    if (id < 2 ** 32) value = this.#listed[pageOf(id)]?.[(id >>> 1) & (PAGE - 1)] ?? 0;
    else {
      const { key, at } = farPlace(id);
      value = this.#others.get(key)?.[at] ?? 0;
    }
    return value === 0 && this.#loose.size > 0 ? (this.#loose.get(id) ?? -1) : value - 1;
  }

  set(id: number, value: number): void {
    this.#numbers++;
    if (id < 2 ** 32) {
      const page = (this.#listed[pageOf(id)] ??= this.#newPage());
      if (page === undefined) this.#loose.set(id, value);
      else page[(id >>> 1) & (PAGE - 1)] = value + 1;
      return;
    }
    const { key, at } = farPlace(id);
    let page = this.#others.get(key);
    if (page === undefined && (page = this.#newPage()) !== undefined) this.#others.set(key, page);
    if (page === undefined) this.#loose.set(id, value);
    else page[at] = value + 1;
  }

  /** Undefined where there are too few numbers for as many pages. */
  #newPage(): Uint32Array | undefined {
    if (this.#pages >= FREE_PAGES + this.#numbers / NUMBERS_PER_PAGE) return undefined;
    this.#pages++;
    return new Uint32Array(PAGE);
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
