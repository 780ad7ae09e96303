// Node records to the numbers that a tally or a comparison needs, first decoded into a small buffer, then added up. The decoder
// changes nothing else, so a block that turns out to be in another layout has left no trace.
import { reserve } from "./memory";
import {
  COMMA, MOST_DIGITS, NEWLINE, commas32, commas64, oneLong, oneShort, oneTiny, twoShort,
} from "./text";
import { storeNodes } from "./columns";
import { addId, hasId } from "./ids";
import { findRow, firstSlot } from "./table";

/** Text that is decoded at a time: with what it is decoded to, it stays in the processor's first cache. */
export const BLOCK: usize = 1 << 14;
/** The shortest record, five digits and five commas, takes 10 bytes. */
const MOST_RECORDS: usize = BLOCK / 10 + 64;

/** The buffer: rows of 32 bytes, 0 u64 key, 8 u64 self size, 16 u64 id, 24 u32 edge count, 28 u32 name; or 28 u8 the last number. */
let buffer: usize = 0;
const ROW_SHIFT: usize = 5;

export function prepareBuffer(): void {
  if (buffer == 0) buffer = reserve(MOST_RECORDS << ROW_SHIFT);
}

// ---------------------------------------------------------------- decoding

/** What a pass wants of a record. */
const ROWS: u32 = 1;
const IDS: u32 = 2;
const EDGES: u32 = 4;
/** The last number of a record, which has one digit nearly always. */
const LAST: u32 = 8;
export const TALLY: u32 = ROWS | EDGES;
export const MARK: u32 = IDS;
export const COMPARE: u32 = ROWS | IDS | EDGES;

/** For files with detachedness as the last number, and for those without. */
export const COLUMNS: u32 = ROWS | IDS | EDGES | LAST;
export const BARE_COLUMNS: u32 = ROWS | IDS | EDGES | 16;

/** The types' numbers are below this. */
const TYPES: u32 = 256;

/**
 * u64 per type: its number plus one in the upper half, and in the lower what is left of a name (all of it, or nothing).
 */
let typeKeys: usize = 0;
/** The same once more, by the first two bytes of a record: a digit and a comma, or two digits. See textIndex. */
let typeKeysByText: usize = 0;
/** The highest key that the header's types allow. */
let highestKey: u64 = 0;

/** What of two bytes tells all types below 100 apart: four bits of the first, five of the second. */
const TEXT_BITS: u32 = 0x1f0f;

/** Makes the second table from the first, which has TYPES entries. Its gaps are never touched. */
export function newTypeKeysByText(keys: usize): usize {
  const byText = reserve(<usize>(TEXT_BITS + 1) << 4);
  for (let type: u32 = 0; type < 100; type++) {
    const key = load<u64>(keys + (<usize>type << 3));
    const text = type < 10 ? (48 + type) | (COMMA << 8) : (48 + type / 10) | ((48 + (type % 10)) << 8);
    const entry = byText + (<usize>(text & TEXT_BITS) << 4);
    store<u64>(entry, key);
    store<u64>(entry, -1, 8); // for the self size beside it
  }
  return byText;
}

/** Types that the header lacks have keys above those of its `types`. */
export function setTypes(keys: usize, keysByText: usize, types: u32): void {
  typeKeys = keys;
  typeKeysByText = keysByText;
  highestKey = ((<u64>types + 1) << 32) - 1;
}

/** Records are not in the layout that was expected. */
export let misfit: bool = false;
/** A name index, an edge count or a type that cannot be. */
export let invalid: bool = false;
/** Whether the last number takes the name's place in a row. */
let keepsLast: bool = false;
/** The address just past the last decoded record. */
export let nextRecord: usize = 0;

/**
 * One record of any width, numbers of up to 15 digits; fills every buffer. Its last comma is known to be there. Sets misfit where a
 * number is longer or a newline is where it should not be.
 */
function decodeWide(p: usize, row: usize, fields: u32, lines: bool): usize {
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
      else if (field == 1) {
        name = value;
        store<u32>(row, <u32>value, 28);
      } else if (field == 2) store<u64>(row, value, 16);
      else if (field == 3) store<u64>(row, value, 8);
      else {
        store<u32>(row, <u32>value, 24);
        if (value >> 32) invalid = true;
      }
    } else if (keepsLast && field + 1 == fields) {
      const value = oneLong(numberEnd, length);
      store<u8>(row, value > 255 ? <u8>255 : <u8>value, 28);
    }
    start = end + 1;
  }
  if (name >> 32 || type >= TYPES) invalid = true;
  else store<u64>(row, load<u64>(typeKeys + (<usize>type << 3)) & (0xffffffff00000000 | name));
  return start;
}

/** One record to one row. `want` and usually `fields` and `lines` are constants where this is called. */
@inline
function decode(p: usize, row: usize, keys: usize, want: u32, fields: u32, lines: bool): usize {
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
  if (fields == 6) m &= m - 1;
  else if (fields == 7) {
    m &= m - 1;
    m &= m - 1;
  } else for (let more = fields - 5; more > 0; more--) m &= m - 1;
  last = <u32>ctz(m);
  // Digits beyond the first.
  const name = e1 - e0 - 2;
  const id = e2 - e1 - 2;
  const size = e3 - e2 - 2;
  const edges = e4 - e3 - 2;
  // One comparison says all: 1 or 2 digits for the type, 1 to 8 where they are converted (1 to 4 for the edge count),
  // at most 15 for ids, which get long in some programs, and for what is not looked at, everything behind the edge count together.
  let unread = last - e4;
  let odd = (e0 - 1) << 2;
  if (want & ROWS) odd |= name | size;
  else unread |= (name + 1) | (size + 1);
  unread |= id + 1;
  if (want & EDGES) odd |= edges << 1;
  else unread |= edges + 1;
  odd |= unread >> 1;
  const end = lines ? last - 1 : last;
  if (lines) odd |= (<u32>load<u8>(p + <usize>end) ^ NEWLINE) << 3;
  if (want & LAST) odd |= (<u32>load<u8>(p + <usize>end - 2) ^ COMMA) << 3;
  odd |= last >> 2; // 32 where the record is longer than the 32 bytes looked at
  if (odd > 7) return decodeWide(p, row, fields, lines);
  if (want & ROWS) {
    const pair = i64x2.extend_low_i32x4_u(twoShort(p + e1, name, p + e3, size));
    v128.store32_lane(row, pair, 0, 28);
    const key = v128.load(keys + (<usize>(<u32>load<u16>(p) & TEXT_BITS) << 4));
    v128.store(row, v128.and(v128.or(pair, i64x2(0xffffffff00000000, 0)), key));
  }
  if (want & IDS) store<u64>(row, id > 7 ? oneLong(p + e2, id + 1) : <u64>oneShort(p + e2, id), 16);
  if (want & EDGES) store<u32>(row, oneTiny(p + e4, edges), 24);
  if (want & LAST) store<u8>(row, load<u8>(p + <usize>end - 1) - 48, 28);
  return p + <usize>last + 1;
}

/** Two places of the text in turn, so that the processor works at one while it waits for the other. */
@inline
function decodeRecords(p: usize, q: usize, half: u32, records: u32, want: u32, fields: u32, lines: bool): void {
  const second = q;
  const keys = typeKeysByText;
  let row = buffer;
  const middle = row + (<usize>half << ROW_SHIFT);
  let other = middle;
  const end = row + (<usize>records << ROW_SHIFT);
  const both = row + (<usize>min(half, records - half) << ROW_SHIFT);
  while (row < both) {
    p = decode(p, row, keys, want, fields, lines);
    q = decode(q, other, keys, want, fields, lines);
    row += 1 << ROW_SHIFT;
    other += 1 << ROW_SHIFT;
  }
  for (; row < middle; row += 1 << ROW_SHIFT) p = decode(p, row, keys, want, fields, lines);
  for (; other < end; other += 1 << ROW_SHIFT) q = decode(q, other, keys, want, fields, lines);
  if (half < records) {
    if (p != second) misfit = true;
    nextRecord = q;
  } else nextRecord = p;
}

type Decoder = (p: usize, q: usize, half: u32, records: u32, fields: u32) => void;

// A function for each pass and layout, called through a table: an engine then compiles well what runs, and only that.
function tally6(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, TALLY, 6, false);
}
function tally7(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, TALLY, 7, false);
}
function tally7Lines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, TALLY, 7, true);
}
function tallyAny(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, TALLY, fields, false);
}
function tallyAnyLines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, TALLY, fields, true);
}
function mark6(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, MARK, 6, false);
}
function mark7(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, MARK, 7, false);
}
function mark7Lines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, MARK, 7, true);
}
function markAny(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, MARK, fields, false);
}
function markAnyLines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, MARK, fields, true);
}
function compare6(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COMPARE, 6, false);
}
function compare7(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COMPARE, 7, false);
}
function compare7Lines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COMPARE, 7, true);
}
function compareAny(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COMPARE, fields, false);
}
function compareAnyLines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COMPARE, fields, true);
}

function columns6(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COLUMNS, 6, false);
}
function columns7(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COLUMNS, 7, false);
}
function columns7Lines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COLUMNS, 7, true);
}
function columnsAny(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COLUMNS, fields, false);
}
function columnsAnyLines(p: usize, q: usize, half: u32, records: u32, fields: u32): void {
  decodeRecords(p, q, half, records, COLUMNS, fields, true);
}

function choose(six: Decoder, seven: Decoder, sevenLines: Decoder, any: Decoder, anyLines: Decoder, fields: u32, lines: bool): Decoder {
  if (lines) return fields == 7 ? sevenLines : anyLines;
  return fields == 6 ? six : fields == 7 ? seven : any;
}

let decoder: Decoder = tally6;
let decoderFields: u32 = 0;

/** Says what decodeNodes() and addNodes() are to do from now on. */
export function setPass(pass: u32, fields: u32, lines: bool): void {
  prepareBuffer();
  decoderFields = fields;
  keepsLast = pass == COLUMNS;
  if (pass == TALLY) decoder = choose(tally6, tally7, tally7Lines, tallyAny, tallyAnyLines, fields, lines);
  else if (pass == MARK) decoder = choose(mark6, mark7, mark7Lines, markAny, markAnyLines, fields, lines);
  else if (pass == COLUMNS) decoder = choose(columns6, columns7, columns7Lines, columnsAny, columnsAnyLines, fields, lines);
  else decoder = choose(compare6, compare7, compare7Lines, compareAny, compareAnyLines, fields, lines);
}

/** Decodes `records` records, number 0 at `p`, number `half` at `q` (half = records: all from p). Sets misfit, invalid and nextRecord. */
export function decodeNodes(p: usize, q: usize, half: u32, records: u32): void {
  misfit = false;
  invalid = false;
  decoder(p, q, half, records, decoderFields);
}

// ---------------------------------------------------------------- adding up

/** Where the next records are added: hash tables (see table.ts) and sets of ids (see ids.ts); 0: none. */
let table: usize = 0; // or columns (see columns.ts), in the passes that store them
let otherIds: usize = 0;
let ownIds: usize = 0;
/** u64 the sum of the edge counts, u64 the number of nodes of self size 0, u32 the highest string index of a name. */
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
  const nodes = buffer;
  let highest: u64 = 0;
  let edges: u64 = 0;
  let zeros: u64 = 0;
  let names = load<u32>(sums, 16);
  for (let k: u32 = 0; k < records; k++) {
    const at = nodes + (<usize>k << ROW_SHIFT);
    const key = load<u64>(at);
    const size = load<u64>(at, 8);
    edges += <u64>load<u32>(at, 24);
    zeros += <u64>(size == 0);
    names = max(names, load<u32>(at, 28));
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
  store<u32>(sums, names, 16);
}

function markIds(records: u32): void {
  const ids = ownIds;
  const nodes = buffer;
  for (let k: u32 = 0; k < records; k++) addId(ids, load<u64>(nodes + (<usize>k << ROW_SHIFT), 16));
}

/** Rows of 64 bytes: u64 key; of the objects that the other set lacks count and bytes; the same of those that it has. */
function compareRows(records: u32): void {
  let rows = <usize>load<u32>(table);
  let capacityShift = load<u32>(table, 4);
  const nodes = buffer;
  let highest: u64 = 0;
  let edges: u64 = 0;
  let zeros: u64 = 0;
  let names = load<u32>(sums, 16);
  const others = otherIds;
  for (let k: u32 = 0; k < records; k++) {
    const at = nodes + (<usize>k << ROW_SHIFT);
    const key = load<u64>(at);
    const size = load<u64>(at, 8);
    const kept = hasId(others, load<u64>(at, 16));
    edges += <u64>load<u32>(at, 24);
    zeros += <u64>(size == 0);
    names = max(names, load<u32>(at, 28));
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
  store<u64>(sums, load<u64>(sums) + edges);
  store<u64>(sums, load<u64>(sums, 8) + zeros, 8);
  store<u32>(sums, names, 16);
}

/** Where compared nodes are sampled, or 0: 0 u32 how many, 4 u32 room for, 8 u32 mask; from 16 on rows of u64 id, u32 name, u32 type + 1. */
let sample: usize = 0;

/** The sample that the next comparison adds to; 0 for none. */
export function setSample(address: usize): void {
  sample = address;
}

/** Takes note of the nodes whose id the other set has and the sample wants: the test of util/id-sample.ts. */
function sampleRows(records: u32): void {
  const nodes = buffer;
  const others = otherIds;
  const mask = load<u32>(sample, 8);
  for (let k: u32 = 0; k < records; k++) {
    const at = nodes + (<usize>k << ROW_SHIFT);
    const id = load<u64>(at, 16);
    if ((((<u32>id * 0x9e3779b1) >> 16) & mask) != 0 || !hasId(others, id)) continue;
    const count = load<u32>(sample);
    if (count == load<u32>(sample, 4)) return;
    const row = sample + 16 + (<usize>count << 4);
    store<u64>(row, id);
    store<u32>(row, load<u32>(at, 28), 8);
    store<u32>(row, load<u32>(at, 4), 12);
    store<u32>(sample, count + 1);
  }
}

/** Adds the first `records` of the buffers up. Sets invalid where the header lacks a type. */
export function addNodes(pass: u32, records: u32): void {
  if (pass == TALLY) addRows(records);
  else if (pass == MARK) markIds(records);
  else if (pass == COLUMNS || pass == BARE_COLUMNS) {
    if (storeNodes(table, buffer, records) > highestKey) invalid = true;
  } else {
    compareRows(records);
    if (sample) sampleRows(records);
    if (ownIds) markIds(records);
  }
}
