import { invalidSnapshot } from '../errors.js';
import { Float64Column } from '../util/float64-column.js';
import { hashTexts, isSampled, MOST_SAMPLED } from '../util/id-sample.js';
import type { IdSet } from '../util/id-set.js';
import { KernelComparison, KernelIdMarks, KernelIds } from './kernel/diff.js';
import type { Kernel } from './kernel/load.js';
import { checkEdgeCount, NodeRows } from './node-rows.js';
import { checkCounts, type Schema } from './schema.js';
import type { SnapshotSink } from './sink.js';

/** Nodes by type and name, those apart whose id the other snapshot lacks (new or deleted ones) and has (kept ones). Sizes in bytes. */
export interface ComparisonRow {
  readonly type: string;
  readonly name: string;
  readonly missing: number;
  readonly missingSize: number;
  readonly kept: number;
  readonly keptSize: number;
}

/** A set of node ids: in script, or in a kernel's memory, where the kernel can go through whole chunks with it. */
export type NodeIds = IdSet | KernelIds;

/**
 * Tells the nodes of a snapshot whose ids stand in `other` from those that do not, and adds every id to `own`.
 * Without `other` it only collects ids, and is done after the nodes. Memory: a bit per id, and rows by type and name.
 */
export class CompareSink implements SnapshotSink {
  readonly #own: NodeIds | null;
  readonly #other: NodeIds | null;
  readonly #sampleMask: number;
  readonly #rows: NodeRows;
  /** Of the kept nodes, those whose ids are of the sample. */
  readonly #sampled: { readonly id: number; readonly type: number; readonly name: number }[] = [];
  /** By string index: the texts of the sampled nodes' names. */
  readonly #sampledNames = new Map<number, string>();
  /** By row: 0 where the other snapshot lacks the node, 1 where it has it. */
  readonly #counts = [new Float64Column(), new Float64Column()] as const;
  readonly #sizes = [new Float64Column(), new Float64Column()] as const;
  #kernelReader: KernelComparison | KernelIdMarks | null = null;
  #nodeCount = 0;
  edgeCount = 0;
  /** Nodes whose id an earlier node of the same snapshot has. */
  repeatedIds = 0;
  #isCut = false;

  /**
   * @param own gets the ids, unless null
   * @param other null: nothing is compared
   * @param sampleMask which ids' types and names are kept, see util/id-sample.ts
   */
  constructor(isNamedType: (type: string) => boolean, own: NodeIds | null, other: NodeIds | null, sampleMask = 0) {
    this.#own = own;
    this.#other = other;
    this.#sampleMask = sampleMask;
    this.#rows = new NodeRows(isNamedType);
  }

  schema(schema: Schema): void {
    this.#rows.begin(schema);
  }

  nodes(values: Float64Array, records: number): void {
    const rows = this.#rows;
    const own = this.#own;
    const other = this.#other;
    const sampleMask = this.#sampleMask;
    const { nodeStride, nodeTypeOffset, nodeNameOffset, nodeIdOffset, nodeSelfSizeOffset, nodeEdgeCountOffset } =
      rows.schema;
    const end = records * nodeStride;
    let record = this.nodeCount;
    for (let at = 0; at < end; at += nodeStride, record++) {
      const id = values[at + nodeIdOffset]!;
      const selfSize = values[at + nodeSelfSizeOffset]!;
      const edgeCount = values[at + nodeEdgeCountOffset]!;
      checkEdgeCount(edgeCount, record);
      if (id < 0 || id !== Math.trunc(id))
        throw invalidSnapshot(`node record ${record} has the id ${id}, which is no id`);
      if (own && !own.add(id)) this.repeatedIds++;
      const type = values[at + nodeTypeOffset]!;
      const name = values[at + nodeNameOffset]!;
      const row = rows.row(type, name, selfSize, record);
      const kept = other?.has(id) ? 1 : 0;
      this.#counts[kept].add(row, 1);
      this.#sizes[kept].add(row, selfSize);
      this.edgeCount += edgeCount;
      if (kept && isSampled(id, sampleMask) && this.#sampled.length < MOST_SAMPLED)
        this.#sampled.push({ id, type, name });
    }
    this.#nodeCount += records;
  }

  get nodeCount(): number {
    return this.#nodeCount + (this.#kernelReader?.records ?? 0);
  }

  get isNodesOnly(): boolean {
    return this.#other === null;
  }

  readonly nodeSection = (kernel: Kernel | null): KernelComparison | KernelIdMarks | null => {
    const { schema } = this.#rows;
    const own = this.#own;
    const other = this.#other;
    if (!kernel || !KernelComparison.supports(schema)) return null;
    if (own !== null && !(own instanceof KernelIds)) return null;
    if (other instanceof KernelIds)
      this.#kernelReader = new KernelComparison(kernel, schema, this.#rows.namedTypes(), other, own, this.#sampleMask);
    else if (other === null && own !== null) this.#kernelReader = new KernelIdMarks(kernel, schema, own);
    return this.#kernelReader;
  };

  /** Takes over what the kernel has added up. */
  #foldIn(reader: KernelComparison | KernelIdMarks): void {
    this.#kernelReader = null;
    this.#nodeCount += reader.records;
    this.edgeCount += reader.edges;
    if (reader instanceof KernelIdMarks) return;
    if (reader.records > 0) this.#rows.noteHighestName(reader.highestName);
    this.#sampled.push(...reader.sampled());
    for (const { type, name, missing, missingBytes, kept, keptBytes } of reader.rows()) {
      const row = this.#rows.row(type, name, 0, null);
      this.#counts[0].add(row, missing);
      this.#sizes[0].add(row, missingBytes);
      this.#counts[1].add(row, kept);
      this.#sizes[1].add(row, keptBytes);
    }
  }

  /** What the user should know of the numbers. One line each. */
  get warnings(): string[] {
    const repeatedIds = this.#own instanceof KernelIds ? this.nodeCount - this.#own.count() : this.repeatedIds;
    const repeated =
      repeatedIds > 0
        ? [`${repeatedIds} nodes have the id of another: new, deleted and kept objects cannot be told for sure`]
        : [];
    return [...this.#rows.warnings, ...repeated];
  }

  readonly cut = (): void => {
    this.#isCut = true;
  };

  wantedStrings(): Uint32Array {
    if (this.#kernelReader) this.#foldIn(this.#kernelReader);
    if (this.#other === null) return new Uint32Array(0);
    if (!this.#isCut) checkCounts(this.#rows.schema, this.nodeCount, this.edgeCount);
    for (const { name } of this.#sampled) this.#sampledNames.set(name, '');
    return Uint32Array.from(new Set([...this.#rows.wantedStrings(), ...this.#sampledNames.keys()])).toSorted();
  }

  string(index: number, text: string): void {
    this.#rows.string(index, text);
    if (this.#sampledNames.has(index)) this.#sampledNames.set(index, text);
  }

  /** By id: what tells the type and name of each sampled node. */
  sample(): Map<number, number> {
    const { nodeTypes } = this.#rows.schema;
    return new Map(
      this.#sampled.map(({ id, type, name }) => [id, hashTexts(nodeTypes[type]!, this.#sampledNames.get(name)!)]),
    );
  }

  stringCount(count: number): void {
    this.#rows.stringCount(count);
  }

  /** Nodes whose id the other snapshot has. */
  get keptCount(): number {
    let sum = 0;
    for (let row = 0; row < this.#rows.size; row++) sum += this.#counts[1].get(row);
    return sum;
  }

  *rows(): Iterable<ComparisonRow> {
    for (let row = 0; row < this.#rows.size; row++) {
      yield {
        type: this.#rows.type(row),
        name: this.#rows.name(row),
        missing: this.#counts[0].get(row),
        missingSize: this.#sizes[0].get(row),
        kept: this.#counts[1].get(row),
        keptSize: this.#sizes[1].get(row),
      };
    }
  }
}
