/** How a snapshot was taken, as far as it shows. */
export interface Capture {
  /** Numbers stand in it by value. */
  readonly numericValues: boolean;
  /** V8's own objects are not of type hidden: exposeInternals, or Deno. */
  readonly internals: boolean;
  /** Stacks of allocations are in it. */
  readonly allocationsTraced: boolean;
  /** Ids over time are in it: a `.heaptimeline`. */
  readonly timeline: boolean;
}

/**
 * What the numbers of a snapshot may not be compared with. One line each.
 * @param producer see SnapshotInfo
 */
export function comparisonLimits(producer: string, capture: Capture, isCut: boolean): string[] {
  if (isCut) return ['with nothing: a part of it is missing'];
  const limits = [`with snapshots of another engine or generation (this one: ${producer.replace(/, .*traced$/, '')})`];
  if (/Node (12|16|20|22)\b/.test(producer))
    limits.push('strings with those of Node 24 or later, where external strings count as strings');
  if (/Node 24 or later/.test(producer))
    limits.push('strings with those of Node 22 or earlier, where external strings do not count as strings');
  if (/^(?:Bun|JavaScriptCore)/.test(producer))
    limits.push('object by object with any other: ids change from one snapshot to the next (classes can be compared)');
  else limits.push('object by object with a snapshot of another process: ids mean something within one run only');
  limits.push(
    capture.numericValues
      ? 'with snapshots without numeric values: its (number) objects are no growth'
      : 'with snapshots that were taken with numeric values',
  );
  if (capture.internals) limits.push("with snapshots in which V8's own objects are hidden: they have names here");
  if (capture.allocationsTraced)
    limits.push('with snapshots without tracked allocations: the tracker keeps objects of its own');
  return limits;
}
