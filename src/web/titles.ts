import type { SnapshotInfo } from '../analysis/summary.js';
import { visibleText } from '../report/untrusted-text.js';

/** `app.heapsnapshot`; `1.heapsnapshot … 3.heapsnapshot`: without their folders. */
export function fileNames(snapshots: readonly SnapshotInfo[]): string {
  const names = snapshots.map(({ file }) =>
    visibleText(file === '-' ? 'standard input' : (file.split(/[/\\]/).at(-1) ?? file)),
  );
  return names.length > 1 ? `${names[0]} … ${names.at(-1)}` : (names[0] ?? '');
}
