import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const CSS = readFileSync(new URL('../../dist/web/page.css', import.meta.url), 'utf8');
const COLOR = /(--[\w-]+):\s*light-dark\(\s*(#\w+),\s*(#\w+)\s*\)/g;

type Rgb = readonly [number, number, number];

/** By name: for light, and for dark. */
const COLORS: ReadonlyMap<string, readonly [Rgb, Rgb]> = new Map(
  [...CSS.matchAll(COLOR)].map(([, name, light, dark]) => [name!, [parseColor(light!), parseColor(dark!)]]),
);

/** `#abc`, `#aabbcc`; what shines through is of no use here. */
function parseColor(text: string): Rgb {
  const digits = text.length === 4 ? text.slice(1).replace(/./g, '$&$&') : text.slice(1, 7);
  return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Rgb;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(color: Rgb): number {
  const [r, g, b] = color.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

/** CSS brightness(). */
function brightened(color: Rgb, factor: number): Rgb {
  return color.map((value) => Math.min(255, value * factor)) as unknown as Rgb;
}

const GROUNDS = ['--ground', '--panel', '--hover'];
const TILES = ['objects', 'arrays', 'strings', 'code', 'functions', 'native', 'engine', 'rest'].map(
  (key) => `--${key}`,
);

/** What stands on what, and how much WCAG's AA asks for: 4.5 of text, 3 of the edges of what can be worked. */
const PAIRS: readonly (readonly [string, string, number])[] = [
  ...['--ink', '--soft', '--accent', '--growth', '--shrinkage'].flatMap((ink) =>
    GROUNDS.map((ground) => [ink, ground, 4.5] as const),
  ),
  ...['--ink', '--soft', '--accent'].flatMap((ink) => [[ink, '--mark', 4.5] as const, [ink, '--bar', 4.5] as const]),
  ['--ink', '--warning', 4.5],
  ['--accent', '--warning', 4.5],
  ['--edge', '--ground', 3],
  ['--edge', '--panel', 3],
  ...TILES.map((tile) => ['--tile-ink', tile, 4.5] as const),
];

void test('every text stands out from what is behind it, in both themes', () => {
  for (const [ink, ground, least] of PAIRS)
    for (const theme of [0, 1] as const) {
      const [a, b] = [ink, ground].map((name) => COLORS.get(name)?.[theme]);
      assert.ok(a && b, `${ink} and ${ground} are colours of page.css`);
      // A frame's head is darker, what the mouse is over is lighter: the text with the ground.
      for (const factor of ink === '--tile-ink' ? [0.93, 1, 1.08] : [1]) {
        const ratio = contrast(brightened(a, factor), brightened(b, factor));
        assert.ok(ratio >= least, `${ink} on ${ground}, ${theme === 0 ? 'light' : 'dark'}: ${ratio.toFixed(2)}`);
      }
    }
});

void test('every colour is said once, for both themes', () => {
  assert.equal(COLORS.size, CSS.match(/light-dark\(/g)!.length, 'every colour is told twice, and once only');
  assert.doesNotMatch(CSS, /prefers-color-scheme/);
});
