import type { Schema } from '../schema.js';
import type { Kernel } from './load.js';
import { NodeReader, supportsNodes, TALLY } from './nodes.js';

/** Nodes of one type and, where the type is told apart by name, one name. */
export interface TallyRow {
  /** Index into schema.nodeTypes. */
  readonly type: number;
  /** String index; 0 for the types that are not told apart. */
  readonly name: number;
  readonly count: number;
  /** Sum of the self sizes in bytes. */
  readonly size: number;
}

/** Counts nodes and their bytes by type and name. Memory depends on the number of distinct rows alone. Exact up to 2^53. */
export class KernelTally extends NodeReader {
  readonly #table: number;

  static supports(schema: Schema): boolean {
    return supportsNodes(schema);
  }

  /** @param named the types (indices into schema.nodeTypes) that are told apart by name. */
  constructor(kernel: Kernel, schema: Schema, named: ReadonlySet<number>) {
    const table = kernel.exports.newTable(5, 12);
    super(kernel, schema, TALLY, { table, otherIds: 0, ownIds: 0 }, named);
    this.#table = table;
  }

  /** In no particular order. */
  rows(): TallyRow[] {
    const { exports } = this.kernel;
    const address = exports.packRows(this.#table, 2);
    const count = exports.packedRows.value;
    const packed = this.kernel.doubles(address, count * 4);
    const rows: TallyRow[] = [];
    for (let at = 0; at < packed.length; at += 4) {
      rows.push({ type: packed[at]!, name: packed[at + 1]!, count: packed[at + 2]!, size: packed[at + 3]! });
    }
    return rows;
  }
}
