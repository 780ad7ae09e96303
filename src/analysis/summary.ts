import { constructorName, isNamedType } from '../graph/constructor-name.js';
import { describeProducer } from '../snapshot/producer.js';
import { openPushReader, readSnapshot, type ReadOptions, type ReadReport } from '../snapshot/read.js';
import { type SnapshotInput, toSource } from '../snapshot/source.js';
import { TallySink } from '../snapshot/tally-sink.js';
import { type Orders, type SelectOptions, selectRows, sortRows } from './select-rows.js';

/** A number of objects and their self sizes in bytes. */
export interface Amount {
  readonly count: number;
  readonly selfSize: number;
}

/** Which snapshot a result is about. */
export interface SnapshotInfo {
  /** The path as given; `-` for standard input. */
  readonly file: string;
  /** Size of its JSON in bytes, unpacked. */
  readonly bytes: number;
  readonly nodes: number;
  readonly edges: number;
  /** What wrote it, as far as the format shows. */
  readonly producer: string;
}

export interface SummaryRow extends Amount {
  readonly constructor: string;
}

/** Objects by constructor. */
export interface SummaryResult {
  readonly type: 'summary';
  readonly version: 1;
  readonly snapshot: SnapshotInfo;
  /** The whole heap. */
  readonly total: Amount;
  /** What passes the filter and the minimum size, and of how many constructors it is. */
  readonly matched: Amount & { readonly constructors: number };
  /** The rows below, added up. */
  readonly shown: Amount;
  /** How many constructors the heap has. */
  readonly constructors: number;
  /** Objects of self size 0, which the counts include (Chrome DevTools leaves them out). */
  readonly zeroSized: number;
  readonly rows: readonly SummaryRow[];
  readonly warnings: readonly string[];
}

export type SummarySortKey = 'size' | 'count' | 'name';

/** Whose value a row is ordered by, the more telling end first: the largest numbers, and names from A. */
const SUMMARY_ORDERS: Orders<SummarySortKey, SummaryRow> = {
  size: (row) => row.selfSize,
  count: (row) => row.count,
  name: (row) => row.constructor,
};

export const SUMMARY_SORT_KEYS = Object.keys(SUMMARY_ORDERS) as SummarySortKey[];

/** The rows of a summary that the options ask for, in their order; `matched` and `shown` follow. */
export function selectFromSummary(result: SummaryResult, options: SelectOptions<SummarySortKey>): SummaryResult {
  const { minSize = 0 } = options;
  const { matched, rows } = selectRows(result.rows, SUMMARY_ORDERS, (row) => row.selfSize >= minSize, options);
  return {
    ...result,
    matched: { ...sumAmounts(matched), constructors: matched.length },
    shown: sumAmounts(rows),
    rows,
  };
}

function sumAmounts(rows: readonly Amount[]): Amount {
  const sum = { count: 0, selfSize: 0 };
  for (const row of rows) {
    sum.count += row.count;
    sum.selfSize += row.selfSize;
  }
  return sum;
}

/**
 * Counts and self sizes by constructor, in one pass; largest self size first, then by name.
 * Memory depends on the number of distinct names, not on the number of objects.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function summarize(input: SnapshotInput, options: ReadOptions = {}): Promise<SummaryResult> {
  const source = toSource(input);
  const sink = new TallySink(isNamedType);
  return summaryOf(source.name, sink, await readSnapshot(source, sink, options));
}

/** A summary of chunks as they come, for a producer that waits for nobody. */
export interface PushedSummary {
  /** Reads the chunk before it returns. @throws HeapstatError INVALID_SNAPSHOT */
  push(chunk: Uint8Array): void;
  /** After the last chunk. @throws HeapstatError INVALID_SNAPSHOT */
  end(): SummaryResult;
}

/** As summarize(), of the chunks that are pushed. @param name what the result calls the snapshot */
export async function summarizePushed(name: string): Promise<PushedSummary> {
  const sink = new TallySink(isNamedType);
  const reader = await openPushReader(name, sink);
  return { push: (chunk) => reader.push(chunk), end: () => summaryOf(name, sink, reader.end()) };
}

function summaryOf(file: string, sink: TallySink, report: ReadReport): SummaryResult {
  const amounts = new Map<string, { count: number; selfSize: number }>();
  const total = { count: 0, selfSize: 0 };
  for (const row of sink.rows()) {
    const name = constructorName(row.type, row.name);
    const amount = amounts.get(name) ?? { count: 0, selfSize: 0 };
    amounts.set(name, amount);
    for (const sum of [amount, total]) {
      sum.count += row.count;
      sum.selfSize += row.selfSize;
    }
  }
  const rows = sortRows(
    [...amounts].map(([name, amount]) => ({ constructor: name, ...amount })),
    SUMMARY_ORDERS,
    { key: 'size', reversed: false },
  );
  return {
    type: 'summary',
    version: 1,
    snapshot: {
      file,
      bytes: report.bytes,
      nodes: sink.nodeCount,
      edges: sink.edgeCount,
      producer: describeProducer(report.schema, report.hasLines),
    },
    total,
    matched: { ...total, constructors: rows.length },
    shown: total,
    constructors: rows.length,
    zeroSized: sink.zeroSized,
    rows,
    warnings: [...report.warnings, ...sink.warnings],
  };
}
