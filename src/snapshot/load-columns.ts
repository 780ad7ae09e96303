import { HeapstatError } from '../errors.js';
import type { SnapshotColumns } from './columns.js';
import { ColumnsSink } from './columns-sink.js';
import { type Kernel, loadKernel } from './kernel/load.js';
import { WORTH_A_THREAD } from './kernel/read-columns.js';
import { readSnapshot, type ReadOptions, type ReadReport, withSourceName } from './read.js';
import type { SnapshotSource } from './source.js';
import { readByTwoThreads } from './two-thread-file.js';

export interface LoadOptions extends ReadOptions {
  /** 2: a second thread helps with a large plain file. */
  readonly threads?: 1 | 2 | undefined;
}

export interface LoadedColumns {
  readonly columns: SnapshotColumns;
  readonly report: ReadReport;
}

/** Every column of a snapshot, and what reading it told. @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadColumns(source: SnapshotSource, options: LoadOptions = {}): Promise<LoadedColumns> {
  const kernel = options.kernel === undefined ? loadKernel({ simd: options.simd ?? true }) : options.kernel;
  try {
    return (await loadByTwoThreads(source, kernel, options)) ?? (await load(source, { ...options, kernel }));
  } catch (error) {
    // WebAssembly's memory ends at 4 GiB; arrays outside of it do not.
    if (!(error instanceof RangeError && kernel && source.isRereadable)) throw error;
    return load(source, { ...options, kernel: null });
  }
}

async function load(source: SnapshotSource, options: ReadOptions): Promise<LoadedColumns> {
  const file = source.openFile?.() ?? null;
  const sink = new ColumnsSink(file?.size);
  file?.close();
  const report = await readSnapshot(source, sink, options);
  return { columns: namingSource(sink.columns(), source), report };
}

/** Strings are decoded when they are asked for: what is wrong with one then is told with the file's name, as all else. */
function namingSource(columns: SnapshotColumns, source: SnapshotSource): SnapshotColumns {
  const { strings } = columns;
  return {
    ...columns,
    strings: {
      length: strings.length,
      get: (index) => {
        try {
          return strings.get(index);
        } catch (error) {
          throw withSourceName(error, source);
        }
      },
      ...(strings.indicesContaining && { indicesContaining: (text) => strings.indicesContaining!(text) }),
    },
  };
}

/** Null where a second thread does not pay, or does not know the file's layout. */
async function loadByTwoThreads(
  source: SnapshotSource,
  kernel: Kernel | null,
  options: LoadOptions,
): Promise<LoadedColumns | null> {
  if (options.threads !== 2 || !kernel) return null;
  const file = source.openFile?.() ?? null;
  if (!file) return null;
  try {
    if (file.size < WORTH_A_THREAD) return null;
    const sink = new ColumnsSink();
    const report = await readByTwoThreads(file, sink, kernel, options);
    if (!report) return null;
    file.checkUnchanged();
    return { columns: namingSource(sink.columns(), source), report };
  } catch (error) {
    // What is unsound is told by the reader that goes through it in order: it knows the record and the byte.
    if (error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT') return null;
    throw error;
  } finally {
    file.close();
  }
}
