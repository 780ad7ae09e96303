import { diffSummaries } from '../analysis/diff.js';
import { summarizePushed, type SummaryResult } from '../analysis/summary.js';
import { type Format, render } from '../report/render.js';
import { type Answer, makeAnswer, Refusal } from './answer.js';
import type { Job } from './one-job.js';
import { forgetIds, OwnSnapshot } from './own-snapshot.js';
import { StopWatch } from './stop-watch.js';
import type { Query } from './query.js';
import { snapshotName } from './this-process.js';

const TYPES: Readonly<Record<Format, string>> = {
  table: 'text/plain; charset=utf-8',
  json: 'application/json; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
  tsv: 'text/tab-separated-values; charset=utf-8',
  markdown: 'text/markdown; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
};

/**
 * The look before, for the next to be compared with: only the sums of each class, and these as text outside of the heap, so
 * that they are one object in it. (A bit for each id would tell new objects too. But then V8 would have to follow all
 * objects between looks, see forgetIds(); it would grow with the heap, and not tell what was deleted.)
 */
export class LastLook {
  #text: Buffer | null = null;

  keep(result: SummaryResult): void {
    this.#text = Buffer.from(JSON.stringify(result));
  }

  get(): SummaryResult | null {
    return this.#text && (JSON.parse(this.#text.toString()) as SummaryResult);
  }
}

/** @throws Refusal 409 where there is nothing to compare with */
export function checkComparable({ isDiff }: Query, last: LastLook): void {
  if (isDiff && !last.get())
    throw new Refusal(409, 'there has been no look before this one: take one without diff=last first');
}

/** What a look, or a snapshot, found. */
export interface Looked {
  readonly summary: SummaryResult;
  /** Milliseconds for which the process did nothing else. */
  readonly stopped: number;
}

/** Takes a snapshot and adds it up while V8 writes it. @param keepsIds whether V8 is to follow the objects from then on */
export async function takeLook(job: Job, keepsIds: boolean): Promise<Looked> {
  const name = snapshotName();
  const watch = new StopWatch();
  const snapshot = await watch.run(() => new OwnSnapshot());
  let result: SummaryResult;
  try {
    await job.checkpoint();
    const summary = await summarizePushed(name);
    await watch.run(() => snapshot.writeTo((chunk) => summary.push(chunk)));
    result = await watch.run(() => summary.end());
  } finally {
    snapshot.discard();
    if (!keepsIds) await watch.run(forgetIds);
  }
  return { summary: result, stopped: watch.time };
}

export async function lookAnswer(query: Query, current: SummaryResult, before: SummaryResult | null): Promise<Answer> {
  const result =
    query.isDiff && before
      ? query.selectFromDiff(diffSummaries(before, current, 'of the look before, only the sums of each class are kept'))
      : query.selectFromSummary(current);
  const options = { exactBytes: query.exactBytes, color: false, width: undefined };
  return makeAnswer(200, TYPES[query.format], await render(result, query.format, options));
}
