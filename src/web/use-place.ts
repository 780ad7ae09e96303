import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import { parsePlace, type Place } from './links.js';

/** What the address shows, behind `#`: the browser's own Back and Forward go through it. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onChange = (): void => setHash(location.hash);
    addEventListener('hashchange', onChange);
    return () => removeEventListener('hashchange', onChange);
  }, []);
  useLayoutEffect(() => {
    // The part of the page that a link leads to may not have been there when it was clicked.
    const part = parsePlace(hash).type === 'report' && hash !== '' ? document.getElementById(hash.slice(1)) : null;
    if (part) return part.scrollIntoView();
    scrollTo(0, 0);
    // What was clicked is gone: the keyboard, and who has the page read out, go on from what is new.
    if (hash !== '') document.getElementById('main')?.focus({ preventScroll: true });
  }, [hash]);
  return parsePlace(hash);
}
