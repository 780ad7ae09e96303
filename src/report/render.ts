import type { DiffResult } from '../analysis/diff.js';
import type { HeapSummary } from '../analysis/heap-summary.js';
import type { SummaryResult } from '../analysis/summary.js';
import { diffDocument } from './diff-document.js';
import type { FormatOptions, RenderOptions, ReportDocument } from './document.js';
import { heapSummaryDocument } from './heap-summary-document.js';
import { renderMarkdown } from './renderers/markdown.js';
import { renderCsv, renderTsv } from './renderers/separated.js';
import { summaryDocument } from './summary-document.js';
import { safeJson } from './untrusted-text.js';

/** Every result that can be reported. */
export type Result = SummaryResult | HeapSummary | DiffResult;

export const FORMATS = ['table', 'json', 'csv', 'tsv', 'markdown', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** The result in the form asked for, with a newline at its end. */
export async function render(result: Result, format: Format, options: RenderOptions): Promise<string> {
  switch (format) {
    case 'json':
      return `${safeJson(result)}\n`;
    case 'ndjson':
      return result.rows.map((row) => `${safeJson(row)}\n`).join('');
    case 'csv':
      return renderCsv(toDocument(result, options));
    case 'tsv':
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

function toDocument(result: Result, options: FormatOptions): ReportDocument {
  switch (result.type) {
    case 'summary':
      return 'accounting' in result ? heapSummaryDocument(result, options) : summaryDocument(result, options);
    case 'diff':
      return diffDocument(result, options);
  }
}

/** Whether a format is made for people, and leaves out rows unless told otherwise. */
export function isForPeople(format: Format): boolean {
  return format === 'table' || format === 'markdown';
}
