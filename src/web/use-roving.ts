import type { RefObject } from 'preact';
import { useRef, useState } from 'preact/hooks';

export interface Roving {
  /** To be put on the box, as is `onKeyDown`. */
  readonly box: RefObject<HTMLDivElement | null>;
  /** Which tile the Tab key leads to. */
  readonly current: number;
  readonly setCurrent: (index: number) => void;
  /** Whether it was a key that moves. */
  readonly onKeyDown: (event: KeyboardEvent) => boolean;
}

/** One stop for the Tab key in a box of many tiles (`.tile`); the arrow keys, Home and End go from one to the next. */
export function useRoving(count: number): Roving {
  const box = useRef<HTMLDivElement>(null);
  const [wanted, setCurrent] = useState(0);
  const current = Math.min(wanted, count - 1);
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (event.altKey || event.ctrlKey || event.metaKey) return false;
    // From the box itself, to where the Tab key would lead.
    const step = event.target === box.current ? 0 : 1;
    const to = {
      ArrowRight: current + step,
      ArrowDown: current + step,
      ArrowLeft: current - step,
      ArrowUp: current - step,
      Home: 0,
      End: count - 1,
    }[event.key];
    if (to === undefined) return false;
    const next = Math.min(count - 1, Math.max(0, to));
    setCurrent(next);
    box.current?.querySelectorAll<HTMLElement>('.tile')[next]?.focus();
    event.preventDefault();
    return true;
  };
  return { box, current, setCurrent, onKeyDown };
}
