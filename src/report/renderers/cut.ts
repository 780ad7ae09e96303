import stringWidth from 'string-width';

/** At most `width` columns; what is cut off the end is marked. Never cuts inside a character. */
export function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  // Most names are plain, and Intl takes a while to load.
  if (/^[ -~]*$/.test(text)) return `${text.slice(0, width - 1)}…`;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) return `${kept}…`;
    kept += segment;
    used += columns;
  }
  return text;
}

/** The same, from the beginning. */
export function cutStart(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  let used = 0;
  for (const { segment } of [...new Intl.Segmenter('en').segment(text)].toReversed()) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) return `…${kept}`;
    kept = segment + kept;
    used += columns;
  }
  return text;
}
