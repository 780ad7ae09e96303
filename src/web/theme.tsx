import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

type Theme = 'auto' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEY = 'heapstat-theme';

/** Light, dark, or as the system has it; remembered where the browser remembers anything. */
export function ThemeButton(): JSX.Element {
  const [theme, setTheme] = useState<Theme>(recall);
  useLayoutEffect(() => {
    if (theme === 'auto') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
    remember(theme);
  }, [theme]);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  return (
    <button type="button" class="theme" onClick={() => setTheme(next)} title={`Change to ${next}`}>
      <span class="visually-hidden">Theme: </span>
      {theme}
    </button>
  );
}

function recall(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto';
  } catch {
    return 'auto'; // a browser that remembers nothing throws
  }
}

function remember(theme: Theme): void {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above: then it lasts as long as the page.
  }
}
