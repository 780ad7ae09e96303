import { withRoom } from '../util/columns.js';
import type { Kernel } from './kernel/load.js';
import { KernelLocations } from './kernel/locations.js';
import { badNumber, isIndex, MAX_UINT32 } from './record-numbers.js';
import type { Schema } from './schema.js';
import type { SectionReader } from './sink.js';

/** Numbers of a location: nodeIndex, script id, line, column. */
const FIELDS = 4;

/** Collects the locations, by the kernel or by plain script. */
export class LocationsColumn {
  #count = 0;
  #numbers: Uint32Array<ArrayBuffer>;

  /** @param records four numbers each, as `records` has them */
  constructor(records: Uint32Array<ArrayBuffer> = new Uint32Array(0)) {
    this.#numbers = records;
    this.#count = records.length / FIELDS;
  }

  /** Four numbers each: nodeIndex, script id, line, column. */
  get records(): Uint32Array<ArrayBuffer> {
    return this.#numbers.subarray(0, this.#count * FIELDS);
  }

  /** A reader for the section; null where the kernel does not know it: then add() is to be called. */
  section(kernel: Kernel | null, schema: Schema, nodeCount: number): SectionReader | null {
    if (!kernel || !KernelLocations.supports(schema, nodeCount)) return null;
    return new KernelLocations(kernel, schema, nodeCount, (records) => {
      this.#reserve(records.length / FIELDS, nodeCount);
      this.#numbers.set(records, this.#count * FIELDS);
      this.#count += records.length / FIELDS;
    });
  }

  /** @throws HeapstatError INVALID_SNAPSHOT where a number cannot be */
  add(values: Float64Array, records: number, schema: Schema, nodeCount: number): void {
    const { locationStride, nodeStride } = schema;
    const fields = [
      ['script id', schema.locationScriptIdOffset],
      ['line', schema.locationLineOffset],
      ['column', schema.locationColumnOffset],
    ] as const;
    const nodeNumbers = nodeCount * nodeStride;
    this.#reserve(records, nodeCount);
    const [first, numbers] = [this.#count, this.#numbers];
    for (let k = 0; k < records; k++) {
      const at = k * locationStride;
      const to = (first + k) * FIELDS;
      const offset = values[at + schema.locationNodeOffset]!;
      if (!isIndex(offset, nodeNumbers) || offset % nodeStride !== 0)
        throw badNumber('location', first + k, 'node', offset, `a multiple of ${nodeStride}`);
      numbers[to] = offset / nodeStride;
      for (let field = 0; field < 3; field++) {
        const [name, fieldOffset] = fields[field]!;
        const value = values[at + fieldOffset]!;
        if (!isIndex(value, MAX_UINT32 + 1)) throw badNumber('location', first + k, name, value, 'a 32-bit number');
        numbers[to + 1 + field] = value;
      }
    }
    this.#count += records;
  }

  /** For a location of every fourth node at first: there are fewer, and memory that is not touched costs nothing. */
  #reserve(more: number, nodeCount: number): void {
    this.#numbers = withRoom(this.#numbers, Math.max((this.#count + more) * FIELDS, nodeCount));
  }
}
