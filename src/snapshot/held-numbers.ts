/** Numbers per array. */
const BATCH_NUMBERS = 8192;

/** Numbers of a section whose turn has not come: kept until the end. */
export class HeldNumbers {
  readonly #batches: Float64Array[] = [];
  #used = BATCH_NUMBERS;

  add(value: number): void {
    if (this.#used === BATCH_NUMBERS) {
      this.#batches.push(new Float64Array(BATCH_NUMBERS));
      this.#used = 0;
    }
    this.#batches.at(-1)![this.#used++] = value;
  }

  *values(): Iterable<number> {
    for (const batch of this.#batches) yield* batch === this.#batches.at(-1) ? batch.subarray(0, this.#used) : batch;
  }

  toArray(): Float64Array {
    const full = this.#batches.length - 1;
    if (full < 0) return new Float64Array(0);
    const values = new Float64Array(full * BATCH_NUMBERS + this.#used);
    this.#batches.forEach((batch, k) =>
      values.set(k === full ? batch.subarray(0, this.#used) : batch, k * BATCH_NUMBERS),
    );
    return values;
  }
}
