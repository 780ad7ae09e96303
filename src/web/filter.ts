const REGULAR_EXPRESSION = /^\/(.*)\/([a-z]*)$/s;

/** Whether a text is to be shown. */
export type TextFilter = (text: string) => boolean;

/**
 * A filter as the command line's: a part of the text (upper or lower case alike) or `/regex/flags`; `!` in front
 * excludes. Null for one that lets everything through.
 * @throws SyntaxError for a regular expression that is none
 */
export function textFilter(typed: string): TextFilter | null {
  const excludes = typed.startsWith('!');
  const wanted = excludes ? typed.slice(1) : typed;
  if (wanted.trim() === '') return null;
  const parts = REGULAR_EXPRESSION.exec(wanted);
  // g and y make test() remember where it was; each text is looked at afresh.
  const expression = parts && new RegExp(parts[1]!, parts[2]!.replace(/[gy]/g, ''));
  const lower = wanted.toLowerCase();
  const matches: TextFilter = expression
    ? (text) => expression.test(text)
    : (text) => text.toLowerCase().includes(lower);
  return excludes ? (text) => !matches(text) : matches;
}
