import { readFileSync, readSync } from 'node:fs';
import { DIST_URL } from '../../dist-url.js';
import type { ColumnsMemory } from '../columns.js';

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
  setSample(address: number): void;

  takeNodes(pass: number, start: number, end: number, fields: number, lines: boolean): number;
  takeCheckedNodes(pass: number, start: number, records: number, fields: number, lines: boolean): void;
  readonly stoppedAt: WebAssembly.Global;
  readonly taken: WebAssembly.Global;

  newColumns(nodes: number, edges: number, detachedness: boolean): number;
  takeEdges(columns: number, start: number, end: number, nodeStride: number, lines: boolean): number;
  noteMinusesAt(address: number): void;
  takeLocations(
    to: number,
    start: number,
    end: number,
    nodeStride: number,
    nodeNumbers: number,
    lines: boolean,
  ): number;
  takeCheckedEdges(columns: number, start: number, records: number, nodeStride: number, lines: boolean): number;

  countCommas(start: number, end: number): number;
  skipCommasWithin(start: number, end: number, commas: number): number;

  newStrings(wanted: number, count: number): number;
  newSampledStrings(every: number): number;
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

/** There is no more of it; other arrays may still be had. */
export class KernelMemoryError extends RangeError {}

function outOfMemory(): never {
  throw new KernelMemoryError('this snapshot needs more than the 4 GiB of memory that WebAssembly gives');
}

/** What another thread needs to use the same memory: to be sent to it, and given to sharedKernel() there. */
export interface SharedKernel {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly input: number;
  readonly inputBytes: number;
}

/**
 * One instance of the kernels with a memory of its own. The readers made from it take turns; they keep what they collect in it.
 */
export class Kernel implements ColumnsMemory {
  readonly exports: KernelExports;
  /**
   * A page-aligned area that a source may read chunks into: sections are then read where they lie, without a copy. It stays valid for the
   * kernel's lifetime (the memory is shared memory, which grows in place). Room for 4 KiB is before it.
   */
  readonly input: Uint8Array;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;

  constructor({ module, memory, input, inputBytes }: SharedKernel) {
    this.module = module;
    this.memory = memory;
    const instance = new WebAssembly.Instance(module, { env: { memory, outOfMemory } });
    this.exports = instance.exports as unknown as KernelExports;
    this.input = new Uint8Array(memory.buffer, input, inputBytes);
  }

  /** An input area for another thread, which is to reserve nothing itself, and a page before it for what that has to note. */
  share(): SharedKernel {
    const inputBytes = this.input.length;
    const area = this.exports.reserve(PAGE + inputBytes + SLACK) >>> 0;
    return { module: this.module, memory: this.memory, input: area + PAGE, inputBytes };
  }

  /** All of the memory as it is now; memory reserved later is outside of it. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.memory.buffer);
  }

  reserve(bytes: number): number | null {
    if (bytes >= 2 ** 32) return null;
    try {
      return this.exports.reserve(bytes) >>> 0;
    } catch (error) {
      if (error instanceof KernelMemoryError) return null;
      throw error;
    }
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address >>> 0, length);
  }

  doubles(address: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, address >>> 0, length);
  }
}

const compiled = new Map<string, WebAssembly.Module | null>();

/** Compiles a file of the built package, once; null where the machine has no WebAssembly SIMD. */
export function compileModule(path: string): WebAssembly.Module | null {
  let module = compiled.get(path);
  if (module === undefined) {
    module = compile(readFileSync(new URL(path, DIST_URL)));
    compiled.set(path, module);
  }
  return module;
}

function compile(bytes: Uint8Array<ArrayBuffer>): WebAssembly.Module | null {
  if (typeof WebAssembly === 'undefined') return null; // node --jitless
  try {
    return new WebAssembly.Module(bytes);
  } catch (error) {
    // The files are as they were built, so this is an instruction that is not known here.
    if (error instanceof WebAssembly.CompileError) return null;
    throw error;
  }
}

/**
 * New kernels, or null where the machine has no WebAssembly SIMD or no room for its memory (or `simd` is false).
 * @param options.inputBytes size of the input area, a multiple of 4096; 512 KiB unless told.
 */
export function loadKernel(options: { simd?: boolean; inputBytes?: number } = {}): Kernel | null {
  const module = options.simd === false ? null : compileModule('snapshot/kernel/kernel.wasm');
  return module && newKernel(module, options.inputBytes);
}

/** New kernels of a compiled module; null where there is no room for their memory. */
export function newKernel(module: WebAssembly.Module, inputBytes = INPUT_BYTES): Kernel | null {
  const free = INPUT + inputBytes + SLACK;
  const memory = reserveMemory(Math.ceil(free / PAGE));
  if (memory === null) return null;
  const kernel = new Kernel({ module, memory, input: INPUT, inputBytes });
  kernel.exports.startOfFreeMemory(free);
  return kernel;
}

/** Null where the process may not have 4 GiB of address space (a limit on virtual memory), used or not. */
function reserveMemory(initial: number): WebAssembly.Memory | null {
  try {
    return new WebAssembly.Memory({ initial, maximum: 65536, shared: true });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The kernels for another thread's memory. */
export function sharedKernel(shared: SharedKernel): Kernel {
  const kernel = new Kernel(shared);
  kernel.exports.startOfFreeMemory(0xffffffff); // The memory is the other thread's to hand out.
  kernel.exports.noteMinusesAt(shared.input - PAGE);
  return kernel;
}

/** Reads from byte `position` of an open file on; returns how many bytes there were, 0 at the end. */
export function readAt(fd: number, buffer: Uint8Array, position: number): number {
  return readSync(fd, buffer, 0, buffer.length, position);
}
