import { type DiffOptions, diffSnapshots, type DiffResult } from '../../dist/analysis/diff.js';
import { summarize, type SummaryResult } from '../../dist/analysis/summary.js';
import type { ReadOptions } from '../../dist/snapshot/read.js';
import { bytesSource, streamSource } from '../../dist/snapshot/source.js';

/** The ways to read a snapshot: they have to agree. */
export const READERS: Readonly<Record<string, ReadOptions>> = {
  kernel: {},
  script: { simd: false },
  general: { generalReaderOnly: true },
};

export function summaryOf(bytes: Uint8Array, options: ReadOptions = {}): Promise<SummaryResult> {
  return summarize(bytesSource(bytes, 'fixture'), options);
}

export function diffOf(before: Uint8Array, after: Uint8Array, options: DiffOptions = {}): Promise<DiffResult> {
  return diffSnapshots(bytesSource(before, 'before'), bytesSource(after, 'after'), options);
}

/** A summary of bytes that come in chunks of the given lengths; what is left over comes last. */
export function summaryInChunks(
  bytes: Uint8Array,
  lengths: Iterable<number>,
  options: ReadOptions = {},
): Promise<SummaryResult> {
  async function* chunks(): AsyncIterable<Uint8Array> {
    let at = 0;
    for (const length of lengths) {
      if (at >= bytes.length) return;
      // A copy of its own each time: a reader that looks beyond its chunk, or back into the last, finds nothing.
      yield Uint8Array.from(bytes.subarray(at, at + length));
      at += length;
    }
    if (at < bytes.length) yield Uint8Array.from(bytes.subarray(at));
  }
  return summarize(streamSource(chunks, 'fixture'), options);
}

/** What the naive summary says too. */
export function plainSummary({ snapshot, zeroSized, total, rows }: SummaryResult): object {
  return { nodes: snapshot.nodes, edges: snapshot.edges, zeroSized, total, rows };
}

export function plainDiff({ total, rows }: DiffResult): object {
  return { total, rows };
}
