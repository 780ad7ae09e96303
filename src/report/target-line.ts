import type { TargetInfo } from '../analysis/target.js';
import type { FormatOptions } from './document.js';
import { foldTemplates } from './fold-templates.js';
import { formatNumberOf, formatShare, formatSize, share } from './format.js';
import { visibleText } from './untrusted-text.js';

/** `CachedResponse: 1,700 objects, shallow 95.2 kB, retained 768.2 kB (9.1% of the heap)`. */
export function targetLine(target: TargetInfo, totalSize: number, options: FormatOptions): string {
  const { text, count, shallowSize, retainedSize } = target;
  return (
    `${visibleText(foldTemplates(text))}: ${formatNumberOf(count, 'object')}, shallow ${formatSize(shallowSize, options)}, ` +
    `retained ${formatSize(retainedSize, options)} (${formatShare(share(retainedSize, totalSize))} of the heap)`
  );
}
