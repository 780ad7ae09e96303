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

/** What misleads in a comparison of two snapshots that were not taken alike. One line each. */
export function captureWarnings(before: CaptureMode, after: CaptureMode): string[] {
  const warnings: string[] = [];
  const [from, to] = [generation(before.producer), generation(after.producer)];
  if (from !== to)
    warnings.push(
      `the snapshots are of different engines (before: ${from}; after: ${to}), which lay out and name the same objects differently`,
    );
  const onlyIn = (isBefore: boolean, isAfter: boolean, what: string): void => {
    if (isBefore !== isAfter) warnings.push(`only ${isBefore ? 'before' : 'after'} ${what}`);
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
