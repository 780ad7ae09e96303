import { Float64Column } from '../util/float64-column.js';
import type { Kernel } from './kernel/load.js';
import { KernelTally } from './kernel/tally.js';
import { checkEdgeCount, NodeRows } from './node-rows.js';
import { checkCounts, type Schema } from './schema.js';
import type { SharedNodes, SnapshotSink } from './sink.js';
import type { PlainFile } from './source-file.js';

/** Count and self size (bytes) of the nodes that share a type and, where the type is told apart by name, a name. */
export interface TallyRow {
  readonly type: string;
  /** '' where the type is not told apart by name. */
  readonly name: string;
  readonly count: number;
  readonly selfSize: number;
}

/** Adds up count and self size by type and name. Memory depends on the number of distinct names; edges are not kept. */
export class TallySink implements SnapshotSink {
  readonly #rows: NodeRows;
  readonly #counts = new Float64Column();
  readonly #sizes = new Float64Column();
  #kernelTally: KernelTally | null = null;
  nodeCount = 0;
  /** The sum of the nodes' edge counts. */
  edgeCount = 0;
  /** Nodes of self size 0. */
  zeroSized = 0;
  #isCut = false;

  /** @param isNamedType whether the nodes of a type (by its name) are told apart by their name */
  constructor(isNamedType: (type: string) => boolean) {
    this.#rows = new NodeRows(isNamedType);
  }

  schema(schema: Schema): void {
    this.#rows.begin(schema);
  }

  nodes(values: Float64Array, records: number): void {
    const rows = this.#rows;
    const { nodeStride, nodeTypeOffset, nodeNameOffset, nodeSelfSizeOffset, nodeEdgeCountOffset } = rows.schema;
    const end = records * nodeStride;
    const { nodeCount } = this;
    // For messages: those that the kernel has taken come before.
    let record = nodeCount + (this.#kernelTally?.records ?? 0);
    for (let at = 0; at < end; at += nodeStride, record++) {
      const selfSize = values[at + nodeSelfSizeOffset]!;
      const edgeCount = values[at + nodeEdgeCountOffset]!;
      checkEdgeCount(edgeCount, record);
      const row = rows.row(values[at + nodeTypeOffset]!, values[at + nodeNameOffset]!, selfSize, record);
      this.#counts.add(row, 1);
      this.#sizes.add(row, selfSize);
      this.edgeCount += edgeCount;
      if (selfSize === 0) this.zeroSized++;
    }
    this.nodeCount = nodeCount + records;
  }

  /** What the user should know of the numbers. One line each. */
  get warnings(): string[] {
    return this.#rows.warnings;
  }

  readonly nodeSection = (kernel: Kernel | null): KernelTally | null => {
    const { schema } = this.#rows;
    if (!kernel || !KernelTally.supports(schema)) return null;
    this.#kernelTally = new KernelTally(kernel, schema, this.#rows.namedTypes());
    return this.#kernelTally;
  };

  readonly shareNodes = async (file: PlainFile, place: number, least: number): Promise<SharedNodes | null> => {
    const tally = this.#kernelTally;
    if (!tally) return null;
    // Loaded only when needed: small files do not wait for threads.
    const { SharedTally } = await import('./kernel/shared-tally.js');
    return SharedTally.start(tally, file, this.#rows.schema, this.#rows.namedTypes(), place, least);
  };

  /** Takes over what the kernel has added up. */
  #foldIn(tally: KernelTally): void {
    for (const { type, name, count, size } of tally.rows()) {
      const row = this.#rows.row(type, name, size, null);
      this.#counts.add(row, count);
      this.#sizes.add(row, size);
    }
    this.nodeCount += tally.records;
    this.edgeCount += tally.edges;
    this.zeroSized += tally.empty;
    if (tally.records > 0) this.#rows.noteHighestName(tally.highestName);
    this.#kernelTally = null;
  }

  readonly cut = (): void => {
    this.#isCut = true;
  };

  wantedStrings(): Uint32Array {
    if (this.#kernelTally) this.#foldIn(this.#kernelTally);
    if (!this.#isCut) checkCounts(this.#rows.schema, this.nodeCount, this.edgeCount);
    return this.#rows.wantedStrings();
  }

  string(index: number, text: string): void {
    this.#rows.string(index, text);
  }

  stringCount(count: number): void {
    this.#rows.stringCount(count);
  }

  *rows(): Iterable<TallyRow> {
    for (let row = 0; row < this.#rows.size; row++) {
      yield {
        type: this.#rows.type(row),
        name: this.#rows.name(row),
        count: this.#counts.get(row),
        selfSize: this.#sizes.get(row),
      };
    }
  }
}
