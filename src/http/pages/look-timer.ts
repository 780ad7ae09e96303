import type { LookSchedule } from '../../analysis/looks.js';
import { Refusal } from '../answer.js';
import { warn } from '../this-process.js';

/** Looks may stop the service for no more than this part of the time, however often they are wanted. */
const MOST_SHARE = 0.01;

/** What waits, and knows the time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds, unless what is returned is called before. */
  wait(milliseconds: number, callBack: () => void): () => void;
}

/** It does not keep the process alive. */
const CLOCK: Clock = {
  now: () => Date.now(),
  wait: (milliseconds, callBack) => {
    const timer = setTimeout(callBack, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/** Has looks taken, each some time after the one before is over. */
export class LookTimer {
  readonly #every: number;
  readonly #take: () => Promise<number>;
  readonly #clock: Clock;
  #nextAt: number | null = null;
  #skipped: string | null = null;
  #forget: (() => void) | null = null;

  /**
   * @param every milliseconds from one to the next, at least
   * @param take milliseconds for which the look stopped the process. Throws Refusal: not now
   */
  constructor(every: number, take: () => Promise<number>, clock: Clock = CLOCK) {
    this.#every = every;
    this.#take = take;
    this.#clock = clock;
    this.#wait(every);
  }

  get schedule(): LookSchedule {
    return { every: this.#every, nextAt: this.#nextAt, skipped: this.#skipped };
  }

  /** No look begins any more. */
  stop(): void {
    this.#forget?.();
    this.#forget = null;
  }

  #wait(milliseconds: number): void {
    this.#nextAt = this.#clock.now() + milliseconds;
    this.#forget = this.#clock.wait(milliseconds, () => void this.#run());
  }

  async #run(): Promise<void> {
    this.#nextAt = null;
    let stopped = 0;
    try {
      stopped = await this.#take();
      this.#skipped = null;
    } catch (error) {
      this.#skipped = (error as Error).message;
      if (!(error instanceof Refusal)) warn(error as Error);
    }
    if (this.#forget) this.#wait(Math.max(this.#every, stopped / MOST_SHARE));
  }
}
