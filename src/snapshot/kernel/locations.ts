import type { Schema } from '../schema.js';
import type { Kernel } from './load.js';
import { RecordReader } from './records.js';

const COMMA = 44;
const FIELDS = 4;
/** Told records one after the other, four uint32 each: nodeIndex, script id, line, column. Valid during the call only. */
export type TakeLocations = (records: Uint32Array) => void;

/** Reads the locations section. */
export class KernelLocations extends RecordReader {
  readonly #take: TakeLocations;
  readonly #nodeStride: number;
  readonly #nodeNumbers: number;
  /** Address of the records of a chunk. */
  readonly #decoded: number;

  static supports(schema: Schema, nodeCount: number): boolean {
    return (
      nodeCount * schema.nodeStride < 2 ** 32 &&
      schema.locationStride === FIELDS &&
      schema.locationNodeOffset === 0 &&
      schema.locationScriptIdOffset === 1 &&
      schema.locationLineOffset === 2 &&
      schema.locationColumnOffset === 3
    );
  }

  constructor(kernel: Kernel, { nodeStride }: Schema, nodeCount: number, take: TakeLocations) {
    super(kernel, {
      section: 'locations',
      fields: FIELDS,
      names: ['node', 'script id', 'line', 'column'],
      limits: [nodeCount * nodeStride, 2 ** 32, 2 ** 32, 2 ** 32],
      multiple: { field: 0, of: nodeStride },
    });
    this.#take = take;
    this.#nodeStride = nodeStride;
    this.#nodeNumbers = nodeCount * nodeStride;
    // The shortest record takes 8 bytes of text, and 16 here; one may have begun in the chunk before.
    this.#decoded = kernel.exports.reserve(2 * kernel.input.length + 1024) >>> 0;
  }

  protected override take(start: number, end: number, _fields: number, lines: boolean): number {
    const { exports } = this.kernel;
    const result = exports.takeLocations(this.#decoded, start, end, this.#nodeStride, this.#nodeNumbers, lines);
    const records = exports.taken.value >>> 0;
    if (records > 0) this.#take(this.kernel.words(this.#decoded, records * FIELDS));
    return result;
  }

  protected override takeChecked(start: number, records: number, _fields: number, lines: boolean): void {
    // The text of so many records; behind it comes what is not as expected.
    const { exports, bytes } = this.kernel;
    let end = start;
    for (let commas = 0; commas < records * FIELDS; end++) if (bytes[end] === COMMA) commas++;
    exports.takeLocations(this.#decoded, start, end, this.#nodeStride, this.#nodeNumbers, lines);
    this.#take(this.kernel.words(this.#decoded, records * FIELDS));
  }
}
