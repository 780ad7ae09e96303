import { invalidSnapshot } from '../../errors.js';
import type { NamedString, NodeAndEdgeColumns } from '../columns.js';
import { NO_FIELD, type Schema } from '../schema.js';
import type { Kernel } from './load.js';
import { BARE_COLUMNS, COLUMNS, NodeReader, supportsNodes } from './nodes.js';
import { RecordReader } from './records.js';

/** Places in the descriptor of assembly/columns.ts, in words. */
export const WORDS = 32;
const EDGE_TOTAL = 8;
const NODES = 7;
const LARGEST_NODE_NAME = 12;
export const EDGES = 20;
const LARGEST_EDGE_NAME = 21;
const NUMBERED_TYPES = 22;
const EDGE_TYPES = 23;
const NODE_NUMBERS = 24;
const MAY_GROW = 25;

/** What takeEdges() returns for more records than there is room for, in columns that may not grow. */
const TOO_MANY = 3;

const TYPE_LIMIT = 256;
/** No edge type has this number in V8: as many types are refused. */
const NO_TYPE = 255;
/** What WebAssembly memory holds, less what else is in it. */
const MEMORY = 2 ** 32 - 2 ** 26;

/**
 * Collects the columns of nodes and edges in a kernel's memory: 4 GiB at most, 13 or 14 bytes a node (8 more for each of id and self size
 * from the first one above 2^32 on) and 9 an edge. They start in the length that the header declares and grow where that was too little.
 */
export class KernelColumns {
  readonly #kernel: Kernel;
  readonly #schema: Schema;
  readonly #address: number;
  /** Of the descriptor that a second thread has. */
  #shared = 0;
  /** Reads the nodes section. */
  readonly nodes: KernelNodeColumns;

  static supports(schema: Schema): boolean {
    const bytes = schema.declaredNodeCount * 22 + schema.declaredEdgeCount * 9;
    return (
      supportsNodes(schema) &&
      (schema.nodeDetachednessOffset === NO_FIELD || schema.nodeDetachednessOffset === schema.nodeStride - 1) &&
      schema.edgeStride === 3 &&
      schema.edgeTypeOffset === 0 &&
      schema.edgeNameOffset === 1 &&
      schema.edgeTargetOffset === 2 &&
      schema.edgeTypes.length < NO_TYPE &&
      bytes < MEMORY
    );
  }

  constructor(kernel: Kernel, schema: Schema) {
    this.#kernel = kernel;
    this.#schema = schema;
    const hasDetachedness = schema.nodeDetachednessOffset !== NO_FIELD;
    this.#address = kernel.exports.newColumns(schema.declaredNodeCount, schema.declaredEdgeCount, hasDetachedness);
    const words = this.words;
    const numbered = ['element', 'hidden'].map((name) => schema.edgeTypes.indexOf(name));
    words[NUMBERED_TYPES] = numbered.reduce((bytes, type, k) => bytes | ((type < 0 ? NO_TYPE : type) << (8 * k)), 0);
    words[EDGE_TYPES] = schema.edgeTypes.length;
    words[MAY_GROW] = 1;
    this.nodes = new KernelNodeColumns(kernel, schema, this);
  }

  /** Where the descriptor is, and what it says. */
  get address(): number {
    return this.#address;
  }

  get words(): Uint32Array {
    return this.#kernel.words(this.#address, WORDS);
  }

  get nodeCount(): number {
    return this.words[NODES]!;
  }

  get edgeCount(): number {
    return this.words[EDGES]!;
  }

  /** Sum of the nodes' edge counts. */
  get edgeTotal(): number {
    return this.words[EDGE_TOTAL]! + this.words[EDGE_TOTAL + 1]! * 2 ** 32;
  }

  /** The largest string index that a node names, and that an edge names. */
  get largestNames(): { readonly node: number; readonly edge: number } {
    return { node: this.words[LARGEST_NODE_NAME]!, edge: this.words[LARGEST_EDGE_NAME]! };
  }

  /** The larger of them. */
  get largestName(): NamedString {
    const { node, edge } = this.largestNames;
    return edge > node ? { index: edge, owner: 'an edge record' } : { index: node, owner: 'a node record' };
  }

  /** Reads the edges section. To be called when the nodes are complete. */
  edges(): KernelEdgeColumns {
    this.words[NODE_NUMBERS] = this.nodeCount * this.#schema.nodeStride;
    return new KernelEdgeColumns(this.#kernel, this.#schema, this);
  }

  /**
   * For a second thread that stores edges from the back: a descriptor of the same columns, as many edges long as the header declares. From now
   * on the columns stay where they are.
   */
  shareEdges(): number {
    const { exports } = this.#kernel;
    const address = exports.reserve(WORDS * 4) >>> 0;
    const { words } = this;
    words[MAY_GROW] = 0;
    words[NODE_NUMBERS] = this.#schema.declaredNodeCount * this.#schema.nodeStride;
    this.#kernel.words(address, WORDS).set(words);
    this.#shared = address;
    return address;
  }

  /** What the second thread has stored counts, so that there are `edges` in all. */
  adoptEdges(edges: number): void {
    const { words } = this;
    const others = this.#kernel.words(this.#shared, WORDS);
    words[EDGES] = edges;
    words[LARGEST_EDGE_NAME] = Math.max(words[LARGEST_EDGE_NAME]!, others[LARGEST_EDGE_NAME]!);
  }

  /** Views of the columns as they are now. */
  columns(): NodeAndEdgeColumns {
    const { words, nodeCount, edgeCount } = this;
    const { buffer } = this.#kernel.bytes;
    const numbers = (narrow: number, wide: number): Uint32Array | Float64Array =>
      words[wide] === 0
        ? new Uint32Array(buffer, words[narrow], nodeCount)
        : new Float64Array(buffer, words[wide], nodeCount);
    return {
      nodeCount,
      edgeCount,
      nodeType: new Uint8Array(buffer, words[0], nodeCount),
      nodeName: new Uint32Array(buffer, words[1], nodeCount),
      nodeId: numbers(2, 10),
      nodeSelfSize: numbers(3, 11),
      firstEdge: new Uint32Array(buffer, words[4], nodeCount + 1),
      nodeDetachedness: words[5] === 0 ? null : new Uint8Array(buffer, words[5], nodeCount),
      edgeType: new Uint8Array(buffer, words[16], edgeCount),
      edgeName: new Uint32Array(buffer, words[17], edgeCount),
      edgeTarget: new Uint32Array(buffer, words[18], edgeCount),
      memory: this.#kernel,
    };
  }
}

class KernelNodeColumns extends NodeReader {
  readonly #columns: KernelColumns;

  constructor(kernel: Kernel, schema: Schema, columns: KernelColumns) {
    const pass = schema.nodeDetachednessOffset === NO_FIELD ? BARE_COLUMNS : COLUMNS;
    super(kernel, schema, pass, { table: columns.address, otherIds: 0, ownIds: 0 }, new Set(schema.nodeTypes.keys()));
    this.#columns = columns;
  }

  protected override take(start: number, end: number, fields: number, lines: boolean): number {
    const result = super.take(start, end, fields, lines);
    const { edgeTotal } = this.#columns;
    if (edgeTotal >= 2 ** 32)
      throw invalidSnapshot(`the nodes have ${edgeTotal} edges; heapstat keeps fewer than 2^32`);
    return result;
  }
}

class KernelEdgeColumns extends RecordReader {
  readonly #columns: KernelColumns;
  readonly #nodeStride: number;

  constructor(kernel: Kernel, schema: Schema, columns: KernelColumns) {
    super(kernel, {
      section: 'edges',
      fields: 3,
      names: ['type', 'name_or_index', 'to_node'],
      limits: [Math.min(schema.edgeTypes.length, TYPE_LIMIT), 2 ** 32, columns.nodeCount * schema.nodeStride],
      multiple: { field: 2, of: schema.nodeStride },
    });
    this.#columns = columns;
    this.#nodeStride = schema.nodeStride;
  }

  protected override take(start: number, end: number, _fields: number, lines: boolean): number {
    const result = this.kernel.exports.takeEdges(this.#columns.address, start, end, this.#nodeStride, lines);
    if (result === TOO_MANY) throw invalidSnapshot('section "edges" holds more records than the header declares');
    return result;
  }

  protected override takeChecked(start: number, records: number, _fields: number, lines: boolean): void {
    this.kernel.exports.takeCheckedEdges(this.#columns.address, start, records, this.#nodeStride, lines);
  }
}
