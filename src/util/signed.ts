/**
 * The same memory as int32, for columns whose values stay below 2^31: engines keep those in registers as they are, where
 * a uint32 may become a float.
 */
export function signed(column: Uint32Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length);
}

/** The first `length` elements as uint32, in the same memory. */
export function unsigned(column: Int32Array, length: number): Uint32Array {
  return new Uint32Array(column.buffer, column.byteOffset, length);
}
