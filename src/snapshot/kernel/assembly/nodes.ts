// Node records to the numbers that a tally or a comparison needs, first decoded into a small buffer, then added up. The decoder
// changes nothing else, so a block that turns out to be in another layout has left no trace.
import { reserve } from "./memory";
import {
  MOST_DIGITS, COMMA, NEWLINE, commas32, commas64, oneLong, oneShort, oneTiny, twoShort,
} from "./text";
import { addId, hasId } from "./ids";
import { findRow, firstSlot } from "./table";

/** Text that is decoded at a time. The shortest record, five digits and five commas, takes 10 bytes. */
export const BLOCK: usize = 1 << 15;
const MOST_RECORDS: usize = BLOCK / 10 + 64;

// The buffer, record by record. rows: u64 key, u64 self size; ids: u64; edges: u32.
let rowBuffer: usize = 0;
let idBuffer: usize = 0;
let edgeBuffer: usize = 0;

/** Where the host may put records that another reader has decoded; at most `decodedRoom` of them. */
export function decodedRows(): usize {
  prepareBuffers();
  return rowBuffer;
}
export function decodedIds(): usize {
  prepareBuffers();
  return idBuffer;
}
export function decodedEdges(): usize {
  prepareBuffers();
  return edgeBuffer;
}
export function decodedRoom(): u32 {
  return <u32>MOST_RECORDS;
}

export function prepareBuffers(): void {
  if (rowBuffer != 0) return;
  rowBuffer = reserve(MOST_RECORDS << 4);
  idBuffer = reserve(MOST_RECORDS << 3);
  edgeBuffer = reserve(MOST_RECORDS << 2);
}

// ---------------------------------------------------------------- decoding

/** What a pass wants of a record. */
const ROWS: u32 = 1;
const IDS: u32 = 2;
const EDGES: u32 = 4;
export const TALLY: u32 = ROWS | EDGES;
export const MARK: u32 = IDS;
export const COMPARE: u32 = ROWS | IDS;

/** Types of this number and above do not fit in the table below; the check of the highest key finds them all the same. */
const TYPES: u32 = 256;

/** u64 per type: its number plus one in the upper half, and in the lower what is left of a name (all of it, or nothing). */
let typeKeys: usize = 0;
/** The highest key that the header's types allow. */
let highestKey: u64 = 0;

/** `keys` as for typeKeys, TYPES of them; the keys of types that the header lacks are above `2^32 * (types + 1) - 1`. */
export function setTypes(keys: usize, types: u32): void {
  typeKeys = keys;
  highestKey = ((<u64>types + 1) << 32) - 1;
}

/** Records are not in the layout that was expected. */
export let misfit: bool = false;
/** A name index, an edge count or a type that cannot be. */
export let invalid: bool = false;
/** The address just past the last decoded record. */
export let nextRecord: usize = 0;

@inline
function typeAt(p: usize, length: u32): u32 {
  const first = <u32>load<u8>(p) - 48;
  return length == 1 ? first : first * 10 + <u32>load<u8>(p, 1) - 48;
}

@inline
function key(type: u32, name: u32): u64 {
  return load<u64>(typeKeys + (<usize>type << 3)) & (0xffffffff00000000 | <u64>name);
}

/**
 * One record of any width, numbers of up to 15 digits; fills every buffer. Its last comma is known to be there. Sets misfit where a
 * number is longer or a newline is where it should not be.
 */
function decodeWide(p: usize, k: u32, fields: u32, lines: bool): usize {
  let m = commas64(p);
  let type: u64 = 0;
  let name: u64 = 0;
  let start = p;
  for (let field: u32 = 0; field < fields; field++) {
    let end: usize;
    if (m != 0) {
      end = p + <usize>ctz(m);
      m &= m - 1;
    } else {
      end = start;
      while (<u32>load<u8>(end) != COMMA) end++;
    }
    let numberEnd = end;
    if (lines && field + 1 == fields) {
      numberEnd--;
      if (<u32>load<u8>(numberEnd) != NEWLINE) misfit = true;
    }
    const length = <u32>(numberEnd - start);
    if (length - 1 >= MOST_DIGITS) misfit = true;
    else if (field < 5) {
      const value = oneLong(numberEnd, length);
      if (field == 0) type = value;
      else if (field == 1) name = value;
      else if (field == 2) store<u64>(idBuffer + (<usize>k << 3), value);
      else if (field == 3) store<u64>(rowBuffer + (<usize>k << 4), value, 8);
      else {
        store<u32>(edgeBuffer + (<usize>k << 2), <u32>value);
        if (value >> 32) invalid = true;
      }
    }
    start = end + 1;
  }
  if (name >> 32 || type >= TYPES) invalid = true;
  else store<u64>(rowBuffer + (<usize>k << 4), key(<u32>type, <u32>name));
  return start;
}

/** One record. `want` and usually `fields` and `lines` are constants where this is called. */
@inline
function decode(p: usize, k: u32, want: u32, fields: u32, lines: bool): usize {
  let m = commas32(p);
  const e0 = <u32>ctz(m);
  m &= m - 1;
  const e1 = <u32>ctz(m);
  m &= m - 1;
  const e2 = <u32>ctz(m);
  m &= m - 1;
  const e3 = <u32>ctz(m);
  m &= m - 1;
  let last = <u32>ctz(m);
  const e4 = lines && fields == 5 ? last - 1 : last;
  if (fields == 6) {
    m &= m - 1;
    last = <u32>ctz(m);
  } else if (fields == 7) {
    m &= m - 1;
    m &= m - 1;
    last = <u32>ctz(m);
  } else {
    for (let more = fields - 5; more > 0; more--) m &= m - 1;
    last = <u32>ctz(m);
  }
  const nameLength = e1 - e0 - 1;
  const idLength = e2 - e1 - 1;
  const sizeLength = e3 - e2 - 1;
  const edgesLength = e4 - e3 - 1;
  // One comparison says all: 1 or 2 digits for the type, 1 to 8 where they are converted (1 to 4 for the edge count),
  // at most 15 for what is not looked at, the id and everything behind the edge count together.
  let odd = (((e0 - 1) << 2) | ((last - e4) >> 1));
  if (want & ROWS) odd |= (nameLength - 1) | (sizeLength - 1);
  else odd |= (nameLength >> 1) | (sizeLength >> 1);
  odd |= want & IDS ? idLength - 1 : idLength >> 1;
  odd |= want & EDGES ? (edgesLength - 1) << 1 : edgesLength >> 1;
  if (lines) odd |= (<u32>load<u8>(p + <usize>last - 1) ^ NEWLINE) << 3;
  if (m == 0 || odd > 7) return decodeWide(p, k, fields, lines);
  if (want & ROWS) {
    const pair = i64x2.extend_low_i32x4_u(twoShort(p + e1, nameLength, p + e3, sizeLength));
    const row = rowBuffer + (<usize>k << 4);
    const type = load<u64>(typeKeys + (<usize>typeAt(p, e0) << 3)) & (0xffffffff00000000 | <u64>i64x2.extract_lane(pair, 0));
    v128.store(row, i64x2.replace_lane(pair, 0, <i64>type));
  }
  if (want & IDS) store<u64>(idBuffer + (<usize>k << 3), <u64>oneShort(p + e2, idLength));
  if (want & EDGES) store<u32>(edgeBuffer + (<usize>k << 2), oneTiny(p + e4, edgesLength));
  return p + <usize>last + 1;
}

/** Two places of the text in turn, so that the processor works at one while it waits for the other. */
@inline
function decodeRecords(p: usize, q: usize, half: u32, records: u32, want: u32, fields: u32, lines: bool): void {
  let i: u32 = 0;
  let j = half;
  const second = q;
  while (i < half && j < records) {
    p = decode(p, i++, want, fields, lines);
    q = decode(q, j++, want, fields, lines);
  }
  while (i < half) p = decode(p, i++, want, fields, lines);
  while (j < records) q = decode(q, j++, want, fields, lines);
  if (half < records) {
    if (p != second) misfit = true;
    nextRecord = q;
  } else nextRecord = p;
}

@inline
function decodeFields(p: usize, q: usize, half: u32, records: u32, want: u32, fields: u32, lines: bool): void {
  if (fields == 6 && !lines) decodeRecords(p, q, half, records, want, 6, false);
  else if (fields == 7 && !lines) decodeRecords(p, q, half, records, want, 7, false);
  else if (fields == 7) decodeRecords(p, q, half, records, want, 7, true);
  else if (lines) decodeRecords(p, q, half, records, want, fields, true);
  else decodeRecords(p, q, half, records, want, fields, false);
}

/**
 * Decodes `records` records, number 0 at `p`, number `half` at `q` (half = records: all from p). Sets misfit, invalid and nextRecord.
 */
export function decodeNodes(pass: u32, p: usize, q: usize, half: u32, records: u32, fields: u32, lines: bool): void {
  misfit = false;
  invalid = false;
  if (pass == TALLY) decodeFields(p, q, half, records, TALLY, fields, lines);
  else if (pass == MARK) decodeFields(p, q, half, records, MARK, fields, lines);
  else decodeFields(p, q, half, records, COMPARE, fields, lines);
}

// ---------------------------------------------------------------- adding up

/** Where the next records are added: hash tables (see table.ts) and sets of ids (see ids.ts); 0: none. */
let table: usize = 0;
let otherIds: usize = 0;
let ownIds: usize = 0;
/** Two u64: the sum of the edge counts, and the number of nodes of self size 0. */
let sums: usize = 0;

export function setTargets(tableAt: usize, sumsAt: usize, otherIdsAt: usize, ownIdsAt: usize): void {
  table = tableAt;
  sums = sumsAt;
  otherIds = otherIdsAt;
  ownIds = ownIdsAt;
}

/** Rows of 32 bytes: u64 key, count, bytes. */
function addRows(records: u32): void {
  let rows = <usize>load<u32>(table);
  let capacityShift = load<u32>(table, 4);
  let highest: u64 = 0;
  let edges: u64 = 0;
  let zeros: u64 = 0;
  for (let k: u32 = 0; k < records; k++) {
    const at = rowBuffer + (<usize>k << 4);
    const key = load<u64>(at);
    const size = load<u64>(at, 8);
    edges += <u64>load<u32>(edgeBuffer + (<usize>k << 2));
    zeros += <u64>(size == 0);
    highest = max(highest, key);
    let row = rows + (<usize>firstSlot(key, capacityShift) << 5);
    if (load<u64>(row) != key) {
      row = findRow(table, key);
      rows = <usize>load<u32>(table);
      capacityShift = load<u32>(table, 4);
    }
    store<u64>(row, load<u64>(row, 8) + 1, 8);
    store<u64>(row, load<u64>(row, 16) + size, 16);
  }
  if (highest > highestKey) invalid = true;
  store<u64>(sums, load<u64>(sums) + edges);
  store<u64>(sums, load<u64>(sums, 8) + zeros, 8);
}

function markIds(records: u32): void {
  const ids = ownIds;
  for (let k: u32 = 0; k < records; k++) addId(ids, load<u64>(idBuffer + (<usize>k << 3)));
}

/** Rows of 64 bytes: u64 key; of the objects that the other set lacks count and bytes; the same of those that it has. */
function compareRows(records: u32): void {
  let rows = <usize>load<u32>(table);
  let capacityShift = load<u32>(table, 4);
  let highest: u64 = 0;
  const others = otherIds;
  for (let k: u32 = 0; k < records; k++) {
    const at = rowBuffer + (<usize>k << 4);
    const key = load<u64>(at);
    const size = load<u64>(at, 8);
    const kept = hasId(others, load<u64>(idBuffer + (<usize>k << 3)));
    highest = max(highest, key);
    let row = rows + (<usize>firstSlot(key, capacityShift) << 6);
    if (load<u64>(row) != key) {
      row = findRow(table, key);
      rows = <usize>load<u32>(table);
      capacityShift = load<u32>(table, 4);
    }
    row += <usize>kept << 4;
    store<u64>(row, load<u64>(row, 8) + 1, 8);
    store<u64>(row, load<u64>(row, 16) + size, 16);
  }
  if (highest > highestKey) invalid = true;
}

/** Adds the first `records` of the buffers up. Sets invalid where the header lacks a type. */
export function addNodes(pass: u32, records: u32): void {
  if (pass == TALLY) addRows(records);
  else if (pass == MARK) markIds(records);
  else {
    compareRows(records);
    if (ownIds) markIds(records);
  }
}
