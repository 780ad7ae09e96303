import type { ColumnsMemory } from '../../snapshot/columns.js';
import type { GraphBase } from '../base.js';
import type { BaseLayout } from './layout.js';
import type { GraphKernel } from './load.js';

/** The kernels of a graph, and where it lies. */
export interface GraphInMemory {
  readonly base: GraphBase;
  readonly kernel: GraphKernel;
  readonly memory: ColumnsMemory;
  readonly layout: BaseLayout;
}

/** A part of the memory that nobody looks at any more. */
export interface Spare {
  address: number;
  readonly end: number;
}

/** Arrays in memory, as long as there is any; of no length from then on. */
export class Arrays {
  readonly #memory: ColumnsMemory;
  readonly #spares: readonly Spare[];
  isFull = false;

  constructor(memory: ColumnsMemory, spares: readonly Spare[] = []) {
    this.#memory = memory;
    this.#spares = spares;
  }

  bytes(length: number): Uint8Array {
    return this.#view(Uint8Array, this.#reserve(length), length);
  }

  words(length: number): Uint32Array {
    return this.#view(Uint32Array, this.#reserve(4 * length), length);
  }

  signed(length: number): Int32Array {
    return this.#view(Int32Array, this.#reserve(4 * length), length);
  }

  /** With anything in them, like those that follow. */
  usedWords(length: number): Uint32Array {
    return this.#view(Uint32Array, this.#reuse(4 * length), length);
  }

  usedSigned(length: number): Int32Array {
    return this.#view(Int32Array, this.#reuse(4 * length), length);
  }

  usedDoubles(length: number): Float64Array {
    return this.#view(Float64Array, this.#reuse(8 * length), length);
  }

  #reuse(bytes: number): number | null {
    const spare = this.#spares.find(({ address, end }) => end - address >= bytes);
    if (spare === undefined) return this.#reserve(bytes);
    const { address } = spare;
    spare.address += Math.ceil(bytes / 8) * 8;
    return address;
  }

  #reserve(bytes: number): number | null {
    const address = this.isFull ? null : this.#memory.reserve(bytes);
    this.isFull ||= address === null;
    return address;
  }

  #view<Column>(
    Constructor: new (buffer: ArrayBufferLike, address: number, length: number) => Column,
    address: number | null,
    length: number,
  ): Column {
    return new Constructor(this.#memory.memory.buffer, address ?? 0, address === null ? 0 : length);
  }
}

/** The only memory that is shared is the kernels'. */
export function isInMemory(column: { readonly buffer: ArrayBufferLike }): boolean {
  return column.buffer instanceof SharedArrayBuffer;
}
