/** Bits per page: 8 KiB. */
const PAGE_BITS = 1 << 16;
const WORDS = PAGE_BITS / 32;
/** Pages of a set: 512 MiB, room for all ids below 2^32. What V8 numbers needs a few; a file made to do harm would need any number. */
const MOST_PAGES = 1 << 16;

/** The ids are so far apart that a bit for each would take too much memory. */
export class IdsTooFarApart extends RangeError {}

/**
 * A set of node ids, a bit each, in pages made when first used. V8 gives heap objects odd ids, so even and odd ids have
 * pages of their own: half the memory. Any integer of up to 53 bits is held right; ids far apart cost a page each.
 */
export class IdSet {
  /** Pages by parity, then by id / 2 / PAGE_BITS. */
  readonly #pages: [Map<number, Uint32Array>, Map<number, Uint32Array>] = [new Map(), new Map()];
  readonly #lastKey: [number, number] = [Number.NaN, Number.NaN];
  readonly #last: [Uint32Array, Uint32Array] = [new Uint32Array(WORDS), new Uint32Array(WORDS)];
  readonly #mostPages: number;
  size = 0;

  /** @param mostPages of 8 KiB; what needs more throws IdsTooFarApart */
  constructor(mostPages = MOST_PAGES) {
    this.#mostPages = mostPages;
  }

  has(id: number): boolean {
    const parity = id % 2 === 0 ? 0 : 1;
    const half = (id - parity) / 2;
    const key = Math.floor(half / PAGE_BITS);
    const page = this.#page(parity, key, false);
    if (!page) return false;
    const bit = half - key * PAGE_BITS;
    return ((page[bit >>> 5]! >>> (bit & 31)) & 1) === 1;
  }

  /** Adds `id`; false when it was there already. */
  add(id: number): boolean {
    const parity = id % 2 === 0 ? 0 : 1;
    const half = (id - parity) / 2;
    const key = Math.floor(half / PAGE_BITS);
    const page = this.#page(parity, key, true)!;
    const bit = half - key * PAGE_BITS;
    const word = page[bit >>> 5]!;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return false;
    page[bit >>> 5] = word | mask;
    this.size++;
    return true;
  }

  #page(parity: 0 | 1, key: number, create: boolean): Uint32Array | undefined {
    if (this.#lastKey[parity] === key) return this.#last[parity];
    let page = this.#pages[parity].get(key);
    if (!page) {
      if (!create) return undefined;
      if (this.#pages[0].size + this.#pages[1].size >= this.#mostPages)
        throw new IdsTooFarApart(`ids that are far apart need more than ${this.#mostPages} pages`);
      page = new Uint32Array(WORDS);
      this.#pages[parity].set(key, page);
    }
    this.#lastKey[parity] = key;
    this.#last[parity] = page;
    return page;
  }
}
