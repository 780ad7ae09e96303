import type { CaptureResult } from '../analysis/capture-result.js';
import type { DiffResult } from '../analysis/diff.js';
import type { DominatorsResult } from '../analysis/dominators.js';
import type { HeapDiff } from '../analysis/heap-diff.js';
import type { HeapSummary } from '../analysis/heap-summary.js';
import type { InspectResult } from '../analysis/inspect.js';
import type { LeaksResult } from '../analysis/leaks.js';
import type { WhyResult } from '../analysis/retaining-paths.js';
import type { StatsResult } from '../analysis/stats.js';
import type { SummaryResult } from '../analysis/summary.js';
import type { TrendResult } from '../analysis/trend.js';
import { captureDocument } from './capture-document.js';
import { diffDocument } from './diff-document.js';
import type { FormatOptions, RenderOptions, ReportDocument } from './document.js';
import { dominatorsDocument } from './dominators-document.js';
import { usageError } from '../errors.js';
import { heapDiffDocument } from './heap-diff-document.js';
import { heapSummaryDocument } from './heap-summary-document.js';
import { inspectDocument } from './inspect-document.js';
import { leaksDocument } from './leaks-document.js';
import { renderMarkdown } from './renderers/markdown.js';
import { renderCsv, renderTsv } from './renderers/separated.js';
import { statsDocument } from './stats-document.js';
import { summaryDocument } from './summary-document.js';
import { whyDocument } from './why-document.js';
import { trendDocument } from './trend-document.js';
import { safeJson } from './untrusted-text.js';

/** Every result that can be reported. */
export type Result = RowResult | TreeResult;
/** Results that are rows in the first place. */
type RowResult = SummaryResult | HeapSummary | DiffResult | HeapDiff | InspectResult | TrendResult | CaptureResult;
type TreeResult = StatsResult | DominatorsResult | LeaksResult | WhyResult;

export const FORMATS = ['table', 'json', 'csv', 'tsv', 'markdown', 'ndjson'] as const;
/** Rows of a table for people, unless told otherwise. */
export const ROWS_FOR_PEOPLE = 25;
export type Format = (typeof FORMATS)[number];
/** The formats of results that are no rows. */
export const TREE_FORMATS = ['table', 'json', 'markdown'] as const satisfies readonly Format[];

/** The result in the form asked for, with a newline at its end. @throws HeapstatError USAGE where it has no such form */
export async function render(result: Result, format: Format, options: RenderOptions): Promise<string> {
  switch (format) {
    case 'json':
      return `${safeJson(result)}\n`;
    case 'ndjson':
      return rowsOf(result, format)
        .map((row) => `${safeJson(row)}\n`)
        .join('');
    case 'csv':
      rowsOf(result, format);
      return renderCsv(toDocument(result, options));
    case 'tsv':
      rowsOf(result, format);
      return renderTsv(toDocument(result, options));
    case 'markdown':
      return renderMarkdown(toDocument(result, options), options);
    case 'table': {
      // Loaded only when needed: the libraries for terminals take a quarter of a short run's time.
      const { renderTable } = await import('./renderers/table.js');
      return renderTable(toDocument(result, options), options);
    }
  }
}

/** Several summaries in one output: a document or a line after the other; rows say which file they are of. */
export async function renderSummaries(
  results: readonly SummaryResult[],
  format: Format,
  options: RenderOptions,
): Promise<string> {
  switch (format) {
    case 'csv':
      return renderCsv(joinedDocument(results, options));
    case 'tsv':
      return renderTsv(joinedDocument(results, options));
    case 'ndjson':
      return results
        .flatMap(({ snapshot, rows }) => rows.map((row) => `${safeJson({ file: snapshot.file, ...row })}\n`))
        .join('');
    default: {
      const texts = await Promise.all(results.map((result) => render(result, format, options)));
      return texts.join(format === 'json' ? '' : '\n');
    }
  }
}

/** One table of all, with the file in the first column. */
function joinedDocument(results: readonly SummaryResult[], options: FormatOptions): ReportDocument {
  const tables = results.flatMap((result) => {
    const file = { type: 'name', text: result.snapshot.file } as const;
    return summaryDocument(result, options).tables.map(({ columns, rows }) => ({
      columns: [{ key: 'file', title: 'File', align: 'left', rank: 0 } as const, ...columns],
      rows: rows.map((row) => [file, ...row]),
    }));
  });
  const columns = tables[0]?.columns ?? [];
  return { header: [], tables: [{ columns, rows: tables.flatMap(({ rows }) => rows) }], notes: [] };
}

function rowsOf(result: Result, format: Format): readonly object[] {
  if ('rows' in result) return result.rows;
  throw usageError(`${result.type} has no rows to give as ${format}: the formats are ${TREE_FORMATS.join(', ')}`);
}

function toDocument(result: Result, options: FormatOptions): ReportDocument {
  switch (result.type) {
    case 'capture':
      return captureDocument(result);
    case 'summary':
      return 'accounting' in result ? heapSummaryDocument(result, options) : summaryDocument(result, options);
    case 'diff':
      return 'accounting' in result ? heapDiffDocument(result, options) : diffDocument(result, options);
    case 'dominators':
      return dominatorsDocument(result, options);
    case 'inspect':
      return inspectDocument(result, options);
    case 'leaks':
      return leaksDocument(result, options);
    case 'why':
      return whyDocument(result, options);
    case 'stats':
      return statsDocument(result);
    case 'trend':
      return trendDocument(result, options);
  }
}

/** Whether a format is made for people, and leaves out rows unless told otherwise. */
export function isForPeople(format: Format): boolean {
  return format === 'table' || format === 'markdown';
}

/** How many rows a table has unless told otherwise; 0: all, in data. */
export function usualLimit(format: Format): number {
  return isForPeople(format) ? ROWS_FOR_PEOPLE : 0;
}
