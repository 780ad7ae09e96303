import { readFileSync } from 'node:fs';

/** What kernel.wasm exports; described where it is written, in assembly/. Addresses are byte offsets in its memory. */
export interface KernelExports {
  startOfFreeMemory(address: number): void;
  reserve(bytes: number): number;

  newTable(rowShift: number, capacityShift: number): number;
  packRows(table: number, values: number): number;
  readonly packedRows: WebAssembly.Global;

  newIdSet(): number;
  addId(set: number, id: bigint): void;
  hasId(set: number, id: bigint): number;
  countIds(set: number): number;

  newTypeKeysByText(keys: number): number;
  setTypes(keys: number, keysByText: number, types: number): void;
  setTargets(table: number, sums: number, otherIds: number, ownIds: number): void;
  decodedNodes(): number;
  decodedRoom(): number;
  addNodes(pass: number, records: number): void;

  takeNodes(pass: number, start: number, end: number, fields: number, lines: boolean): number;
  takeCheckedNodes(pass: number, start: number, records: number, fields: number, lines: boolean): void;
  readonly stoppedAt: WebAssembly.Global;
  readonly taken: WebAssembly.Global;

  newColumns(nodes: number, edges: number, detachedness: boolean): number;
  takeEdges(columns: number, start: number, end: number, nodeStride: number, lines: boolean): number;
  takeCheckedEdges(columns: number, start: number, records: number, nodeStride: number, lines: boolean): number;

  newStrings(wanted: number, count: number): number;
  stringPlacesAt(): number;
  stringsOpened(state: number): number;
  takeStrings(state: number, start: number, end: number): number;
  readonly stringsStop: WebAssembly.Global;
  readonly stringPlaces: WebAssembly.Global;
}

const PAGE = 65536;
/** Below the input area: static data, and room for the start of a record that a chunk cut off. */
const INPUT = PAGE;
/** Half a MiB stays in the processor's second cache while a chunk is surveyed and decoded. */
const INPUT_BYTES = 1 << 19;
/** Kernels read up to 64 bytes past the text. */
const SLACK = 4096;

function outOfMemory(): never {
  throw new RangeError('this snapshot needs more than the 4 GiB of memory that WebAssembly gives');
}

/** One instance of the kernels with a memory of its own. The readers made from it take turns; they keep what they collect in it. */
export class Kernel {
  readonly exports: KernelExports;
  /**
   * A page-aligned area that a source may read chunks into: sections are then read where they lie, without a copy. It stays valid for the
   * kernel's lifetime (the memory is shared memory, which grows in place).
   */
  readonly input: Uint8Array;
  readonly #memory: WebAssembly.Memory;

  constructor(module: WebAssembly.Module, inputBytes: number) {
    const pages = Math.ceil((INPUT + inputBytes + SLACK) / PAGE);
    this.#memory = new WebAssembly.Memory({ initial: pages, maximum: 65536, shared: true });
    const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory, outOfMemory } });
    this.exports = instance.exports as unknown as KernelExports;
    this.exports.startOfFreeMemory(INPUT + inputBytes + SLACK);
    this.input = new Uint8Array(this.#memory.buffer, INPUT, inputBytes);
  }

  /** All of the memory as it is now; memory reserved later is outside of it. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#memory.buffer);
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.#memory.buffer, address >>> 0, length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address >>> 0, length);
  }
}

let compiled: WebAssembly.Module | null | undefined;

/**
 * New kernels, or null where the machine has no WebAssembly SIMD (or `simd` is false).
 * @param options.inputBytes size of the input area, a multiple of 4096; 512 KiB unless told.
 */
export function loadKernel(options: { simd?: boolean; inputBytes?: number } = {}): Kernel | null {
  if (options.simd === false) return null;
  if (compiled === undefined) {
    const bytes = readFileSync(new URL('kernel.wasm', import.meta.url));
    compiled = WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return compiled === null ? null : new Kernel(compiled, options.inputBytes ?? INPUT_BYTES);
}
