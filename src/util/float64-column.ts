/** A float64 per row, 0 until added to; grows as rows come. */
export class Float64Column {
  #values = new Float64Array(1024);

  get(row: number): number {
    return this.#values[row] ?? 0;
  }

  add(row: number, amount: number): void {
    if (row >= this.#values.length) {
      const larger = new Float64Array(Math.max(row + 1, this.#values.length * 2));
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[row]! += amount;
  }
}
