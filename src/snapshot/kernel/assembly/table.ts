// Open-addressing hash tables that grow: rows of 32 or 64 bytes, the first eight the key (0: free).
// A table is known by the address of its descriptor: 0 u32 rows, 4 u32 log2 of the capacity, 8 u32 rows in use, 12 u32 log2 of a row's bytes.
import { reserve, reserveMany } from "./memory";

const GOLDEN: u64 = 0x9e3779b97f4a7c15;

export function newTable(rowShift: u32, capacityShift: u32): usize {
  const table = reserve(16);
  store<u32>(table, <u32>reserve((<usize>1) << (rowShift + capacityShift)));
  store<u32>(table, capacityShift, 4);
  store<u32>(table, rowShift, 12);
  return table;
}

@inline
export function firstSlot(key: u64, capacityShift: u32): u32 {
  return <u32>((key * GOLDEN) >> <u64>(64 - capacityShift));
}

/** The row of `key`, made where there is none. The table may have moved afterwards. */
export function findRow(table: usize, key: u64): usize {
  if (load<u32>(table, 8) >= ((<u32>1) << load<u32>(table, 4)) >> 1) grow(table);
  const rows = <usize>load<u32>(table);
  const capacityShift = load<u32>(table, 4);
  const rowShift = <usize>load<u32>(table, 12);
  const mask = ((<u32>1) << capacityShift) - 1;
  let slot = firstSlot(key, capacityShift);
  while (true) {
    const row = rows + ((<usize>slot) << rowShift);
    const found = load<u64>(row);
    if (found == key) return row;
    if (found == 0) {
      store<u64>(row, key);
      store<u32>(table, load<u32>(table, 8) + 1, 8);
      return row;
    }
    slot = (slot + 1) & mask;
  }
}

function grow(table: usize): void {
  const oldRows = <usize>load<u32>(table);
  const oldShift = load<u32>(table, 4);
  const rowShift = <usize>load<u32>(table, 12);
  const newShift = oldShift + 1;
  const mask = ((<u32>1) << newShift) - 1;
  const rows = reserveMany((<u32>1) << newShift, <u32>rowShift, 0);
  const end = oldRows + ((<usize>1) << (rowShift + <usize>oldShift));
  for (let from = oldRows; from < end; from += (<usize>1) << rowShift) {
    const key = load<u64>(from);
    if (key == 0) continue;
    let slot = firstSlot(key, newShift);
    while (load<u64>(rows + ((<usize>slot) << rowShift)) != 0) slot = (slot + 1) & mask;
    memory.copy(rows + ((<usize>slot) << rowShift), from, (<usize>1) << rowShift);
  }
  store<u32>(table, <u32>rows);
  store<u32>(table, newShift, 4);
}

/** Keys are made so that no key is 0: the type plus one above, the name below. */
@inline
export function keyOf(type: u32, name: u32): u64 {
  return ((<u64>type + 1) << 32) | <u64>name;
}

/**
 * Packs the rows in use as float64: type, name, then `values` 64-bit counts each, which start at byte 8 of a row.
 * Returns the address; packedRows says how many.
 */
export let packedRows: u32 = 0;
export function packRows(table: usize, values: u32): usize {
  const rows = <usize>load<u32>(table);
  const rowShift = <usize>load<u32>(table, 12);
  const end = rows + ((<usize>1) << (rowShift + <usize>load<u32>(table, 4)));
  const packed = reserve(<usize>load<u32>(table, 8) * <usize>(2 + values) * 8 + 8);
  let to = packed;
  packedRows = 0;
  for (let row = rows; row < end; row += (<usize>1) << rowShift) {
    const key = load<u64>(row);
    if (key == 0) continue;
    store<f64>(to, <f64>((key >> 32) - 1));
    store<f64>(to, <f64>(key & 0xffffffff), 8);
    for (let k: usize = 0; k < <usize>values; k++) store<f64>(to + 16 + (k << 3), <f64>load<u64>(row + 8 + (k << 3)));
    to += <usize>(2 + values) << 3;
    packedRows++;
  }
  return packed;
}
