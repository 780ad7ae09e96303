/** `column` with room for `length` values: itself, or a copy of at least twice its length. */
export function withRoom<Column extends Uint8Array | Uint32Array | Float64Array>(
  column: Column,
  length: number,
): Column {
  if (length <= column.length) return column;
  const Constructor = column.constructor as new (length: number) => Column;
  const larger = new Constructor(Math.max(length, column.length * 2, 1024));
  larger.set(column);
  return larger;
}

/** The first `length` values: the column itself, or a copy where it is longer. */
export function trimmed<Column extends Uint8Array | Uint32Array | Float64Array>(
  column: Column,
  length: number,
): Column {
  return column.length === length ? column : (column.slice(0, length) as Column);
}
