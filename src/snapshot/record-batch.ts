import { invalidSnapshot } from '../errors.js';

/** Numbers that are handed over at once, about. */
const BATCH_NUMBERS = 8192;

/** Numbers on their way to the sink, whole records at a time. */
export class RecordBatch {
  readonly #section: string;
  readonly #stride: number;
  readonly #take: (values: Float64Array, records: number) => void;
  readonly #values: Float64Array;
  #filled = 0;
  records: number;

  constructor(section: string, stride: number, taken: number, take: (values: Float64Array, records: number) => void) {
    this.#section = section;
    this.#stride = stride;
    this.#take = take;
    this.#values = new Float64Array(Math.max(1, Math.floor(BATCH_NUMBERS / stride)) * stride);
    this.records = taken;
  }

  add(value: number): void {
    this.#values[this.#filled++] = value;
    if (this.#filled === this.#values.length) this.#flush();
  }

  end(): void {
    const left = this.#filled % this.#stride;
    if (left > 0)
      throw invalidSnapshot(
        `the "${this.#section}" section ends inside record ${this.records + Math.floor(this.#filled / this.#stride)}: it has ${left} of ${this.#stride} fields`,
      );
    this.#flush();
  }

  /** The section goes on in what is lost. */
  cut(): void {
    this.#filled -= this.#filled % this.#stride;
    this.#flush();
  }

  #flush(): void {
    const records = this.#filled / this.#stride;
    if (records > 0) this.#take(this.#values, records);
    this.records += records;
    this.#filled = 0;
  }
}
