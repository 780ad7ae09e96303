/**
 * The same memory as int32, for columns whose values stay below 2^31: engines keep those in registers as they are, where
 * a uint32 may become a float.
 */
export function signed(column: Uint32Array): Int32Array {
  return new Int32Array(column.buffer, column.byteOffset, column.length);
}
