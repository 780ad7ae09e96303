import { HeapstatError } from '../errors.js';
import type { Amount, SummaryResult } from './summary.js';

/** Classes below this are not worth a line in a file that people read the changes of. Bytes. */
const FLOOR = 1000;

/** V8's own objects, where it does not name them: whether there are any tells how a snapshot was taken. */
export const SYSTEM_CLASS = '(system)';

/** What a heap held once, by class: a few kB, to be committed. Sizes are self sizes in bytes. */
export interface Baseline {
  /** See SnapshotInfo. */
  readonly producer: string;
  readonly total: Amount;
  /** By constructor; classes of less than 1,000 bytes are left out. */
  readonly classes: ReadonlyMap<string, Amount>;
}

export function makeBaseline({ snapshot, total, rows }: SummaryResult): Baseline {
  const kept = rows.filter(({ constructor, selfSize }) => selfSize >= FLOOR || constructor === SYSTEM_CLASS);
  return {
    producer: snapshot.producer,
    total,
    classes: new Map(kept.map(({ constructor, count, selfSize }) => [constructor, { count, selfSize }])),
  };
}

/** JSON, a line per class in the order of names: a change of one class is a change of one line. */
export function baselineText({ producer, total, classes }: Baseline): string {
  const lines = [...classes.keys()]
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .map((name) => `    ${JSON.stringify(name)}: [${classes.get(name)!.count}, ${classes.get(name)!.selfSize}]`);
  return [
    '{',
    '  "heapstatBaseline": 1,',
    `  "producer": ${JSON.stringify(producer)},`,
    `  "total": [${total.count}, ${total.selfSize}],`,
    '  "classes": {',
    lines.join(',\n'),
    '  }',
    '}',
    '',
  ].join('\n');
}

/** @param file for messages @throws HeapstatError UNREADABLE where the text is no baseline, with the place */
export function parseBaseline(text: string, file: string): Baseline {
  const fail = (what: string, cause?: unknown): never => {
    throw new HeapstatError('UNREADABLE', `${file} is no baseline: ${what} (--update-baseline writes one)`, { cause });
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return fail((error as Error).message, error);
  }
  if (!isDictionary(value) || value['heapstatBaseline'] !== 1) return fail('"heapstatBaseline" should be 1');
  const { producer, total, classes } = value;
  if (typeof producer !== 'string') return fail('"producer" should be a text');
  if (!isDictionary(classes)) return fail('"classes" should be an object');
  const amount = (pair: unknown, place: string): Amount => {
    if (!Array.isArray(pair) || pair.length !== 2 || !pair.every((number) => Number.isSafeInteger(number)))
      return fail(`${place} should be [count, bytes]`);
    return { count: pair[0] as number, selfSize: pair[1] as number };
  };
  return {
    producer,
    total: amount(total, '"total"'),
    classes: new Map(
      Object.entries(classes).map(([name, pair]) => [name, amount(pair, `classes[${JSON.stringify(name)}]`)]),
    ),
  };
}

function isDictionary(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
