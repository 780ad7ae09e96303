/** The memory of a running process at one moment; bytes. */
export interface MemorySample {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rss: number;
  readonly usedHeap: number;
  /** Outside of V8's heap, held by objects in it; the memory of ArrayBuffers is a part of it. */
  readonly external: number;
  readonly arrayBuffers: number;
  /** What V8's spaces use, always in the same order. */
  readonly spaces: readonly HeapSpace[];
}

export interface HeapSpace {
  readonly name: string;
  readonly used: number;
}

/** What the memory may grow to; bytes. */
export interface MemoryLimits {
  readonly heap: number;
  /** Of the container, or else the machine. */
  readonly process: number;
}

/** The memory of a process over time, the latest last; every series is as long as `at`. */
export interface LiveMemoryResult {
  readonly type: 'liveMemory';
  readonly version: 1;
  /** Whose it is, for people. */
  readonly process: string;
  /** Milliseconds between samples. */
  readonly every: number;
  readonly at: readonly number[];
  readonly rss: readonly number[];
  readonly usedHeap: readonly number[];
  readonly external: readonly number[];
  readonly arrayBuffers: readonly number[];
  readonly spaces: readonly { readonly name: string; readonly used: readonly number[] }[];
  readonly limits: MemoryLimits;
}

/** at, rss, usedHeap, external, arrayBuffers */
const OWN_COLUMNS = 5;

/** The last samples, in one array outside of the heap, so that they are not seen as its growth. */
export class MemoryHistory {
  readonly #capacity: number;
  #names: readonly string[] = [];
  /** Rows of OWN_COLUMNS and one for each space; row i % capacity is that of sample i. */
  #rows = new Float64Array(0);
  #count = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(sample: MemorySample): void {
    if (this.#count === 0) {
      this.#names = sample.spaces.map(({ name }) => name);
      this.#rows = new Float64Array(this.#capacity * this.#width);
    }
    const { at, rss, usedHeap, external, arrayBuffers, spaces } = sample;
    const row = (this.#count++ % this.#capacity) * this.#width;
    this.#rows.set([at, rss, usedHeap, external, arrayBuffers], row);
    for (let i = 0; i < this.#names.length; i++) this.#rows[row + OWN_COLUMNS + i] = spaces[i]?.used ?? 0;
  }

  get #width(): number {
    return OWN_COLUMNS + this.#names.length;
  }

  result(process: string, every: number, limits: MemoryLimits): LiveMemoryResult {
    const length = Math.min(this.#count, this.#capacity);
    const first = this.#count - length;
    const column = (offset: number): number[] =>
      Array.from({ length }, (_, i) => this.#rows[((first + i) % this.#capacity) * this.#width + offset]!);
    return {
      type: 'liveMemory',
      version: 1,
      process,
      every,
      at: column(0),
      rss: column(1),
      usedHeap: column(2),
      external: column(3),
      arrayBuffers: column(4),
      spaces: this.#names.map((name, i) => ({ name, used: column(OWN_COLUMNS + i) })),
      limits,
    };
  }
}
