import type { SnapshotColumns } from './columns.js';
import { ColumnsSink } from './columns-sink.js';
import { readSnapshot, type ReadOptions, type ReadReport } from './read.js';
import type { SnapshotSource } from './source.js';

/** Every column of a snapshot, and what reading it told. @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadColumns(
  source: SnapshotSource,
  options: ReadOptions = {},
): Promise<{ columns: SnapshotColumns; report: ReadReport }> {
  const sink = new ColumnsSink();
  const report = await readSnapshot(source, sink, options);
  return { columns: sink.columns(), report };
}
