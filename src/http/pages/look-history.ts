import { compareLooks, type Look } from '../../analysis/looks.js';
import type { SummaryResult } from '../../analysis/summary.js';

/** Looks that are kept. */
const MOST = 20;

interface Kept extends Look {
  /** JSON of the summary. */
  readonly text: Buffer;
}

/** What looks have found, as text outside of the heap, so that the next finds little of it. */
export class LookHistory {
  readonly #kept: Kept[] = [];
  #result: Buffer | null = null;

  add(look: Look, summary: SummaryResult): void {
    this.#kept.push({ ...look, text: Buffer.from(JSON.stringify(summary)) });
    if (this.#kept.length > MOST) this.#kept.shift();
    this.#result = null;
  }

  /** When the latest was; milliseconds since 1970; null where there was none. */
  get latestAt(): number | null {
    return this.#kept.at(-1)?.at ?? null;
  }

  /** A LooksResult as JSON. */
  json(): string {
    this.#result ??= Buffer.from(
      JSON.stringify(
        compareLooks(
          this.#kept.map(({ at, kind, stopped }) => ({ at, kind, stopped })),
          this.#kept.map(({ text }) => JSON.parse(text.toString()) as SummaryResult),
        ),
      ),
    );
    return this.#result.toString();
  }
}
