import type { DiffResult } from '../analysis/diff.js';
import type { HeapDiff } from '../analysis/heap-diff.js';
import type { FormatOptions } from './document.js';
import { formatSize } from './format.js';
import { visibleText } from './untrusted-text.js';

/** Whether what the diff matched grew by no more than `limit` bytes, and the line that says so. */
export function growthVerdict(
  result: DiffResult | HeapDiff,
  limit: number,
  filters: readonly string[],
  options: FormatOptions,
): { passed: boolean; text: string } {
  const growth = 'accounting' in result ? result.matched.delta.shallowSize : result.matched.delta.selfSize;
  const passed = growth <= limit;
  const what = filters.length > 0 ? `what passes the filter ${filters.map(visibleText).join(', ')}` : 'the heap';
  const change = growth < 0 ? `shrank by ${formatSize(-growth, options)}` : `grew by ${formatSize(growth, options)}`;
  const verdict = passed ? 'which is within' : 'which is more than';
  return {
    passed,
    text: `${passed ? 'PASSED' : 'FAILED'}: ${what} ${change}, ${verdict} the ${formatSize(limit, options)} allowed`,
  };
}
