import type { Schema } from '../../dist/snapshot/schema.js';
import type { SnapshotSink } from '../../dist/snapshot/sink.js';

/** Keeps everything that a reader gives, and wants every string. */
export class RecordingSink implements SnapshotSink {
  readonly #wanted: Uint32Array;
  readonly schemas: Schema[] = [];
  readonly recorded = {
    nodes: [] as number[],
    edges: [] as number[],
    locations: [] as number[],
    strings: [] as string[],
  };
  stringCounts: number[] = [];

  /** @param strings how many the file holds */
  constructor(strings: number) {
    this.#wanted = Uint32Array.from({ length: strings }, (_, index) => index);
  }

  schema(schema: Schema): void {
    this.schemas.push(schema);
  }

  nodes(values: Float64Array, records: number): void {
    this.recorded.nodes.push(...values.subarray(0, records * this.schemas[0]!.nodeStride));
  }

  edges(values: Float64Array, records: number): void {
    this.recorded.edges.push(...values.subarray(0, records * this.schemas[0]!.edgeStride));
  }

  locations(values: Float64Array, records: number): void {
    this.recorded.locations.push(...values.subarray(0, records * this.schemas[0]!.locationStride));
  }

  wantedStrings(): Uint32Array {
    return this.#wanted;
  }

  string(index: number, text: string): void {
    if (index !== this.recorded.strings.length) throw new Error(`string ${index} is out of order`);
    this.recorded.strings.push(text);
  }

  stringCount(count: number): void {
    this.stringCounts.push(count);
  }
}
