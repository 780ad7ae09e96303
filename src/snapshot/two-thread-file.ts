import type { ColumnsSink } from './columns-sink.js';
import { KernelColumns } from './kernel/columns.js';
import type { Kernel } from './kernel/load.js';
import { readColumns } from './kernel/read-columns.js';
import type { ReadOptions, ReadReport } from './read.js';
import { SnapshotScanner } from './scanner.js';
import type { Schema } from './schema.js';
import type { SectionReader } from './sink.js';
import type { PlainFile } from './source-file.js';

/** The header of a snapshot is 1 to 3 kB. */
const HEAD_BYTES = 1 << 16;

/** Reads nothing of its section; remembers where that begins. */
class Bookmark implements SectionReader {
  readonly records = 0;
  place = -1;

  push(_chunk: Uint8Array, start: number, offset: number): number {
    this.place = offset + start;
    return -1;
  }
}

/**
 * Reads a large plain file into `sink`, nodes and edges by two threads. Null where its layout is not V8's, or its header's
 * counts are not right: then the sink is of no more use.
 * @throws HeapstatError INVALID_SNAPSHOT, KernelMemoryError where 4 GiB are not enough
 */
export async function readByTwoThreads(
  file: PlainFile,
  sink: ColumnsSink,
  kernel: Kernel,
  options: ReadOptions,
): Promise<ReadReport | null> {
  const { onProgress, onSection } = options;
  const bookmark = new Bookmark();
  const scanner = new SnapshotScanner(sink.withNodesReadBy(bookmark), kernel);
  const head = kernel.input.subarray(0, HEAD_BYTES);
  if (scanner.push(head.subarray(0, file.read(head, 0))) || bookmark.place < 0) return null;
  const schema: Schema = scanner.schema!;
  if (!KernelColumns.supports(schema)) return null;
  const read = await readColumns(kernel, file.fd, file.size, schema, bookmark.place, {
    threads: 2,
    onProgress: (bytes) => onProgress?.(bytes, file.size),
    onSection,
  });
  if (!read) return null;
  const { columns, hasLines } = read;
  const report = { schema, bytes: file.size, nodeRecords: columns.nodeCount, hasLines, cut: null, warnings: [] };
  sink.adopt(columns);
  if (read.tail) {
    sink.adoptTail(read.tail);
    onProgress?.(file.size, file.size);
    return report;
  }
  scanner.skipSections(['nodes', 'edges'], read.end);
  let section = 'edges';
  for (let place = read.end; ;) {
    const length = file.read(kernel.input.subarray(0, kernel.input.length - (place % kernel.input.length)), place);
    if (length === 0) break;
    if (scanner.push(kernel.input.subarray(0, length))) return null;
    place += length;
    if (scanner.section !== section) onSection?.((section = scanner.section) || 'between sections');
    onProgress?.(place, file.size);
  }
  scanner.end();
  return report;
}
