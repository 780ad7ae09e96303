import { usageError } from '../errors.js';

/** Whether a constructor's row is to be shown. */
export type RowFilter = (constructor: string) => boolean;

const REGULAR_EXPRESSION = /^\/(.*)\/([a-z]*)$/s;
/**
 * Characters of a name that a regular expression is tried on. V8's names are shorter; a file may hold one that is made up, and there are
 * expressions that take time by the square of what they are tried on.
 */
const LONGEST_TRIED = 4096;

/**
 * A filter over constructor names. Each text is a part of the name (upper or lower case alike) or `/regex/flags`; `!` in
 * front excludes. A name is shown when any including text matches (or there is none) and no excluding one does.
 * @throws HeapstatError USAGE for a bad regular expression or an empty text
 */
export function rowFilter(texts: readonly string[]): RowFilter {
  const includes: RowFilter[] = [];
  const excludes: RowFilter[] = [];
  for (const text of texts) {
    if (text.startsWith('!')) excludes.push(matcher(text.slice(1), text));
    else includes.push(matcher(text, text));
  }
  return (name) =>
    (includes.length === 0 || includes.some((match) => match(name))) && !excludes.some((match) => match(name));
}

function matcher(text: string, whole: string): RowFilter {
  if (text === '')
    throw usageError(`the filter ${JSON.stringify(whole)} is empty: give a part of a constructor's name, or /regex/`);
  const part = text.toLowerCase();
  return regularExpression(text, `the filter ${whole}`) ?? ((name) => name.toLowerCase().includes(part));
}

/**
 * What `/regex/flags` says of a name; null for any other text.
 * @param what the text is, for the message @throws HeapstatError USAGE for a bad regular expression
 */
export function regularExpression(text: string, what: string): RowFilter | null {
  const parts = REGULAR_EXPRESSION.exec(text);
  if (!parts) return null;
  try {
    // g and y make test() remember where it was; each name is looked at afresh.
    const expression = new RegExp(parts[1]!, parts[2]!.replace(/[gy]/g, ''));
    return (name) => expression.test(name.slice(0, LONGEST_TRIED));
  } catch (error) {
    throw usageError(`${what} is no regular expression: ${(error as Error).message}`);
  }
}
