import { useLayoutEffect } from 'preact/hooks';
import type { SnapshotInfo } from '../analysis/summary.js';
import { visibleText } from '../report/untrusted-text.js';

/** `app.heapsnapshot`; `1.heapsnapshot … 3.heapsnapshot`: without their folders. */
export function fileNames(snapshots: readonly SnapshotInfo[]): string {
  const names = snapshots.map(({ file }) =>
    visibleText(file === '-' ? 'standard input' : (file.split(/[/\\]/).at(-1) ?? file)),
  );
  return names.length > 1 ? `${names[0]} … ${names.at(-1)}` : (names[0] ?? '');
}

/** Puts what is shown in front of the page's title, where the history and who has the page read out find it. */
export function useTitle(shown: string): void {
  useLayoutEffect(() => {
    const { title } = document;
    document.title = `${shown} · ${title}`;
    return () => {
      document.title = title;
    };
  }, [shown]);
}
