import { invalidSnapshot } from '../errors.js';
import { trimmed, withRoom } from '../util/columns.js';
import type { SnapshotColumns, StringTable } from './columns.js';
import { KernelColumns } from './kernel/columns.js';
import type { Kernel } from './kernel/load.js';
import type { SampledStrings } from './kernel/sampled-strings.js';
import { KernelStringTable } from './kernel/string-table.js';
import { LocationsColumn } from './locations-column.js';
import { badNumber, isIndex, MAX_UINT32 } from './record-numbers.js';
import { checkCounts, NO_FIELD, type Schema } from './schema.js';
import type { SectionReader, SnapshotSink } from './sink.js';
import type { FileTail } from './file-tail.js';
import { DecodedStrings, KeptStrings, SalvagedStrings } from './string-table.js';

/** Columns of a file of unknown size start as if it were of this one. */
const UNKNOWN_SIZE = 1 << 26;
/** Edges of these types carry a number, not a name. */
const NUMBERED_EDGES: ReadonlySet<string> = new Set(['element', 'hidden']);

/**
 * Collects every column of a snapshot: in the kernel's memory as long as the kernel knows the layout, else by plain
 * script. A column starts in the length that the header declares, and grows where that was too little.
 */
export class ColumnsSink implements SnapshotSink {
  readonly #bytes: number;
  readonly #onHeader: ((schema: Schema) => void) | undefined;
  #schema: Schema | null = null;
  #nodeCount = 0;
  #edgeTotal = 0;
  #nodeType = new Uint8Array(0);
  #nodeName = new Uint32Array(0);
  #nodeId: Uint32Array | Float64Array = new Uint32Array(0);
  #nodeSelfSize: Uint32Array | Float64Array = new Uint32Array(0);
  #nodeDetachedness: Uint8Array | null = null;
  #firstEdge = new Uint32Array(1);
  #edgeCount = 0;
  #edgeType = new Uint8Array(0);
  #edgeName = new Uint32Array(0);
  #edgeTarget = new Uint32Array(0);
  #locations = new LocationsColumn();
  #strings: KernelStringTable | SampledStrings | KeptStrings | DecodedStrings = new DecodedStrings();
  #kernelColumns: KernelColumns | null = null;
  #isCut = false;
  #nodeReader: SectionReader | null = null;
  /** The largest string index that a node or an edge names, and which one it is, for the message. */
  #largestName = -1;
  #largestNameOwner = '';

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
    this.#kernelColumns = columns;
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
    if (kernel && KernelColumns.supports(schema)) {
      this.#kernelColumns = new KernelColumns(kernel, schema);
      return this.#kernelColumns.nodes;
    }
    this.#reserve(schema);
    return null;
  };

  readonly edgeSection = (): SectionReader | null => this.#kernelColumns?.edges() ?? null;

  #reserve(schema: Schema): void {
    // A header may lie: no more is believed than the file has room for, with a digit and a comma for each number.
    const room = (declared: number, stride: number): number =>
      Math.min(declared, Math.floor(this.#bytes / (2 * stride)));
    const nodes = room(schema.declaredNodeCount, schema.nodeStride);
    const edges = room(schema.declaredEdgeCount, schema.edgeStride);
    this.#nodeType = new Uint8Array(nodes);
    this.#nodeName = new Uint32Array(nodes);
    this.#nodeId = new Uint32Array(nodes);
    this.#nodeSelfSize = new Uint32Array(nodes);
    this.#nodeDetachedness = schema.nodeDetachednessOffset === NO_FIELD ? null : new Uint8Array(nodes);
    this.#firstEdge = new Uint32Array(nodes + 1);
    this.#edgeType = new Uint8Array(edges);
    this.#edgeName = new Uint32Array(edges);
    this.#edgeTarget = new Uint32Array(edges);
  }

  nodes(values: Float64Array, records: number): void {
    const schema = this.#schema!;
    this.#leaveKernel();
    const {
      nodeStride: stride,
      nodeTypeOffset,
      nodeNameOffset,
      nodeIdOffset,
      nodeSelfSizeOffset,
      nodeEdgeCountOffset,
    } = schema;
    const typeCount = Math.min(256, schema.nodeTypes.length);
    const first = this.#nodeCount;
    const last = first + records;
    this.#nodeType = withRoom(this.#nodeType, last);
    this.#nodeName = withRoom(this.#nodeName, last);
    this.#firstEdge = withRoom(this.#firstEdge, last + 1);
    this.#nodeId = withNumbers(this.#nodeId, first, values, records, stride, nodeIdOffset, 'node', 'id');
    this.#nodeSelfSize = withNumbers(
      this.#nodeSelfSize,
      first,
      values,
      records,
      stride,
      nodeSelfSizeOffset,
      'node',
      'self size',
    );
    if (this.#nodeDetachedness) {
      this.#nodeDetachedness = withRoom(this.#nodeDetachedness, last);
      for (let k = 0; k < records; k++) {
        const state = values[k * stride + schema.nodeDetachednessOffset]!;
        if (!isIndex(state, Infinity))
          throw badNumber('node', first + k, 'detachedness', state, 'a whole number, 0 or more');
        // V8 knows 0 to 2: what is above 255 means as little as 255 does.
        this.#nodeDetachedness[first + k] = Math.min(state, 255);
      }
    }
    const [types, names, firstEdge] = [this.#nodeType, this.#nodeName, this.#firstEdge];
    let edgeTotal = this.#edgeTotal;
    for (let k = 0, at = 0; k < records; k++, at += stride) {
      const type = values[at + nodeTypeOffset]!;
      const name = values[at + nodeNameOffset]!;
      const edgeCount = values[at + nodeEdgeCountOffset]!;
      if (!isIndex(type, typeCount)) throw badNumber('node', first + k, 'type', type, `below ${typeCount}`);
      if (!isIndex(name, MAX_UINT32 + 1)) throw badNumber('node', first + k, 'name', name, 'a string index');
      if (!isIndex(edgeCount, MAX_UINT32 + 1)) throw badNumber('node', first + k, 'edge count', edgeCount, 'a count');
      types[first + k] = type;
      names[first + k] = name;
      if (name > this.#largestName) this.#noteName(name, `node record ${first + k}`);
      edgeTotal += edgeCount;
      firstEdge[first + k + 1] = edgeTotal;
    }
    if (edgeTotal > MAX_UINT32)
      throw invalidSnapshot(`the nodes have ${edgeTotal} edges; heapstat keeps at most ${MAX_UINT32}`);
    this.#edgeTotal = edgeTotal;
    this.#nodeCount = last;
  }

  readonly edges = (values: Float64Array, records: number): void => {
    const schema = this.#schema!;
    this.#leaveKernel();
    const { edgeStride: stride, edgeTypeOffset, edgeNameOffset, edgeTargetOffset, nodeStride } = schema;
    const typeCount = Math.min(256, schema.edgeTypes.length);
    const isNumbered = schema.edgeTypes.map((type) => NUMBERED_EDGES.has(type));
    const first = this.#edgeCount;
    const last = first + records;
    const nodeNumbers = this.#nodeCount * nodeStride;
    this.#edgeType = withRoom(this.#edgeType, last);
    this.#edgeName = withRoom(this.#edgeName, last);
    this.#edgeTarget = withRoom(this.#edgeTarget, last);
    const [types, names, targets] = [this.#edgeType, this.#edgeName, this.#edgeTarget];
    for (let k = 0, at = 0; k < records; k++, at += stride) {
      const type = values[at + edgeTypeOffset]!;
      const name = values[at + edgeNameOffset]!;
      const offset = values[at + edgeTargetOffset]!;
      if (!isIndex(type, typeCount)) throw badNumber('edge', first + k, 'type', type, `below ${typeCount}`);
      // V8 prints the number of an edge as a signed one: from 2^31 on it comes out negative.
      const isNumber = isNumbered[type] && name < 0 && name >= -0x8000_0000 && name === Math.trunc(name);
      if (!isIndex(name, MAX_UINT32 + 1) && !isNumber) throw badNumber('edge', first + k, 'name', name, 'an index');
      if (!isIndex(offset, nodeNumbers) || offset % nodeStride !== 0)
        throw badNumber('edge', first + k, 'target', offset, `a multiple of ${nodeStride} below ${nodeNumbers}`);
      types[first + k] = type;
      names[first + k] = name;
      targets[first + k] = offset / nodeStride;
      if (name > this.#largestName && !isNumbered[type]) this.#noteName(name, `edge record ${first + k}`);
    }
    this.#edgeCount = last;
  };

  readonly locationSection = (kernel: Kernel | null): SectionReader | null =>
    this.#locations.section(kernel, this.#schema!, this.#kernelColumns?.nodeCount ?? this.#nodeCount);

  readonly locations = (values: Float64Array, records: number): void =>
    this.#locations.add(values, records, this.#schema!, this.#kernelColumns?.nodeCount ?? this.#nodeCount);

  /** Copies what the kernel has collected, to go on by plain script. */
  #leaveKernel(): void {
    const kernelColumns = this.#kernelColumns;
    if (!kernelColumns) {
      if (this.#firstEdge.length === 1) this.#reserve(this.#schema!);
      return;
    }
    this.#kernelColumns = null;
    const { edgeTotal, largestNames } = kernelColumns;
    const columns = kernelColumns.columns();
    this.#nodeCount = columns.nodeCount;
    this.#edgeTotal = edgeTotal;
    this.#edgeCount = columns.edgeCount;
    this.#nodeType = columns.nodeType.slice();
    this.#nodeName = columns.nodeName.slice();
    this.#nodeId = columns.nodeId.slice();
    this.#nodeSelfSize = columns.nodeSelfSize.slice();
    this.#nodeDetachedness = columns.nodeDetachedness?.slice() ?? null;
    this.#firstEdge = columns.firstEdge.slice();
    this.#edgeType = columns.edgeType.slice();
    this.#edgeName = columns.edgeName.slice();
    this.#edgeTarget = columns.edgeTarget.slice();
    this.#noteKernelNames(largestNames);
  }

  #noteKernelNames({ node, edge }: { readonly node: number; readonly edge: number }): void {
    if (node > this.#largestName) this.#noteName(node, 'a node record');
    if (edge > this.#largestName) this.#noteName(edge, 'an edge record');
  }

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
    const edges = this.#kernelColumns?.edgeCount ?? this.#edgeCount;
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
    if (this.#largestName >= count)
      throw invalidSnapshot(
        `${this.#largestNameOwner} names string ${this.#largestName}, but the file has ${count} strings`,
      );
  }

  /** To be called when the file has been read. */
  columns(): SnapshotColumns {
    const [nodes, edges] = [this.#nodeCount, this.#edgeCount];
    const strings = this.#isCut ? this.#salvagedStrings() : this.#strings;
    const locations = this.#locations.records;
    if (this.#kernelColumns) return { schema: this.#schema!, ...this.#kernelColumns.columns(), locations, strings };
    return {
      schema: this.#schema!,
      nodeCount: nodes,
      edgeCount: edges,
      nodeType: trimmed(this.#nodeType, nodes),
      nodeName: trimmed(this.#nodeName, nodes),
      nodeId: trimmed(this.#nodeId, nodes),
      nodeSelfSize: trimmed(this.#nodeSelfSize, nodes),
      nodeDetachedness: this.#nodeDetachedness && trimmed(this.#nodeDetachedness, nodes),
      firstEdge: trimmed(this.#firstEdge, nodes + 1),
      edgeType: trimmed(this.#edgeType, edges),
      edgeName: trimmed(this.#edgeName, edges),
      edgeTarget: trimmed(this.#edgeTarget, edges),
      locations,
      strings,
    };
  }

  #salvagedStrings(): StringTable {
    const strings = this.#strings;
    const whole = strings instanceof KeptStrings ? strings.wholeStrings : strings.length;
    return new SalvagedStrings(strings, whole, this.#largestName + 1);
  }

  #noteName(name: number, owner: string): void {
    this.#largestName = name;
    this.#largestNameOwner = owner;
  }

  #checkEdges(): void {
    const kernelColumns = this.#kernelColumns;
    if (kernelColumns) this.#noteKernelNames(kernelColumns.largestNames);
    const nodeCount = kernelColumns?.nodeCount ?? this.#nodeCount;
    const edgeTotal = kernelColumns?.edgeTotal ?? this.#edgeTotal;
    const edgeCount = kernelColumns?.edgeCount ?? this.#edgeCount;
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

/** `column` with field `offset` of the records appended; as Float64 from the first value on that Uint32 cannot hold. */
function withNumbers(
  column: Uint32Array | Float64Array,
  first: number,
  values: Float64Array,
  records: number,
  stride: number,
  offset: number,
  kind: string,
  field: string,
): Uint32Array | Float64Array {
  let result = withRoom(column, first + records);
  for (let k = 0, at = offset; k < records; k++, at += stride) {
    const value = values[at]!;
    if (!isIndex(value, Infinity)) throw badNumber(kind, first + k, field, value, 'a whole number, 0 or more');
    if (value > MAX_UINT32 && result instanceof Uint32Array) result = new Float64Array(result);
    result[first + k] = value;
  }
  return result;
}
