import { usageError } from '../errors.js';
import { parseBytes } from '../util/bytes.js';
import { rowFilter } from './row-filter.js';

/** What is limited; sizes in bytes. */
export interface Limits {
  /** Of the self sizes in the last snapshot. */
  readonly maxSize?: number;
  readonly maxCount?: number;
  /** From the baseline, or else from the first snapshot, to the last: bytes, objects, percent of the bytes before. */
  readonly maxGrowth?: number;
  readonly maxGrowthCount?: number;
  readonly maxGrowthPercent?: number;
  /** Bytes, from the first snapshot to the last, for each operation. */
  readonly maxGrowthPerOperation?: number;
  /** Of any one class, in the last snapshot, as DevTools counts. */
  readonly maxRetainedSize?: number;
  /** Detached nodes in the last snapshot. */
  readonly maxDetached?: number;
  /** What `heapstat leaks` names. */
  readonly maxSuspects?: number;
}

export interface Budget extends Limits {
  /** For people; what the filter says, unless given. */
  readonly name?: string;
  /** As --filter; none: the whole heap. */
  readonly filter: readonly string[];
}

export interface CheckConfig {
  readonly snapshots?: readonly string[];
  /** Operations from one snapshot to the next. */
  readonly operations?: number;
  /** Two snapshots between which nothing was done. */
  readonly control?: readonly [string, string];
  readonly baseline?: string;
  readonly allowInconclusive?: boolean;
  readonly budgets: readonly Budget[];
}

const SIZE_LIMITS = ['maxSize', 'maxGrowth', 'maxGrowthPerOperation', 'maxRetainedSize'] as const;
const COUNT_LIMITS = ['maxCount', 'maxGrowthCount', 'maxDetached', 'maxSuspects'] as const;
/** Of the whole heap, whatever a filter says. */
const WHOLE_HEAP = ['maxDetached', 'maxSuspects'] as const;
export const LIMIT_KEYS = [...SIZE_LIMITS, ...COUNT_LIMITS, 'maxGrowthPercent'] as const;
export const BUDGET_KEYS = ['name', 'filter', ...LIMIT_KEYS] as const;
export const CONFIG_KEYS = [
  '$schema',
  'snapshots',
  'operations',
  'control',
  'baseline',
  'allowInconclusive',
  'budgets',
] as const;

type Dictionary = Record<string, unknown>;

/**
 * The configuration in a file's text.
 * @throws HeapstatError USAGE that names the file, the place in it, what is there and what should be
 */
export function parseCheckConfig(text: string, file: string): CheckConfig {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(`${file}: is no valid JSON: ${withLine((error as Error).message, text)}`);
  }
  try {
    return readConfig(value);
  } catch (error) {
    if (error instanceof Mistake) throw usageError(`${file}: ${error.message}`);
    throw error;
  }
}

class Mistake extends Error {
  override readonly name = 'Mistake';

  constructor(place: string, should: string, value: unknown) {
    super(`${place} should be ${should}, but is ${value === undefined ? 'missing' : JSON.stringify(value)}`);
  }
}

/** Node before 22 tells the place of a mistake as a position only. */
function withLine(message: string, text: string): string {
  const position = / at position (\d+)$/.exec(message);
  if (!position) return message;
  const before = text.slice(0, Number(position[1])).split('\n');
  return `${message} (line ${before.length} column ${before.at(-1)!.length + 1})`;
}

function readConfig(value: unknown): CheckConfig {
  const config = dictionary(value, 'the whole', CONFIG_KEYS);
  const { snapshots, operations, control, baseline, allowInconclusive, budgets } = config;
  return {
    ...(snapshots === undefined ? {} : { snapshots: texts(snapshots, 'snapshots') }),
    ...(operations === undefined ? {} : { operations: count(operations, 'operations', 1) }),
    ...(control === undefined ? {} : { control: pair(control, 'control') }),
    ...(baseline === undefined ? {} : { baseline: nonEmpty(baseline, 'baseline') }),
    ...(allowInconclusive === undefined ? {} : { allowInconclusive: flag(allowInconclusive, 'allowInconclusive') }),
    budgets: list(budgets, 'budgets').map((budget, k) => readBudget(budget, `budgets[${k}]`)),
  };
}

function readBudget(value: unknown, place: string): Budget {
  const budget = dictionary(value, place, BUDGET_KEYS);
  const { name, filter = [] } = budget;
  const filters = typeof filter === 'string' ? [filter] : texts(filter, `${place}.filter`);
  try {
    rowFilter(filters);
  } catch (error) {
    throw new Mistake(`${place}.filter`, `a filter (${(error as Error).message})`, filter);
  }
  const limits: Dictionary = {};
  for (const key of SIZE_LIMITS) if (key in budget) limits[key] = size(budget[key], `${place}.${key}`);
  for (const key of COUNT_LIMITS) if (key in budget) limits[key] = count(budget[key], `${place}.${key}`, 0);
  if ('maxGrowthPercent' in budget)
    limits['maxGrowthPercent'] = percent(budget['maxGrowthPercent'], `${place}.maxGrowthPercent`);
  if (Object.keys(limits).length === 0)
    throw new Mistake(place, `a budget with one of ${LIMIT_KEYS.join(', ')}`, value);
  for (const key of WHOLE_HEAP)
    if (key in limits && filters.length > 0)
      throw new Mistake(`${place}.${key}`, 'in a budget without a filter: it is for the whole heap', limits[key]);
  return { ...(name === undefined ? {} : { name: nonEmpty(name, `${place}.name`) }), filter: filters, ...limits };
}

function dictionary(value: unknown, place: string, keys: readonly string[]): Dictionary {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Mistake(place, 'an object', value);
  const unknown = Object.keys(value).find((key) => !keys.includes(key));
  if (unknown !== undefined)
    throw new Mistake(place === 'the whole' ? 'a key' : `a key of ${place}`, `one of ${keys.join(', ')}`, unknown);
  return value as Dictionary;
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Mistake(place, 'a list', value);
  return value;
}

function texts(value: unknown, place: string): readonly string[] {
  return list(value, place).map((item, k) => nonEmpty(item, `${place}[${k}]`));
}

function pair(value: unknown, place: string): readonly [string, string] {
  const files = texts(value, place);
  if (files.length !== 2) throw new Mistake(place, 'two snapshots', value);
  return [files[0]!, files[1]!];
}

function nonEmpty(value: unknown, place: string): string {
  if (typeof value !== 'string' || value === '') throw new Mistake(place, 'a text', value);
  return value;
}

function flag(value: unknown, place: string): boolean {
  if (typeof value !== 'boolean') throw new Mistake(place, 'true or false', value);
  return value;
}

function count(value: unknown, place: string, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new Mistake(place, `a whole number, ${least} or more`, value);
  return value as number;
}

function size(value: unknown, place: string): number {
  const bytes = typeof value === 'string' ? parseBytes(value) : value;
  if (!Number.isSafeInteger(bytes) || (bytes as number) < 0)
    throw new Mistake(place, 'a size such as 4096, "100kB" or "1.5GiB"', value);
  return bytes as number;
}

function percent(value: unknown, place: string): number {
  if (typeof value !== 'number' || !(value >= 0) || value === Infinity)
    throw new Mistake(place, 'a number of percent, 0 or more', value);
  return value;
}
