import { DIFF_SORT_KEYS, type DiffResult, selectFromDiff } from '../analysis/diff.js';
import { rowFilter } from '../analysis/row-filter.js';
import { parseSortOrder } from '../analysis/select-rows.js';
import { selectFromSummary, SUMMARY_SORT_KEYS, type SummaryResult } from '../analysis/summary.js';
import { usageError } from '../errors.js';
import { type Format, FORMATS, usualLimit } from '../report/render.js';
import { parseBytes } from '../util/bytes.js';

/** What a client asks for. */
export interface Query {
  readonly format: Format;
  readonly exactBytes: boolean;
  /** Whether to compare with the look before. */
  readonly isDiff: boolean;
  selectFromSummary(result: SummaryResult): SummaryResult;
  selectFromDiff(result: DiffResult): DiffResult;
}

const PARAMETERS = ['filter', 'sort', 'limit', 'min-size', 'bytes', 'all', 'format', 'diff'] as const;
/** Characters. */
const LONGEST_FILTER = 500;
/** Milliseconds. A regular expression may go on for ages, and meanwhile nothing else does. */
const FILTER_TIME = 1000;

/** @param query of the URL, without the `?` @throws HeapstatError USAGE */
export function parseQuery(query: string): Query {
  const parameters = new URLSearchParams(query);
  for (const name of new Set(parameters.keys())) {
    if (!PARAMETERS.some((known) => known === name))
      throw usageError(`there is no parameter ${JSON.stringify(name)}: they are ${PARAMETERS.join(', ')}`);
    if (name !== 'filter' && parameters.getAll(name).length > 1)
      throw usageError(`${name} is given more than once: only filter may be`);
  }
  const isDiff = oneOf(parameters, 'diff', ['last']) !== undefined;
  const format = oneOf(parameters, 'format', FORMATS) ?? 'table';
  const sort = parameters.get('sort');
  const texts = parameters.getAll('filter');
  const tooLong = texts.find((text) => text.length > LONGEST_FILTER);
  if (tooLong !== undefined)
    throw usageError(`a filter has ${tooLong.length} characters: ${LONGEST_FILTER} are the most`);
  const all = flag(parameters, 'all');
  if (all && !isDiff) throw usageError('all is for diff=last: a summary has all constructors');
  const select = {
    filter: rowFilter(texts, FILTER_TIME),
    limit: wholeNumber(parameters, 'limit') ?? usualLimit(format),
    minSize: size(parameters, 'min-size'),
  };
  const summaryOrder = sort === null || isDiff ? undefined : parseSortOrder(sort, SUMMARY_SORT_KEYS);
  const diffOrder = sort === null || !isDiff ? undefined : parseSortOrder(sort, DIFF_SORT_KEYS);
  return {
    format,
    exactBytes: flag(parameters, 'bytes'),
    isDiff,
    selectFromSummary: (result) => selectFromSummary(result, { ...select, sort: summaryOrder }),
    selectFromDiff: (result) => selectFromDiff(result, { ...select, sort: diffOrder, all }),
  };
}

function oneOf<Value extends string>(
  parameters: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const value = values.find((known) => known === text);
  if (value === undefined) throw usageError(`${name} is ${JSON.stringify(text)}: it may be ${values.join(', ')}`);
  return value;
}

function flag(parameters: URLSearchParams, name: string): boolean {
  const text = parameters.get(name);
  if (text === null || text === '0') return false;
  if (text === '' || text === '1') return true;
  throw usageError(`${name} is ${JSON.stringify(text)}: it may be 1 or 0`);
}

function wholeNumber(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw usageError(`${name} is ${JSON.stringify(text)}, but it should be a whole number, 0 or more`);
  return value;
}

function size(parameters: URLSearchParams, name: string): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const value = parseBytes(text);
  if (Number.isNaN(value))
    throw usageError(`${name} is ${JSON.stringify(text)}, but it should be a size such as 4096, 100kB or 10MiB`);
  return value;
}
