import type { RunResult } from '../analysis/run-result.js';
import { type CheckFormat, type CheckRenderOptions, renderCheck } from './check/render.js';
import type { RenderOptions } from './document.js';
import { runDocument } from './run-document.js';
import { safeJson } from './untrusted-text.js';

/** A run's report: in full as `plain` and `json`; in the forms that other tools read, the gate's answer. */
export async function renderRun(
  result: RunResult,
  format: CheckFormat,
  options: RenderOptions,
  checkOptions: CheckRenderOptions,
): Promise<string> {
  if (format === 'json') return `${safeJson(result)}\n`;
  if (format !== 'plain') return renderCheck(result.check, format, checkOptions);
  const { renderTable } = await import('./renderers/table.js');
  return renderTable(runDocument(result, options), options);
}
