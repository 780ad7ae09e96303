import type { StringTable } from '../columns.js';
import type { Kernel } from './load.js';
import { EVERY, SampledStrings } from './sampled-strings.js';
import { StringWalker } from './strings.js';

/** Walks the strings section and keeps it, outside of the kernel's memory. */
export class KernelStringTable extends StringWalker implements StringTable {
  readonly strings = new SampledStrings();
  #inSampled = false;

  constructor(kernel: Kernel) {
    super(kernel, kernel.exports.newSampledStrings(EVERY));
  }

  get length(): number {
    return this.records;
  }

  protected override handOut(text: Buffer, start: number, stop: number, places: Uint32Array): void {
    const { strings } = this;
    strings.addStarts(places, this.#inSampled ? 1 : 0, strings.bytes - start);
    if (places.length % 2 === 1) this.#inSampled = !this.#inSampled;
    strings.keep(text.subarray(start, stop));
    strings.length = this.records;
  }

  /** @throws RangeError where there is none, HeapstatError INVALID_SNAPSHOT where it is no JSON */
  get(index: number): string {
    return this.strings.get(index);
  }

  wholeNumber(index: number): number {
    return this.strings.wholeNumber(index);
  }

  indicesContaining(text: string): Uint32Array {
    return this.strings.indicesContaining(text);
  }
}
