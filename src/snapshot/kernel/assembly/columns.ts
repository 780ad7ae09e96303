// A snapshot's nodes and edges as columns, one after the other in memory. A descriptor of 128 bytes says where they are:
//   0 node type u8, 4 name u32, 8 id u32, 12 self size u32, 16 first edge u32, 20 detachedness u8 (0: the file lacks it)
//   24 nodes there is room for, 28 nodes stored, 32 u64 sum of their edge counts
//   40 wide ids f64 (0: the column of u32 holds them all), 44 wide self sizes f64, 48 largest name of a node
//   64 edge type u8, 68 name or index u32, 72 target (a node's ordinal) u32
//   76 edges there is room for, 80 edges stored, 84 largest name of an edge, 88 types whose "name" is a number, two bytes
//   92 edge types, 96 numbers in the nodes section, 100 whether the columns may grow
import { reserve, reserveMany } from "./memory";
import { COMMA, MOST_DIGITS, NEWLINE, commas32, commas64, oneLong, twoLong, twoShort } from "./text";

const DESCRIPTOR_BYTES: usize = 128;
/** Loads and stores of whole vectors may go past a column's end. */
const SLACK: usize = 64;

export function newColumns(nodes: u32, edges: u32, detachedness: bool): usize {
  const columns = reserve(DESCRIPTOR_BYTES);
  store<u32>(columns, <u32>detachedness, 20);
  roomForNodes(columns, nodes);
  roomForEdges(columns, edges);
  return columns;
}

/** The column that descriptor field `at` names, in a new place with room for `room` things of 2^shift bytes; `count` of them are kept. */
function move(columns: usize, at: usize, count: u32, room: u32, shift: u32): void {
  const to = reserveMany(room, shift, SLACK);
  if (count) memory.copy(to, <usize>load<u32>(columns + at), (<usize>count) << <usize>shift);
  store<u32>(columns + at, <u32>to);
}

export function roomForNodes(columns: usize, room: u32): void {
  const nodes = load<u32>(columns, 28);
  move(columns, 0, nodes, room, 0);
  move(columns, 4, nodes, room, 2);
  if (load<u32>(columns, 40)) move(columns, 40, nodes, room, 3);
  else move(columns, 8, nodes, room, 2);
  if (load<u32>(columns, 44)) move(columns, 44, nodes, room, 3);
  else move(columns, 12, nodes, room, 2);
  move(columns, 16, nodes, room + 1, 2);
  if (load<u32>(columns, 20)) move(columns, 20, nodes, room, 0);
  store<u32>(columns, room, 24);
}

export function roomForEdges(columns: usize, room: u32): void {
  const edges = load<u32>(columns, 80);
  move(columns, 64, edges, room, 0);
  move(columns, 68, edges, room, 2);
  move(columns, 72, edges, room, 2);
  store<u32>(columns, room, 76);
}

// ---------------------------------------------------------------- nodes

/** From the column of u32 at `narrow` to a new one of f64. */
function widened(columns: usize, narrow: usize): u32 {
  const wide = reserveMany(load<u32>(columns, 24), 3, SLACK);
  const nodes = load<u32>(columns, 28);
  for (let k: usize = 0; k < <usize>nodes; k++) store<f64>(wide + (k << 3), <f64>load<u32>(narrow + (k << 2)));
  return <u32>wide;
}

/**
 * Appends `records` decoded rows (see nodes.ts: u64 key, self size, id; u32 edge count; u8 detachedness). Returns the highest key, or the
 * highest there is where the edge counts add up to 2^32 or more.
 */
export function storeNodes(columns: usize, rows: usize, records: u32): u64 {
  const first = <usize>load<u32>(columns, 28);
  const last = <u32>first + records;
  if (last > load<u32>(columns, 24)) {
    const twice = load<u32>(columns, 24) << 1;
    roomForNodes(columns, max(last, twice));
  }
  let high: u64 = 0;
  for (let k: u32 = 0; k < records; k++) high |= load<u64>(rows + (<usize>k << 5), 16);
  if (high >> 32 && load<u32>(columns, 40) == 0) store<u32>(columns, widened(columns, <usize>load<u32>(columns, 8)), 40);
  high = 0;
  for (let k: u32 = 0; k < records; k++) high |= load<u64>(rows + (<usize>k << 5), 8);
  if (high >> 32 && load<u32>(columns, 44) == 0) store<u32>(columns, widened(columns, <usize>load<u32>(columns, 12)), 44);

  const types = <usize>load<u32>(columns) + first;
  const names = <usize>load<u32>(columns, 4) + (first << 2);
  const firstEdges = <usize>load<u32>(columns, 16) + (first << 2);
  let total = load<u64>(columns, 32);
  let highest: u64 = 0;
  let largestName = load<u32>(columns, 48);
  for (let k: usize = 0; k < <usize>records; k++) {
    const row = rows + (k << 5);
    const key = load<u64>(row);
    highest = max(highest, key);
    largestName = max(largestName, <u32>key);
    store<u8>(types + k, <u8>((key >> 32) - 1));
    store<u32>(names + (k << 2), <u32>key);
    store<u32>(firstEdges + (k << 2), <u32>total);
    total += <u64>load<u32>(row, 24);
  }
  store<u32>(firstEdges + (<usize>records << 2), <u32>total);
  storeNumbers(columns, 8, first, rows + 16, records);
  storeNumbers(columns, 12, first, rows + 8, records);
  if (load<u32>(columns, 20)) {
    const states = <usize>load<u32>(columns, 20) + first;
    for (let k: usize = 0; k < <usize>records; k++) {
      // Few nodes have any, and memory that is not touched is zero and costs nothing.
      const state = load<u8>(rows + (k << 5), 28);
      if (state) store<u8>(states + k, state);
    }
  }
  store<u64>(columns, total, 32);
  store<u32>(columns, largestName, 48);
  store<u32>(columns, last, 28);
  return total >> 32 ? <u64>-1 : highest;
}

/** To the column of u32 that `field` of the descriptor names, or to the wide one 32 bytes further on. */
@inline
function storeNumbers(columns: usize, field: usize, first: usize, values: usize, records: u32): void {
  const wide = <usize>load<u32>(columns + field + 32);
  if (wide) {
    const to = wide + (first << 3);
    for (let k: usize = 0; k < <usize>records; k++) store<f64>(to + (k << 3), <f64>load<u64>(values + (k << 5)));
  } else {
    const to = <usize>load<u32>(columns + field) + (first << 2);
    for (let k: usize = 0; k < <usize>records; k++) store<u32>(to + (k << 2), <u32>load<u64>(values + (k << 5)));
  }
}

// ---------------------------------------------------------------- edges

let misfit: bool = false;
let types: usize = 0;
let names: usize = 0;
let targets: usize = 0;
/** The address just past the last decoded record. */
export let nextEdge: usize = 0;

/** Any type, numbers of up to 15 digits; sets misfit where something is not as expected. */
function edgeWide(p: usize, k: usize, stride: u32, lines: bool): usize {
  let m = commas64(p);
  let start = p;
  for (let field = 0; field < 3; field++) {
    let end: usize;
    if (m != 0) {
      end = p + <usize>ctz(m);
      m &= m - 1;
    } else {
      end = start;
      while (<u32>load<u8>(end) != COMMA) end++;
    }
    let numberEnd = end;
    if (lines && field == 2) {
      numberEnd--;
      if (<u32>load<u8>(numberEnd) != NEWLINE) misfit = true;
    }
    const length = <u32>(numberEnd - start);
    if (length - 1 >= MOST_DIGITS) misfit = true;
    else {
      const value = oneLong(numberEnd, length);
      if (value >> 32) misfit = true;
      if (field == 0) {
        if (value > 255) misfit = true;
        store<u8>(types + k, <u8>value);
      } else if (field == 1) store<u32>(names + (k << 2), <u32>value);
      else {
        if (<u32>value % stride != 0) misfit = true;
        store<u32>(targets + (k << 2), <u32>value / stride);
      }
    }
    start = end + 1;
  }
  return start;
}

/** One edge. `long`: without a branch on the length up to 15 digits; else numbers of more than 8 digits go the slow way. */
@inline
function edge(p: usize, k: usize, stride: u32, lines: bool, long: bool): usize {
  let m = commas32(p);
  const e0 = <u32>ctz(m);
  m &= m - 1;
  const e1 = <u32>ctz(m);
  m &= m - 1;
  const last = <u32>ctz(m);
  const e2 = lines ? last - 1 : last;
  const name = e1 - e0 - 2;
  const target = e2 - e1 - 2;
  let odd = ((e0 - 1) << 3) | (last >> 2);
  odd |= long ? ((name + 1) | (target + 1)) >> 1 : name | target;
  if (lines) odd |= (<u32>load<u8>(p + <usize>e2) ^ NEWLINE) << 3;
  if (odd > 7) return edgeWide(p, k, stride, lines);
  let offset: u32;
  if (long) {
    const pair = twoLong(p + e1, name + 1, p + e2, target + 1);
    const nameValue = <u64><u32>i32x4.extract_lane(pair, 0) * 100000000 + <u64><u32>i32x4.extract_lane(pair, 1);
    const value = <u64><u32>i32x4.extract_lane(pair, 2) * 100000000 + <u64><u32>i32x4.extract_lane(pair, 3);
    if ((nameValue | value) >> 32) return edgeWide(p, k, stride, lines);
    store<u32>(names + (k << 2), <u32>nameValue);
    offset = <u32>value;
  } else {
    const pair = twoShort(p + e1, name, p + e2, target);
    v128.store32_lane(names + (k << 2), pair, 0);
    offset = <u32>i32x4.extract_lane(pair, 1);
  }
  const ordinal = offset / stride;
  if (ordinal * stride != offset) return edgeWide(p, k, stride, lines);
  store<u32>(targets + (k << 2), ordinal);
  store<u8>(types + k, load<u8>(p) - 48);
  return p + <usize>last + 1;
}

/** Two places of the text in turn; `k`: number of the first edge. */
@inline
function edges(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32, lines: bool, long: bool): void {
  const second = q;
  let i = <usize>first;
  const middle = i + <usize>half;
  let j = middle;
  const end = i + <usize>records;
  const both = i + <usize>min(half, records - half);
  while (i < both) {
    p = edge(p, i++, stride, lines, long);
    q = edge(q, j++, stride, lines, long);
  }
  while (i < middle) p = edge(p, i++, stride, lines, long);
  while (j < end) q = edge(q, j++, stride, lines, long);
  if (half < records) {
    if (p != second) misfit = true;
    nextEdge = q;
  } else nextEdge = p;
}

type EdgeDecoder = (p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32) => void;

// As in nodes.ts: functions for the usual strides, so that the division is one by a constant.
function short6(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 6, false, false);
}
function long6(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 6, false, true);
}
function short7(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 7, false, false);
}
function long7(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 7, false, true);
}
function shortLines7(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 7, true, false);
}
function longLines7(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, 7, true, true);
}
function anyStride(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, stride, false, true);
}
function anyStrideLines(p: usize, q: usize, half: u32, records: u32, first: u32, stride: u32): void {
  edges(p, q, half, records, first, stride, true, true);
}

/** From here on offsets have nine digits often enough for the decoder that does not branch on the length. */
const MANY_NUMBERS: u32 = 150000000;

let decoder: EdgeDecoder = short6;
let descriptor: usize = 0;
let stride: u32 = 0;

/** Says where the next edges go. `nodeStride`: numbers per node, by which targets are divided. */
export function setEdges(columns: usize, nodeStride: u32, lines: bool): void {
  descriptor = columns;
  stride = nodeStride;
  types = <usize>load<u32>(columns, 64);
  names = <usize>load<u32>(columns, 68);
  targets = <usize>load<u32>(columns, 72);
  const long = load<u32>(columns, 96) > MANY_NUMBERS;
  if (nodeStride == 7) decoder = lines ? (long ? longLines7 : shortLines7) : long ? long7 : short7;
  else if (lines) decoder = anyStrideLines;
  else if (nodeStride == 6) decoder = long ? long6 : short6;
  else decoder = anyStride;
}

/**
 * Decodes `records` edges, number 0 at `p` and number `half` at `q`, to places from `first` on, and checks them. False: something is not as
 * expected; what was stored there means nothing then.
 */
export function decodeEdges(p: usize, q: usize, half: u32, records: u32, first: u32): bool {
  misfit = false;
  decoder(p, q, half, records, first, stride);
  if (misfit) return false;
  // What is too large, and the largest name, sixteen edges at a time while they are in the cache.
  const isNumber0 = i8x16.splat(<i8>load<u8>(descriptor, 88));
  const isNumber1 = i8x16.splat(<i8>load<u8>(descriptor, 89));
  let type16 = i8x16.splat(0);
  let name4 = i32x4.splat(0);
  let target4 = i32x4.splat(0);
  const end = first + records;
  let k = first;
  for (; k + 16 <= end; k += 16) {
    const type = v128.load(types + <usize>k);
    type16 = i8x16.max_u(type16, type);
    const isNumber = v128.or(i8x16.eq(type, isNumber0), i8x16.eq(type, isNumber1));
    const low = i16x8.extend_low_i8x16_s(isNumber);
    const high = i16x8.extend_high_i8x16_s(isNumber);
    const name = names + (<usize>k << 2);
    const target = targets + (<usize>k << 2);
    name4 = i32x4.max_u(name4, v128.andnot(v128.load(name), i32x4.extend_low_i16x8_s(low)));
    name4 = i32x4.max_u(name4, v128.andnot(v128.load(name, 16), i32x4.extend_high_i16x8_s(low)));
    name4 = i32x4.max_u(name4, v128.andnot(v128.load(name, 32), i32x4.extend_low_i16x8_s(high)));
    name4 = i32x4.max_u(name4, v128.andnot(v128.load(name, 48), i32x4.extend_high_i16x8_s(high)));
    target4 = i32x4.max_u(
      i32x4.max_u(target4, i32x4.max_u(v128.load(target), v128.load(target, 16))),
      i32x4.max_u(v128.load(target, 32), v128.load(target, 48)),
    );
  }
  let largestType: u32 = 0;
  let largestName = load<u32>(descriptor, 84);
  let largestTarget: u32 = 0;
  for (; k < end; k++) {
    const type = <u32>load<u8>(types + <usize>k);
    largestType = max(largestType, type);
    if (type != <u32>load<u8>(descriptor, 88) && type != <u32>load<u8>(descriptor, 89)) {
      largestName = max(largestName, load<u32>(names + (<usize>k << 2)));
    }
    largestTarget = max(largestTarget, load<u32>(targets + (<usize>k << 2)));
  }
  const edgeTypes = load<u32>(descriptor, 92);
  const nodes = load<u32>(descriptor, 96) / stride;
  if (v128.any_true(i8x16.ge_u(type16, i8x16.splat(<i8>min(edgeTypes, 255)))) || largestType >= edgeTypes) return false;
  if (v128.any_true(i32x4.ge_u(target4, i32x4.splat(nodes))) || largestTarget >= nodes) return false;
  name4 = i32x4.max_u(name4, i8x16.shuffle(name4, name4, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  largestName = max(largestName, max(<u32>i32x4.extract_lane(name4, 0), <u32>i32x4.extract_lane(name4, 1)));
  store<u32>(descriptor, largestName, 84);
  return true;
}

/** Edge `k` has the negative of the number that was stored; false where its type has none, or no int32 is that. */
export function negateEdgeName(k: u32): bool {
  const type = <u32>load<u8>(types + <usize>k);
  const name = names + (<usize>k << 2);
  if (type != <u32>load<u8>(descriptor, 88) && type != <u32>load<u8>(descriptor, 89)) return false;
  if (load<u32>(name) > 0x80000000) return false;
  store<u32>(name, 0 - load<u32>(name));
  return true;
}

/** Makes sure that `more` edges fit; false where the columns may not grow. */
export function edgesFit(more: u32): bool {
  const needed = <u64>load<u32>(descriptor, 80) + <u64>more;
  const room = load<u32>(descriptor, 76);
  if (needed <= <u64>room) return true;
  if (load<u32>(descriptor, 100) == 0 || needed >> 32) return false;
  roomForEdges(descriptor, room >> 31 ? <u32>needed : max(<u32>needed, room << 1));
  types = <usize>load<u32>(descriptor, 64);
  names = <usize>load<u32>(descriptor, 68);
  targets = <usize>load<u32>(descriptor, 72);
  return true;
}
