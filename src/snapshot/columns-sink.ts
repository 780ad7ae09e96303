import { invalidSnapshot } from '../errors.js';
import type { SnapshotColumns, StringTable } from './columns.js';
import type { FileTail } from './file-tail.js';
import { KernelColumns } from './kernel/columns.js';
import type { Kernel } from './kernel/load.js';
import type { SampledStrings } from './kernel/sampled-strings.js';
import { KernelStringTable } from './kernel/string-table.js';
import { LocationsColumn } from './locations-column.js';
import { checkCounts, type Schema } from './schema.js';
import { ScriptColumns } from './script-columns.js';
import type { SectionReader, SnapshotSink } from './sink.js';
import { DecodedStrings, KeptStrings, SalvagedStrings } from './string-table.js';

/** Columns of a file of unknown size start as if it were of this one. */
const UNKNOWN_SIZE = 1 << 26;

/** Collects every column of a snapshot: in the kernel's memory as long as the kernel knows the layout, else by plain script. */
export class ColumnsSink implements SnapshotSink {
  readonly #bytes: number;
  readonly #onHeader: ((schema: Schema) => void) | undefined;
  #schema: Schema | null = null;
  #columns: KernelColumns | ScriptColumns | null = null;
  #locations = new LocationsColumn();
  #strings: KernelStringTable | SampledStrings | KeptStrings | DecodedStrings = new DecodedStrings();
  #isCut = false;
  #nodeReader: SectionReader | null = null;

  /**
   * @param bytes of the unpacked file, as far as they are known
   * @param onHeader called before any column is made
   */
  constructor(bytes = UNKNOWN_SIZE, onHeader?: (schema: Schema) => void) {
    this.#bytes = bytes;
    this.#onHeader = onHeader;
  }

  schema(schema: Schema): void {
    this.#onHeader?.(schema);
    this.#schema = schema;
  }

  /** The same sink, but for the nodes, which `reader` is to read; adopt() takes what comes of it. */
  withNodesReadBy(reader: SectionReader): this {
    this.#nodeReader = reader;
    return this;
  }

  /** Takes nodes and edges that have been read by others. */
  adopt(columns: KernelColumns): void {
    this.#columns = columns;
  }

  /** The same for what comes behind them; to be called last. @throws HeapstatError INVALID_SNAPSHOT where they do not go together */
  adoptTail({ locations, strings }: FileTail): void {
    this.#checkEdges();
    this.#locations = locations;
    this.#strings = strings;
    this.stringCount(strings.length);
  }

  readonly nodeSection = (kernel: Kernel | null): SectionReader | null => {
    const schema = this.#schema!;
    if (this.#nodeReader) return this.#nodeReader;
    if (!kernel || !KernelColumns.supports(schema)) return null;
    const columns = new KernelColumns(kernel, schema);
    this.#columns = columns;
    return columns.nodes;
  };

  readonly edgeSection = (): SectionReader | null =>
    this.#columns instanceof KernelColumns ? this.#columns.edges() : null;

  nodes(values: Float64Array, records: number): void {
    this.#scriptColumns().nodes(values, records);
  }

  readonly edges = (values: Float64Array, records: number): void => this.#scriptColumns().edges(values, records);

  /** To go on by plain script, wherever that begins. */
  #scriptColumns(): ScriptColumns {
    const schema = this.#schema!;
    if (this.#columns === null) this.#columns = new ScriptColumns(schema, this.#bytes);
    else if (this.#columns instanceof KernelColumns) this.#columns = ScriptColumns.from(this.#columns, schema);
    return this.#columns;
  }

  readonly locationSection = (kernel: Kernel | null): SectionReader | null =>
    this.#locations.section(kernel, this.#schema!, this.#columns?.nodeCount ?? 0);

  readonly locations = (values: Float64Array, records: number): void =>
    this.#locations.add(values, records, this.#schema!, this.#columns?.nodeCount ?? 0);

  readonly stringSection = (kernel: Kernel | null): SectionReader => {
    this.#checkEdges();
    const strings = kernel ? new KernelStringTable(kernel) : new KeptStrings();
    this.#strings = strings;
    return strings;
  };

  readonly cut = (finished: ReadonlySet<string>): void => {
    this.#isCut = true;
    if (finished.has('edges')) return;
    const { declaredEdgeCount } = this.#schema!;
    const edges = this.#columns?.edgeCount ?? 0;
    throw invalidSnapshot(
      `the file is cut before the end of its edges: ${edges} of ${declaredEdgeCount || 'an unknown number'} are there. ` +
        'Paths and retained sizes would be wrong without the rest; heapstat summary --salvage and diff --salvage need only nodes',
    );
  };

  wantedStrings(): 'all' {
    this.#checkEdges();
    return 'all';
  }

  string(_index: number, text: string): void {
    if (this.#strings instanceof DecodedStrings) this.#strings.add(text);
  }

  stringCount(count: number): void {
    const largest = this.#columns?.largestName ?? null;
    if (largest && largest.index >= count)
      throw invalidSnapshot(`${largest.owner} names string ${largest.index}, but the file has ${count} strings`);
  }

  /** To be called when the file has been read. */
  columns(): SnapshotColumns {
    const strings = this.#isCut ? this.#salvagedStrings() : this.#strings;
    const columns = (this.#columns ?? this.#scriptColumns()).columns();
    return { schema: this.#schema!, ...columns, locations: this.#locations.records, strings };
  }

  #salvagedStrings(): StringTable {
    const strings = this.#strings;
    const whole = strings instanceof KeptStrings ? strings.wholeStrings : strings.length;
    return new SalvagedStrings(strings, whole, (this.#columns?.largestName?.index ?? -1) + 1);
  }

  #checkEdges(): void {
    const { nodeCount, edgeTotal, edgeCount } = this.#columns ?? this.#scriptColumns();
    checkCounts(this.#schema!, nodeCount, edgeTotal);
    if (edgeTotal !== edgeCount)
      throw invalidSnapshot(`the nodes have ${edgeTotal} edges, but the "edges" section holds ${edgeCount}`);
    const { rootOffset, nodeStride } = this.#schema!;
    if (nodeCount === 0) throw invalidSnapshot('there are no nodes: not even a root');
    if (rootOffset % nodeStride !== 0 || rootOffset >= nodeCount * nodeStride)
      throw invalidSnapshot(
        `the header's root_index is ${rootOffset}, where there should be a multiple of ${nodeStride} below ${nodeCount * nodeStride}`,
      );
  }
}
