import { invalidSnapshot } from '../errors.js';
import { trimmed, withRoom } from '../util/columns.js';
import type { NamedString, NodeAndEdgeColumns } from './columns.js';
import type { KernelColumns } from './kernel/columns.js';
import { badNumber, isIndex, MAX_UINT32 } from './record-numbers.js';
import { NO_FIELD, type Schema } from './schema.js';

/** Edges of these types carry a number, not a name. */
const NUMBERED_EDGES: ReadonlySet<string> = new Set(['element', 'hidden']);

/** Collects the columns of nodes and edges by plain script. They start in the length that the header declares, and grow where that was too little. */
export class ScriptColumns {
  readonly #schema: Schema;
  #nodeCount = 0;
  #edgeTotal = 0;
  #edgeCount = 0;
  #nodeType: Uint8Array;
  #nodeName: Uint32Array;
  #nodeId: Uint32Array | Float64Array;
  #nodeSelfSize: Uint32Array | Float64Array;
  #nodeDetachedness: Uint8Array | null;
  #firstEdge: Uint32Array;
  #edgeType: Uint8Array;
  #edgeName: Uint32Array;
  #edgeTarget: Uint32Array;
  #largestName: NamedString | null = null;

  /** @param bytes of the unpacked file, as far as they are known */
  constructor(schema: Schema, bytes: number) {
    this.#schema = schema;
    // A header may lie: no more is believed than the file has room for, with a digit and a comma for each number.
    const room = (declared: number, stride: number): number => Math.min(declared, Math.floor(bytes / (2 * stride)));
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

  /** To go on from what a kernel has collected, which is copied. */
  static from(kernelColumns: KernelColumns, schema: Schema): ScriptColumns {
    const columns = new ScriptColumns(schema, 0);
    columns.#copy(kernelColumns.columns(), kernelColumns.edgeTotal);
    columns.#largestName = kernelColumns.largestName;
    return columns;
  }

  #copy(from: NodeAndEdgeColumns, edgeTotal: number): void {
    this.#nodeCount = from.nodeCount;
    this.#edgeTotal = edgeTotal;
    this.#edgeCount = from.edgeCount;
    this.#nodeType = from.nodeType.slice();
    this.#nodeName = from.nodeName.slice();
    this.#nodeId = from.nodeId.slice();
    this.#nodeSelfSize = from.nodeSelfSize.slice();
    this.#nodeDetachedness = from.nodeDetachedness?.slice() ?? null;
    this.#firstEdge = from.firstEdge.slice();
    this.#edgeType = from.edgeType.slice();
    this.#edgeName = from.edgeName.slice();
    this.#edgeTarget = from.edgeTarget.slice();
  }

  get nodeCount(): number {
    return this.#nodeCount;
  }

  get edgeCount(): number {
    return this.#edgeCount;
  }

  /** Sum of the nodes' edge counts. */
  get edgeTotal(): number {
    return this.#edgeTotal;
  }

  /** The largest string index that a node or an edge names; null: none does. */
  get largestName(): NamedString | null {
    return this.#largestName;
  }

  /** Appends whole node records. @throws HeapstatError INVALID_SNAPSHOT */
  nodes(values: Float64Array, records: number): void {
    const schema = this.#schema;
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
    let largest = this.#largestName?.index ?? -1;
    for (let k = 0, at = 0; k < records; k++, at += stride) {
      const type = values[at + nodeTypeOffset]!;
      const name = values[at + nodeNameOffset]!;
      const edgeCount = values[at + nodeEdgeCountOffset]!;
      if (!isIndex(type, typeCount)) throw badNumber('node', first + k, 'type', type, `below ${typeCount}`);
      if (!isIndex(name, MAX_UINT32 + 1)) throw badNumber('node', first + k, 'name', name, 'a string index');
      if (!isIndex(edgeCount, MAX_UINT32 + 1)) throw badNumber('node', first + k, 'edge count', edgeCount, 'a count');
      types[first + k] = type;
      names[first + k] = name;
      if (name > largest) this.#noteName((largest = name), `node record ${first + k}`);
      edgeTotal += edgeCount;
      firstEdge[first + k + 1] = edgeTotal;
    }
    if (edgeTotal > MAX_UINT32)
      throw invalidSnapshot(`the nodes have ${edgeTotal} edges; heapstat keeps at most ${MAX_UINT32}`);
    this.#edgeTotal = edgeTotal;
    this.#nodeCount = last;
  }

  /** Appends whole edge records. @throws HeapstatError INVALID_SNAPSHOT */
  edges(values: Float64Array, records: number): void {
    const schema = this.#schema;
    const { edgeStride: stride, edgeTypeOffset, edgeNameOffset, edgeTargetOffset, nodeStride } = schema;
    const typeCount = Math.min(256, schema.edgeTypes.length);
    const isNumbered = schema.edgeTypes.map((type) => NUMBERED_EDGES.has(type));
    const first = this.#edgeCount;
    const last = first + records;
    const nodeNumbers = this.#nodeCount * nodeStride;
    this.#edgeType = withRoom(this.#edgeType, last);
    this.#edgeName = withRoom(this.#edgeName, last);
    this.#edgeTarget = withRoom(this.#edgeTarget, last);
    let largest = this.#largestName?.index ?? -1;
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
      if (name > largest && !isNumbered[type]) this.#noteName((largest = name), `edge record ${first + k}`);
    }
    this.#edgeCount = last;
  }

  #noteName(index: number, owner: string): void {
    this.#largestName = { index, owner };
  }

  /** To be called when the file has been read. */
  columns(): NodeAndEdgeColumns {
    const [nodes, edges] = [this.#nodeCount, this.#edgeCount];
    return {
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
    };
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
