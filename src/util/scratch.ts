/**
 * Arrays for passing use. Fresh memory costs about as much time as the work that is done in it, and what the garbage
 * collector has not yet taken back counts as used, so one computation hands its arrays to the next.
 */
export class Scratch {
  #free: Int32Array[] = [];

  /** At least `length` elements, with anything in them: the smallest array that was given back, or a new one. */
  take(length: number): Int32Array {
    let best = -1;
    this.#free.forEach((array, i) => {
      if (array.length >= length && (best < 0 || array.length < this.#free[best]!.length)) best = i;
    });
    if (best < 0) return new Int32Array(length);
    return this.#free.splice(best, 1)[0]!;
  }

  /** Gives arrays back that nobody looks at any more. */
  give(...arrays: Int32Array[]): void {
    this.#free.push(...arrays);
  }

  /** Forgets what was given back. Node 22 and later free it at once, older versions when they next collect garbage. */
  clear(): void {
    for (const { buffer } of this.#free) (buffer as Transferable).transfer?.(0);
    this.#free = [];
  }
}

/** ES2024; absent in Node 20. */
interface Transferable {
  readonly transfer?: (newLength: number) => unknown;
}
