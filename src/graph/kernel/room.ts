type Column = Uint8Array | Uint32Array;

/** Memory that dominators needed and that is free since. Addresses divisible by 64 where that of its beginning is. */
export class Room {
  readonly buffer: ArrayBufferLike;
  /** What is between these is free. */
  start: number;
  end: number;

  constructor(buffer: ArrayBufferLike, start: number, end: number) {
    this.buffer = buffer;
    this.start = start;
    this.end = Math.floor(end / 64) * 64;
  }

  /** The address of so many bytes, with anything in them; null where there is no room. */
  take(bytes: number): number | null {
    const address = this.start;
    const end = address + Math.ceil(bytes / 64) * 64;
    if (end > this.end) return null;
    this.start = end;
    return address;
  }

  /** The same, from the end: what comes there was in use last. */
  takeFromEnd(bytes: number): number | null {
    const address = this.end - Math.ceil(bytes / 64) * 64;
    if (address < this.start) return null;
    this.end = address;
    return address;
  }

  /** A copy of the column; null where there is no room. */
  put<Copied extends Column>(column: Copied): Copied | null {
    const address = this.take(column.byteLength);
    if (address === null) return null;
    const Constructor = column.constructor as new (buffer: ArrayBufferLike, at: number, length: number) => Copied;
    const copy = new Constructor(this.buffer, address, column.length);
    copy.set(column);
    return copy;
  }

  /** Does something, and takes back what that took. */
  passing<Result>(run: () => Result): Result {
    const { start, end } = this;
    try {
      return run();
    } finally {
      this.start = start;
      this.end = end;
    }
  }
}
