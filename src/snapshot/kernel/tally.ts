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

/** What one thread has added up of a section, to be sent to another. */
export interface TallyPart {
  readonly records: number;
  readonly edges: number;
  readonly empty: number;
  readonly highestName: number;
  /** Four numbers a row: see TallyRow. */
  readonly rows: Float64Array<ArrayBuffer>;
}

const NOTHING: TallyPart = { records: 0, edges: 0, empty: 0, highestName: 0, rows: new Float64Array(0) };

/** Counts nodes and their bytes by type and name. Memory depends on the number of distinct rows alone. Exact up to 2^53. */
export class KernelTally extends NodeReader {
  readonly #table: number;
  readonly #fields: number;
  #adopted = NOTHING;

  static supports(schema: Schema): boolean {
    return supportsNodes(schema);
  }

  /** @param named the types (indices into schema.nodeTypes) that are told apart by name. */
  constructor(kernel: Kernel, schema: Schema, named: ReadonlySet<number>) {
    const table = kernel.exports.newTable(5, 12);
    super(kernel, schema, TALLY, { table, otherIds: 0, ownIds: 0 }, named);
    this.#table = table;
    this.#fields = schema.nodeStride;
  }

  override get edges(): number {
    return super.edges + this.#adopted.edges;
  }

  override get empty(): number {
    return super.empty + this.#adopted.empty;
  }

  override get highestName(): number {
    return Math.max(super.highestName, this.#adopted.highestName);
  }

  /** Takes whole records, from one address to another. Returns how many there were, or fewer where they are not as expected. */
  takeBetween(start: number, end: number, lines: boolean): number {
    this.take(start, end, this.#fields, lines);
    const taken = this.kernel.exports.taken.value >>> 0;
    this.countRecords(taken);
    return taken;
  }

  /** What has been added up here. */
  part(): TallyPart {
    const { records, edges, empty, highestName } = this;
    return { records, edges, empty, highestName, rows: this.#packedRows().slice() };
  }

  /** Counts what another thread has added up, once. */
  adopt(part: TallyPart): void {
    this.#adopted = part;
    this.countRecords(part.records);
  }

  /** In no particular order; a row may come twice where another thread has added up a part. */
  rows(): TallyRow[] {
    const rows: TallyRow[] = [];
    for (const packed of [this.#packedRows(), this.#adopted.rows]) {
      for (let at = 0; at < packed.length; at += 4)
        rows.push({ type: packed[at]!, name: packed[at + 1]!, count: packed[at + 2]!, size: packed[at + 3]! });
    }
    return rows;
  }

  #packedRows(): Float64Array {
    const { exports } = this.kernel;
    const address = exports.packRows(this.#table, 2);
    return this.kernel.doubles(address, exports.packedRows.value * 4);
  }
}
