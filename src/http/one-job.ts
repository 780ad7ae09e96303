import { setImmediate as nextTurn } from 'node:timers/promises';
import { Refusal } from './answer.js';

/** Status of what nobody is there to read (nginx's number for it). */
export const CLIENT_GONE = 499;
/** Turns of the event loop after which what came in meanwhile (a closed connection) has been told. */
const TURNS = 5;
/** Milliseconds that a job takes, as long as none has been seen. */
const USUAL_DURATION = 5000;

/** Something that is under way for one client. */
export interface Job {
  /** Aborted when the client hangs up or the time is over; the reason is what to answer. */
  readonly signal: AbortSignal;
  /** Lets the process do its other work, then throws if the job is to go no further. @throws Refusal */
  checkpoint(): Promise<void>;
  /** It is over; the next may begin. May be called twice. */
  end(): void;
}

/** Lets one job run at a time. */
export class OneJob {
  #startedAt: number | null = null;
  #duration = USUAL_DURATION;

  /**
   * @param timeLimit milliseconds @param onHangUp calls its argument if the client goes away, and returns what stops that
   * @throws Refusal 429 while another job runs
   */
  start(timeLimit: number, onHangUp: (hangUp: () => void) => () => void): Job {
    if (this.#startedAt !== null) {
      const left = Math.max(1, Math.ceil((this.#duration - (performance.now() - this.#startedAt)) / 1000));
      throw new Refusal(429, `a snapshot is being taken for someone else: try again in ${left} s`, {
        'retry-after': String(left),
      });
    }
    const startedAt = performance.now();
    this.#startedAt = startedAt;
    const controller = new AbortController();
    const { signal } = controller;
    const stop = (refusal: Refusal): void => {
      if (!signal.aborted) controller.abort(refusal);
    };
    const outOfTime = (): Refusal =>
      new Refusal(503, `it was not done in ${timeLimit / 1000} s, the time limit (heapdump({ timeLimit }))`);
    const timer = setTimeout(() => stop(outOfTime()), timeLimit).unref();
    const forget = onHangUp(() => stop(new Refusal(CLIENT_GONE, 'the client has gone')));
    let isOver = false;
    return {
      signal,
      checkpoint: async () => {
        for (let turn = 0; turn < TURNS; turn++) await nextTurn();
        // A timer may be late where something else holds the process up.
        if (performance.now() - startedAt > timeLimit) stop(outOfTime());
        signal.throwIfAborted();
      },
      end: () => {
        if (isOver) return;
        isOver = true;
        clearTimeout(timer);
        forget();
        this.#duration = performance.now() - startedAt;
        this.#startedAt = null;
      },
    };
  }
}
