import { useEffect, useState } from 'preact/hooks';
import { ApiError } from './api.js';

export interface Polled<Answer> {
  /** The last one that came. */
  readonly answer: Answer | null;
  /** Why the last question was not answered; null where it was. */
  readonly error: ApiError | null;
}

/**
 * Asks now, and again and again as long as somebody may see the page.
 * @param key asks at once when it changes; null: does not ask @param pause milliseconds until the next question
 */
export function usePoll<Answer>(
  key: string | null,
  ask: (signal: AbortSignal) => Promise<Answer>,
  pause: (answer: Answer | null) => number,
): Polled<Answer> {
  const [state, setState] = useState<Polled<Answer>>({ answer: null, error: null });
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const next = async (): Promise<void> => {
      let answer: Answer | null = null;
      try {
        answer = await ask(signal);
        if (!signal.aborted) setState({ answer, error: null });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState((old) => ({ answer: old.answer, error }));
      }
      clearTimeout(timer);
      if (!signal.aborted && !document.hidden) timer = setTimeout(() => void next(), pause(answer));
    };
    const onVisible = (): void => {
      clearTimeout(timer);
      if (!document.hidden) void next();
    };
    document.addEventListener('visibilitychange', onVisible);
    void next();
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      clearTimeout(timer);
      controller.abort();
    };
  }, [key]);
  return state;
}
