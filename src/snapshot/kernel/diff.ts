import { MOST_SAMPLED } from '../../util/id-sample.js';
import type { Schema } from '../schema.js';
import type { Kernel } from './load.js';
import { COMPARE, MARK, NodeReader, supportsNodes } from './nodes.js';

/** A set of node ids in a kernel's memory: one bit per id, in pages of 4 KiB that are made on demand. Ids are 0 to 2^53 - 1. */
export class KernelIds {
  readonly kernel: Kernel;
  /** Where the set is in the kernel's memory. */
  readonly address: number;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.address = kernel.exports.newIdSet();
  }

  has(id: number): boolean {
    return this.kernel.exports.hasId(this.address, BigInt(id)) !== 0;
  }

  /** Adds `id`; false when it was there already. */
  add(id: number): boolean {
    if (this.has(id)) return false;
    this.kernel.exports.addId(this.address, BigInt(id));
    return true;
  }

  /** How many ids there are; walks over all pages. Fewer than the records that were marked: an id occurred twice. */
  count(): number {
    return this.kernel.exports.countIds(this.address);
  }
}

/** Puts the ids of a nodes section into a set. */
export class KernelIdMarks extends NodeReader {
  readonly ids: KernelIds;

  static supports(schema: Schema): boolean {
    return supportsNodes(schema);
  }

  /** @param ids gets the ids; lives in the same kernel. */
  constructor(kernel: Kernel, schema: Schema, ids: KernelIds) {
    super(kernel, schema, MARK, { table: 0, otherIds: 0, ownIds: ids.address }, new Set());
    this.ids = ids;
  }
}

/** Nodes of one type and, where the type is told apart by name, one name. Sizes in bytes. */
export interface ComparisonRow {
  /** Index into schema.nodeTypes. */
  readonly type: number;
  /** String index in the file that was read; 0 for the types that are not told apart. */
  readonly name: number;
  /** Nodes whose id the other set lacks. */
  readonly missing: number;
  readonly missingBytes: number;
  /** Nodes whose id the other set has. */
  readonly kept: number;
  readonly keptBytes: number;
}

/**
 * Counts nodes and their bytes by type and name, those apart whose id stands in a set. Memory depends on the number of distinct rows
 * (64 bytes each, in a table half full at most) and on the ids.
 */
export class KernelComparison extends NodeReader {
  readonly #table: number;
  readonly #sample: number;

  static supports(schema: Schema): boolean {
    return supportsNodes(schema);
  }

  /**
   * @param named the types (indices into schema.nodeTypes) that are told apart by name.
   * @param other the ids that make a node kept.
   * @param own gets the ids of this section, unless null. Both live in the same kernel.
   * @param sampleMask which of the nodes that the other set has are sampled (see util/id-sample.ts); null: none.
   */
  constructor(
    kernel: Kernel,
    schema: Schema,
    named: ReadonlySet<number>,
    other: KernelIds,
    own: KernelIds | null,
    sampleMask: number | null = null,
  ) {
    const table = kernel.exports.newTable(6, 12);
    const sample = sampleMask === null ? 0 : kernel.exports.reserve(16 + MOST_SAMPLED * 16);
    super(kernel, schema, COMPARE, { table, otherIds: other.address, ownIds: own?.address ?? 0, sample }, named);
    this.#table = table;
    this.#sample = sample;
    if (sampleMask !== null) kernel.words(sample, 4).set([0, MOST_SAMPLED, sampleMask, 0]);
  }

  /** What was sampled: id, type and name (indices as in ComparisonRow, the name of every type) of nodes that the other set has. */
  sampled(): { id: number; type: number; name: number }[] {
    if (this.#sample === 0) return [];
    const count = this.kernel.words(this.#sample, 1)[0]!;
    const words = this.kernel.words(this.#sample + 16, count * 4);
    return Array.from({ length: count }, (_, row) => ({
      id: words[row * 4]! + words[row * 4 + 1]! * 2 ** 32,
      name: words[row * 4 + 2]!,
      type: words[row * 4 + 3]! - 1,
    }));
  }

  /** In no particular order. */
  rows(): ComparisonRow[] {
    const { exports } = this.kernel;
    const address = exports.packRows(this.#table, 4);
    const packed = this.kernel.doubles(address, exports.packedRows.value * 6);
    const rows: ComparisonRow[] = [];
    for (let at = 0; at < packed.length; at += 6) {
      rows.push({
        type: packed[at]!,
        name: packed[at + 1]!,
        missing: packed[at + 2]!,
        missingBytes: packed[at + 3]!,
        kept: packed[at + 4]!,
        keptBytes: packed[at + 5]!,
      });
    }
    return rows;
  }
}
