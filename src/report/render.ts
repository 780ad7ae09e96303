import type { CaptureResult } from '../analysis/capture-result.js';
import type { Completeness } from '../analysis/completeness.js';
import type { DiffResult } from '../analysis/diff.js';
import type { DoctorResult } from '../analysis/doctor.js';
import type { DominatorsResult } from '../analysis/dominators.js';
import type { HeapDiff } from '../analysis/heap-diff.js';
import type { HeapSummary } from '../analysis/heap-summary.js';
import type { InspectResult } from '../analysis/inspect.js';
import type { LeaksResult } from '../analysis/leaks.js';
import type { WhyResult } from '../analysis/retaining-paths.js';
import type { StatsResult } from '../analysis/stats.js';
import type { SummaryResult } from '../analysis/summary.js';
import type { TrendResult } from '../analysis/trend.js';
import type { FormatOptions, RenderOptions, ReportDocument } from './document.js';
import { usageError } from '../errors.js';
import { renderMarkdown } from './renderers/markdown.js';
import { renderCsv, renderTsv } from './renderers/separated.js';
import { summaryDocument } from './summary-document.js';
import { safeJson } from './untrusted-text.js';

/** Every result that can be reported. */
export type Result = RowResult | TreeResult;
/** Results that are rows in the first place. */
type RowResult = SummaryResult | HeapSummary | DiffResult | HeapDiff | InspectResult | TrendResult | CaptureResult;
type TreeResult = DoctorResult | StatsResult | DominatorsResult | LeaksResult | WhyResult;

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
        .map((row) => `${safeJson({ ...row, ...incompleteness(result) })}\n`)
        .join('');
    case 'csv':
      rowsOf(result, format);
      return renderCsv(withIncompleteness(await toDocument(result, options), result));
    case 'tsv':
      rowsOf(result, format);
      return renderTsv(withIncompleteness(await toDocument(result, options), result));
    case 'markdown':
      return renderMarkdown(await toDocument(result, options), options);
    case 'table': {
      // Loaded only when needed: the libraries for terminals take a quarter of a short run's time.
      const { renderTable } = await import('./renderers/table.js');
      return renderTable(await toDocument(result, options), options);
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

/** What each row of a cut file's result has to say, as rows have no line above them; {} of a whole one. */
function incompleteness(result: Result): Completeness {
  if (!('complete' in result) || (result.complete ?? true)) return {};
  const { complete, readNodes = 0, declaredNodes = null } = result;
  return { complete, readNodes, declaredNodes };
}

function withIncompleteness(document: ReportDocument, result: Result): ReportDocument {
  const fields = Object.entries(incompleteness(result));
  if (fields.length === 0) return document;
  const added = fields.map(([key]) => ({ key, title: key, align: 'left', rank: 0 }) as const);
  const cells = fields.map(([, value]) => ({ type: 'word', text: String(value ?? '') }) as const);
  const tables = document.tables.map(({ columns, rows, ...table }) => ({
    ...table,
    columns: [...columns, ...added],
    rows: rows.map((row) => [...row, ...cells]),
  }));
  return { ...document, tables };
}

/** Each is loaded only when called for: there are as many as results, and a run has one. */
async function toDocument(result: Result, options: FormatOptions): Promise<ReportDocument> {
  switch (result.type) {
    case 'capture':
      return (await import('./capture-document.js')).captureDocument(result);
    case 'summary':
      if ('accounting' in result)
        return (await import('./heap-summary-document.js')).heapSummaryDocument(result, options);
      return summaryDocument(result, options);
    case 'diff':
      if ('accounting' in result) return (await import('./heap-diff-document.js')).heapDiffDocument(result, options);
      return (await import('./diff-document.js')).diffDocument(result, options);
    case 'doctor':
      return (await import('./doctor-document.js')).doctorDocument(result);
    case 'dominators':
      return (await import('./dominators-document.js')).dominatorsDocument(result, options);
    case 'inspect':
      return (await import('./inspect-document.js')).inspectDocument(result, options);
    case 'leaks':
      return (await import('./leaks-document.js')).leaksDocument(result, options);
    case 'why':
      return (await import('./why-document.js')).whyDocument(result, options);
    case 'stats':
      return (await import('./stats-document.js')).statsDocument(result, options);
    case 'trend':
      return (await import('./trend-document.js')).trendDocument(result, options);
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
