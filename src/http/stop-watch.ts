/** Adds up how long the process stood still for what does not let anything else run. */
export class StopWatch {
  #time = 0;

  /** Milliseconds. */
  get time(): number {
    return this.#time;
  }

  /** @param action works to its end before it lets go of the thread, whether it gives a promise or not */
  async run<Result>(action: () => Result | Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await action();
    } finally {
      this.#time += performance.now() - startedAt;
    }
  }
}
