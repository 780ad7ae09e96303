import { isNamedType } from '../graph/constructor-name.js';
import { LOST_NAME } from '../snapshot/node-rows.js';

/** How a snapshot was taken, as far as it changes what is in it. */
export interface CaptureMode {
  /** See SnapshotInfo. */
  readonly producer: string;
  /** Allocations were tracked: the tracker's own objects are on the heap. */
  readonly isTraced: boolean;
  /** Numbers stand in it as nodes named by their values (`exposeNumericValues`). */
  readonly hasNumericValues: boolean;
  /** V8's own objects have their names (`exposeInternals`), or are not told apart. */
  readonly hasNamedInternals: boolean;
}

/** Names of number nodes in a capture without numeric values; the first is that of Node 12 and 14. */
export const UNNAMED_NUMBERS: ReadonlySet<string> = new Set(['number', 'heap number']);

/** Numbers too: their names tell whether their values were captured. */
export function isToldByName(type: string): boolean {
  return isNamedType(type) || type === 'number';
}

/** @param rows the heap's types and names @param isTraced by the header */
export function captureModeOf(
  rows: Iterable<{ readonly type: string; readonly name: string }>,
  producer: string,
  isTraced: boolean,
): CaptureMode {
  let [hasNumericValues, hasNamedInternals] = [false, true];
  for (const { type, name } of rows) {
    if (type === 'number' && !UNNAMED_NUMBERS.has(name) && name !== LOST_NAME) hasNumericValues = true;
    if (type === 'hidden') hasNamedInternals = false;
  }
  return { producer, isTraced, hasNumericValues, hasNamedInternals };
}

/** Of a snapshot of which only the producer is known. */
export function unknownCapture(producer: string): CaptureMode {
  return { producer, isTraced: false, hasNumericValues: false, hasNamedInternals: false };
}

/** The same for a series, each compared with the first. @param names what each is called */
export function seriesWarnings(modes: readonly CaptureMode[], names: readonly string[]): string[] {
  return modes.slice(1).flatMap((mode, k) => captureWarnings(modes[0]!, mode, [names[0]!, names[k + 1]!]));
}

/** What misleads in a comparison of two snapshots that were not taken alike. One line each. */
export function captureWarnings(
  before: CaptureMode,
  after: CaptureMode,
  names: readonly [string, string] = ['before', 'after'],
): string[] {
  const warnings: string[] = [];
  const [from, to] = [generation(before.producer), generation(after.producer)];
  if (from !== to)
    warnings.push(
      `the snapshots are of different engines (${names[0]}: ${from}; ${names[1]}: ${to}), which lay out and name the same objects differently`,
    );
  const onlyIn = (isBefore: boolean, isAfter: boolean, what: string): void => {
    if (isBefore !== isAfter) warnings.push(`only ${isBefore ? names[0] : names[1]} ${what}`);
  };
  onlyIn(before.isTraced, after.isTraced, 'was taken while allocations were tracked, which keeps objects of its own');
  onlyIn(
    before.hasNumericValues,
    after.hasNumericValues,
    'was taken with numeric values: its (number) objects are no growth',
  );
  if (from === to)
    onlyIn(
      before.hasNamedInternals,
      after.hasNamedInternals,
      "was taken with V8's internals: its system objects are no growth",
    );
  return warnings;
}

function generation(producer: string): string {
  return producer.replace(/, allocations traced$/, '');
}
