/** Times of the phases of a run, for --profile. */
export class Stopwatch {
  readonly #phases: { name: string; start: number }[] = [{ name: 'start', start: 0 }];

  /** A new phase begins. performance.now() counts from the process's start. */
  phase(name: string): void {
    if (this.#phases.at(-1)!.name !== name) this.#phases.push({ name, start: performance.now() });
  }

  /** One line: each phase's milliseconds, and the largest amount of memory that the process has had. */
  report(): string {
    const end = performance.now();
    const parts = this.#phases.map(({ name, start }, k) => {
      const next = this.#phases[k + 1]?.start ?? end;
      return `${name} ${(next - start).toFixed(1)}`;
    });
    const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0);
    return `profile: ${parts.join(', ')} ms; total ${end.toFixed(1)} ms; peak memory ${peak} MiB`;
  }
}
