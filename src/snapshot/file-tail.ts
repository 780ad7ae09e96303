import { HeapstatError } from '../errors.js';
import { type Kernel, KernelMemoryError, readAt } from './kernel/load.js';
import { SampledStrings, type SampledStringsParts } from './kernel/sampled-strings.js';
import { KernelStringTable } from './kernel/string-table.js';
import { LocationsColumn } from './locations-column.js';
import { SnapshotScanner } from './scanner.js';
import type { Schema } from './schema.js';
import type { SectionReader, SnapshotSink } from './sink.js';

/** What stands behind nodes and edges. */
export interface FileTail {
  readonly locations: LocationsColumn;
  readonly strings: SampledStrings;
}

/** The same as another thread sends it. */
export interface FileTailParts {
  /** The byte of the file that it was read from. */
  readonly from: number;
  readonly locations: Uint32Array<ArrayBuffer>;
  readonly strings: SampledStringsParts;
}

/** The buffers of `parts`, which nothing else uses. */
export function buffersOf({ locations, strings }: FileTailParts): ArrayBuffer[] {
  return [locations, ...strings.blocks, ...strings.starts].map(({ buffer }) => buffer);
}

export function fileTail({ locations, strings }: FileTailParts): FileTail {
  return { locations: new LocationsColumn(locations), strings: SampledStrings.of(strings) };
}

class TailSink implements SnapshotSink {
  readonly #schema: Schema;
  readonly #locations = new LocationsColumn();
  #strings: KernelStringTable | null = null;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  readonly locationSection = (kernel: Kernel | null): SectionReader | null =>
    this.#locations.section(kernel, this.#schema, this.#schema.declaredNodeCount);

  readonly locations = (values: Float64Array, records: number): void =>
    this.#locations.add(values, records, this.#schema, this.#schema.declaredNodeCount);

  readonly stringSection = (kernel: Kernel | null): SectionReader => {
    this.#strings = new KernelStringTable(kernel!);
    return this.#strings;
  };

  parts(from: number): FileTailParts {
    return { from, locations: this.#locations.records, strings: this.#strings!.strings.parts };
  }

  schema(): void {}
  nodes(): void {}
  string(): void {}
  stringCount(): void {}
  wantedStrings(): 'all' {
    return 'all';
  }
}

/**
 * Reads what stands behind the edges, which end at byte `from`, of a file that has as many nodes as its header declares. Null where that is
 * not sound, or not in V8's layout: who reads the file in order then says what it is. `hasStopped`: whether the answer is still wanted.
 */
export function readTail(
  kernel: Kernel,
  { fd, size }: { readonly fd: number; readonly size: number },
  schema: Schema,
  from: number,
  hasStopped: () => boolean,
): FileTailParts | null {
  const sink = new TailSink(schema);
  const scanner = new SnapshotScanner(sink, kernel);
  scanner.schema = schema;
  scanner.skipSections(['snapshot', 'nodes', 'edges'], from);
  const { input } = kernel;
  try {
    for (let place = from; place < size;) {
      const length = readAt(fd, input.subarray(0, input.length - (place % input.length)), place);
      if (length === 0 || hasStopped() || scanner.push(input.subarray(0, length))) return null;
      place += length;
    }
    scanner.end();
  } catch (error) {
    if (error instanceof HeapstatError || error instanceof KernelMemoryError) return null;
    throw error;
  }
  return sink.parts(from);
}
