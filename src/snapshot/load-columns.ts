import { HeapstatError } from '../errors.js';
import type { SnapshotColumns } from './columns.js';
import { ColumnsSink } from './columns-sink.js';
import { type Kernel, KernelMemoryError, loadKernel } from './kernel/load.js';
import { formatBytes } from '../util/bytes.js';
import { estimateGraphMemory, SUMMARY_MEMORY } from './estimate-memory.js';
import { WORTH_A_THREAD } from './kernel/shared-section.js';
import { readSnapshot, type ReadOptions, type ReadReport } from './read.js';
import { labelOf, withSourceName } from './source-name.js';
import type { Schema } from './schema.js';
import type { SnapshotSource } from './source.js';
import { isSystemError, unreadable } from './source-errors.js';
import { SalvagedStrings } from './string-table.js';
import { readByTwoThreads } from './two-thread-file.js';

export interface LoadOptions extends ReadOptions {
  /** Bytes of memory that may be taken; what needs more is refused when the header is known. Absent: it is tried. */
  readonly freeMemory?: (() => number) | undefined;
  /** Told when work on what was read begins that may take long, and null at its end. */
  readonly onPhase?: ((phase: string | null) => void) | undefined;
}

export interface LoadedColumns {
  readonly columns: SnapshotColumns;
  readonly report: ReadReport;
}

/** Every column of a snapshot, and what reading it told. @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT, TOO_LARGE */
export async function loadColumns(source: SnapshotSource, options: LoadOptions = {}): Promise<LoadedColumns> {
  const script = options.salvage === true;
  const kernel = script
    ? null
    : options.kernel === undefined
      ? loadKernel({ simd: options.simd ?? true })
      : options.kernel;
  try {
    return (await loadByTwoThreads(source, kernel, options)) ?? (await load(source, { ...options, kernel }));
  } catch (error) {
    // WebAssembly's memory ends at 4 GiB; arrays outside of it do not.
    if (!(error instanceof KernelMemoryError)) throw error;
    if (source.isRereadable) return load(source, { ...options, kernel: null });
    throw new HeapstatError(
      'TOO_LARGE',
      `${labelOf(source)}: ${error.message}, and it cannot be read again without it: save it to a file first`,
      { cause: error },
    );
  }
}

async function load(source: SnapshotSource, options: LoadOptions): Promise<LoadedColumns> {
  const file = source.openFile?.() ?? null;
  const sink = new ColumnsSink(file?.size, memoryCheck(source, file?.size ?? null, options));
  file?.close();
  const report = await readSnapshot(source, sink, options);
  const columns = sink.columns();
  const named = namingSource(columns, source);
  const { strings } = columns;
  if (!(strings instanceof SalvagedStrings && strings.lost > 0)) return { columns: named, report };
  const warning = `${strings.lost} names are lost at least: where rules go by names (WeakMap entries, arrays, native contexts) distances and retained sizes may be off`;
  return { columns: named, report: { ...report, warnings: [...report.warnings, warning] } };
}

/** Strings are decoded when they are asked for: what is wrong with one then is told with the file's name, as all else. */
function namingSource(columns: SnapshotColumns, source: SnapshotSource): SnapshotColumns {
  const { strings } = columns;
  const naming =
    <Result>(read: (index: number) => Result) =>
    (index: number): Result => {
      try {
        return read(index);
      } catch (error) {
        throw withSourceName(error, source);
      }
    };
  return {
    ...columns,
    strings: {
      length: strings.length,
      get: naming((index) => strings.get(index)),
      ...(strings.indicesContaining && { indicesContaining: (text) => strings.indicesContaining!(text) }),
      ...(strings.wholeNumber && { wholeNumber: naming((index) => strings.wholeNumber!(index)) }),
    },
  };
}

/** Refuses a heap graph that would not fit: better than to be killed in the middle. */
function memoryCheck(
  source: SnapshotSource,
  bytes: number | null,
  { freeMemory }: LoadOptions,
): ((schema: Schema) => void) | undefined {
  if (!freeMemory) return undefined;
  return (schema) => {
    const [needed, free] = [estimateGraphMemory(schema, bytes), freeMemory()];
    if (needed <= free) return;
    throw new HeapstatError(
      'TOO_LARGE',
      `${labelOf(source)}: its heap graph needs about ${formatBytes(needed)} of memory, and ${formatBytes(free)} are free; ` +
        `a plain summary or diff needs ${formatBytes(SUMMARY_MEMORY)}. HEAPSTAT_MEMORY=${Math.ceil(needed / 1e9)}GB tries it all the same`,
    );
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
    options.onFile?.(source.name);
    const sink = new ColumnsSink(file.size, memoryCheck(source, file.size, options));
    const report = await readByTwoThreads(file, sink, kernel, options);
    if (!report) return null;
    file.checkUnchanged();
    return { columns: namingSource(sink.columns(), source), report };
  } catch (error) {
    // What is unsound is told by the reader that goes through it in order: it knows the record and the byte.
    if (error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT') return null;
    // Of either thread: a disk that fails, a share that is gone.
    throw isSystemError(error) ? unreadable(source.name, error) : error;
  } finally {
    file.close();
  }
}
