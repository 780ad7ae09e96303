import { useEffect, useState } from 'preact/hooks';
import { ApiError } from './api.js';

export interface Answered<Answer> {
  /** Null until the first came; the last one stays while the next is awaited. */
  readonly answer: Answer | null;
  readonly isWaiting: boolean;
  readonly error: string | null;
}

const NOTHING = { answer: null, isWaiting: true, error: null } as const;

/** Asks again whenever `key` changes; an answer that nobody waits for any more is dropped. */
export function useAnswer<Answer>(key: string, ask: (signal: AbortSignal) => Promise<Answer>): Answered<Answer> {
  const [state, setState] = useState<Answered<Answer>>(NOTHING);
  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    setState(({ answer }) => ({ answer, isWaiting: true, error: null }));
    ask(signal).then(
      (answer) => {
        if (!signal.aborted) setState({ answer, isWaiting: false, error: null });
      },
      (error: unknown) => {
        if (signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState({ answer: null, isWaiting: false, error: error.message });
      },
    );
    return () => controller.abort();
  }, [key]);
  return state;
}
