import type { CheckResult } from '../../analysis/check.js';
import { safeJson } from '../untrusted-text.js';
import { renderCheckGithub } from './github.js';
import { renderCheckJunit } from './junit.js';
import { renderCheckMarkdown } from './markdown.js';
import { renderCheckPlain } from './plain.js';
import { renderCheckSarif } from './sarif.js';

export const CHECK_FORMATS = ['plain', 'json', 'github', 'junit', 'sarif', 'markdown'] as const;
export type CheckFormat = (typeof CHECK_FORMATS)[number];

export interface CheckRenderOptions {
  /** Columns of the plain log. */
  readonly width: number;
  /** The configuration's path; null without one. */
  readonly configFile: string | null;
  /** heapstat's version. */
  readonly version: string;
}

/** A gate's answer in the form asked for, with a newline at its end. */
export function renderCheck(result: CheckResult, format: CheckFormat, options: CheckRenderOptions): string {
  switch (format) {
    case 'plain':
      return renderCheckPlain(result, options.width);
    case 'json':
      return `${safeJson(result)}\n`;
    case 'github':
      return renderCheckGithub(result, options.configFile);
    case 'junit':
      return renderCheckJunit(result);
    case 'sarif':
      return renderCheckSarif(result, options.configFile ?? result.snapshots.at(-1)!.file, options.version);
    case 'markdown':
      return renderCheckMarkdown(result);
  }
}
