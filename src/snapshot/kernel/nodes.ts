import type { Schema } from '../schema.js';
import type { RecordLayout } from './layout.js';
import type { Kernel } from './load.js';
import { RecordReader } from './records.js';

/** Which numbers of a node a pass needs; the values of assembly/nodes.ts. */
export const TALLY = 5;
export const MARK = 2;
export const COMPARE = 7;
/** Columns with and without detachedness, which is the last number. */
export const COLUMNS = 15;
export const BARE_COLUMNS = 23;
export type Pass = typeof TALLY | typeof MARK | typeof COMPARE | typeof COLUMNS | typeof BARE_COLUMNS;

/** Rows of the kernel's table of types; the last stands for every type above. */
const TYPE_ROWS = 256;
const WORD = 2 ** 32;

/** Whether the kernels know a snapshot's nodes: type, name, id, self_size, edge_count first, 9 numbers at most, 255 types at most. */
export function supportsNodes(schema: Schema): boolean {
  return (
    schema.nodeTypeOffset === 0 &&
    schema.nodeNameOffset === 1 &&
    schema.nodeIdOffset === 2 &&
    schema.nodeSelfSizeOffset === 3 &&
    schema.nodeEdgeCountOffset === 4 &&
    schema.nodeStride >= 5 &&
    schema.nodeStride <= 9 &&
    schema.nodeTypes.length > 0 &&
    schema.nodeTypes.length < TYPE_ROWS
  );
}

function nodeLayout(schema: Schema): RecordLayout {
  return {
    section: 'nodes',
    fields: schema.nodeStride,
    names: ['type', 'name', 'id', 'self_size', 'edge_count'],
    limits: [schema.nodeTypes.length, WORD, Infinity, Infinity, WORD],
  };
}

/** Where a pass adds up what it reads: addresses, 0 for none. */
export interface Targets {
  /** A hash table, or columns. */
  readonly table: number;
  readonly otherIds: number;
  readonly ownIds: number;
  /** Where a comparison puts its sample. */
  readonly sample?: number;
}

/** A nodes section whose records are added up in the kernel's memory. */
export abstract class NodeReader extends RecordReader {
  readonly #schema: Schema;
  readonly #pass: Pass;
  readonly #targets: Targets;
  readonly #sums: number;
  readonly #typeKeys: number;
  readonly #typeKeysByText: number;

  /** @param named the types that are told apart by name; the nodes of all others are counted under name 0. */
  constructor(kernel: Kernel, schema: Schema, pass: Pass, targets: Targets, named: ReadonlySet<number>) {
    super(kernel, nodeLayout(schema));
    this.#schema = schema;
    this.#pass = pass;
    this.#targets = targets;
    this.#sums = kernel.exports.reserve(24);
    this.#typeKeys = kernel.exports.reserve(TYPE_ROWS * 8);
    const keys = kernel.words(this.#typeKeys, TYPE_ROWS * 2);
    for (let type = 0; type < TYPE_ROWS; type++) {
      keys[type * 2] = named.has(type) ? WORD - 1 : 0;
      keys[type * 2 + 1] = type + 1;
    }
    this.#typeKeysByText = kernel.exports.newTypeKeysByText(this.#typeKeys);
  }

  /** Sum of all nodes' edge counts; 0 in a pass that only marks ids. */
  get edges(): number {
    return this.#sum(0);
  }

  /** Nodes of self size 0; 0 in a pass that only marks ids. */
  get empty(): number {
    return this.#sum(1);
  }

  /** The highest string index that a node has for its name; 0 in a pass that only marks ids. */
  get highestName(): number {
    return this.kernel.words(this.#sums, 6)[4]!;
  }

  #sum(index: number): number {
    const words = this.kernel.words(this.#sums, 4);
    return words[index * 2]! + words[index * 2 + 1]! * WORD;
  }

  protected override take(start: number, end: number, fields: number, lines: boolean): number {
    this.#aim();
    return this.kernel.exports.takeNodes(this.#pass, start, end, fields, lines);
  }

  protected override takeChecked(start: number, records: number, fields: number, lines: boolean): void {
    this.#aim();
    this.kernel.exports.takeCheckedNodes(this.#pass, start, records, fields, lines);
  }

  #aim(): void {
    const { table, otherIds, ownIds, sample = 0 } = this.#targets;
    this.kernel.exports.setTypes(this.#typeKeys, this.#typeKeysByText, this.#schema.nodeTypes.length);
    this.kernel.exports.setTargets(table, this.#sums, otherIds, ownIds);
    this.kernel.exports.setSample(sample);
  }
}
