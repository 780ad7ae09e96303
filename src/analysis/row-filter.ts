import { runInNewContext } from 'node:vm';
import { usageError } from '../errors.js';

/** Whether a constructor's row is to be shown. */
export interface RowFilter {
  (constructor: string): boolean;
  /** Only of a regular expression: milliseconds that trying it on all names may take; see withinTime(). */
  readonly timeLimit?: number;
}

const REGULAR_EXPRESSION = /^\/(.*)\/([a-z]*)$/s;
/**
 * Characters of a name that a regular expression is tried on. V8's names are shorter; a file may hold one that is made up, and there are
 * expressions that take time by the square of what they are tried on.
 */
const LONGEST_TRIED = 4096;
/** Milliseconds: some fifty times what 50,000 names take. Expressions that backtrack exponentially would take for ever. */
const TIME_LIMIT = 2000;

/**
 * A filter over constructor names. Each text is a part of the name (upper or lower case alike) or `/regex/flags`; `!` in
 * front excludes. A name is shown when any including text matches (or there is none) and no excluding one does.
 * @param timeLimit milliseconds for regular expressions, where it is tried withinTime()
 * @throws HeapstatError USAGE for a bad regular expression or an empty text
 */
export function rowFilter(texts: readonly string[], timeLimit: number = TIME_LIMIT): RowFilter {
  const includes: RowFilter[] = [];
  const excludes: RowFilter[] = [];
  for (const text of texts) {
    if (text.startsWith('!')) excludes.push(matcher(text.slice(1), text));
    else includes.push(matcher(text, text));
  }
  const filter = (name: string): boolean =>
    (includes.length === 0 || includes.some((match) => match(name))) && !excludes.some((match) => match(name));
  const isSimple = [...includes, ...excludes].every((match) => match.timeLimit === undefined);
  return isSimple ? filter : Object.assign(filter, { timeLimit });
}

/**
 * Does what tries a filter on all names, and stops it where a regular expression would go on for ages.
 * @throws HeapstatError USAGE when the time is over
 */
export function withinTime<T>({ timeLimit }: RowFilter, action: () => T): T {
  if (timeLimit === undefined) return action();
  let outcome: { readonly value: T } | null = null;
  const act = (): void => {
    outcome = { value: action() };
  };
  try {
    // The only way to stop a regular expression that runs in this thread.
    runInNewContext('act()', { act }, { timeout: timeLimit });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw usageError(
      `the regular expression did not come to an end in ${timeLimit / 1000} s: use a simpler one, without repetitions inside of repetitions`,
    );
  }
  return (outcome as unknown as { readonly value: T }).value;
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
    const test = (name: string): boolean => expression.test(name.slice(0, LONGEST_TRIED));
    return Object.assign(test, { timeLimit: TIME_LIMIT });
  } catch (error) {
    throw usageError(`${what} is no regular expression: ${(error as Error).message}`);
  }
}
