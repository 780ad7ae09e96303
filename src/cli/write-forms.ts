import type { CheckResult } from '../analysis/check.js';
import { type CheckFormat, type CheckRenderOptions, renderCheck } from '../report/check/render.js';
import type { CheckOptions } from './check-options.js';
import { appendToFile, writeStandardOutput, writeWholeFile } from './output.js';
import { readVersion } from './version.js';

/** Writes a gate's answer in each form that --format names, to where it says. @throws HeapstatError UNWRITABLE */
export async function writeForms(
  options: Pick<CheckOptions, 'format' | 'config'>,
  check: CheckResult,
  renderAs: (format: CheckFormat, rendering: CheckRenderOptions, toFile: boolean) => Promise<string>,
): Promise<void> {
  const targets = options.format.length > 0 ? options.format : [{ format: 'plain', file: null } as const];
  const width = process.stdout.isTTY ? process.stdout.columns || 80 : 120;
  const rendering = { width, configFile: options.config ?? null, version: readVersion() };
  for (const { format, file } of targets) {
    const text = await renderAs(format, rendering, file !== null);
    if (file === null) await writeStandardOutput(text);
    else writeWholeFile(file, text);
  }
  const { GITHUB_STEP_SUMMARY: summary } = process.env;
  if (summary && targets.some(({ format }) => format === 'github'))
    appendToFile(summary, renderCheck(check, 'markdown', rendering));
}
