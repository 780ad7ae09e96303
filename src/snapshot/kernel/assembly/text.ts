// Bytes to separators, digits to numbers. Everything here may read 64 bytes past and 16 bytes before the text it is given.

export const COMMA: u32 = 44;
export const NEWLINE: u32 = 10;
export const ZERO: u32 = 48;
export const CLOSING_BRACKET: u32 = 93;

/** Longest number that is converted: every one of 15 digits is below 2^53. */
export const MOST_DIGITS: u32 = 15;

@inline
function commas16(p: usize): u32 {
  return <u32>i8x16.bitmask(i8x16.eq(v128.load(p), i8x16.splat(44)));
}

@inline
export function commas32(p: usize): u32 {
  return commas16(p) | (commas16(p + 16) << 16);
}

@inline
export function commas64(p: usize): u64 {
  return <u64>commas32(p) | (<u64>commas32(p + 32) << 32);
}

@inline
export function bits64(a: v128, b: v128, c: v128, d: v128): u64 {
  return (
    <u64>(<u32>i8x16.bitmask(a) | (<u32>i8x16.bitmask(b) << 16)) |
    (<u64>(<u32>i8x16.bitmask(c) | (<u32>i8x16.bitmask(d) << 16)) << 32)
  );
}

// ---------------------------------------------------------------- is it digits and separators only?

/** The first byte that neither layout knows, or the end of what was surveyed. */
export let surveyStop: usize = 0;
/** How many newlines have a comma right behind them. */
export let surveyPairs: u32 = 0;
/** Two separators in a row, a newline that no comma follows, or a number of several digits that starts with 0. */
export let surveyFlaw: bool = false;

/** A byte minus 44 as an index: comma 0x81 (the sign bit says comma), the digit 0 3, any other digit 1, anything else 0. */
@inline
function classes16(p: usize): v128 {
  return i8x16.swizzle(
    i8x16(-127, 0, 0, 0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0),
    i8x16.sub(v128.load(p), i8x16.splat(44)),
  );
}

/** Which of 64 bytes are the digit 0: bit 1 of their class, moved to the sign. */
@inline
function zeros64(a: v128, b: v128, c: v128, d: v128): u64 {
  return bits64(i8x16.shl(a, 6), i8x16.shl(b, 6), i8x16.shl(c, 6), i8x16.shl(d, 6));
}

/**
 * Counts the commas from `start` to `end` or to the first byte that is neither digit nor comma. `start` may be the
 * beginning of a number only: the byte before it counts as a comma unless `inNumber`. `afterZero`: it is a 0 that a number starts with.
 */
export function surveyCommas(start: usize, end: usize, inNumber: bool, afterZero: bool): u32 {
  let count: u64 = 0;
  let doubled: u64 = 0;
  let carry: u64 = inNumber ? 0 : 1;
  let zeroCarry: u64 = afterZero ? 1 : 0;
  let p = start;
  for (; p + 64 <= end; p += 64) {
    const a = classes16(p);
    const b = classes16(p + 16);
    const c = classes16(p + 32);
    const d = classes16(p + 48);
    // Every class that is allowed has bit 0 set, so the conjunction is zero in no lane.
    if (!i8x16.all_true(v128.and(v128.and(a, b), v128.and(c, d)))) break;
    const mask = bits64(a, b, c, d);
    const afterComma = (mask << 1) | carry;
    const zeros = zeros64(a, b, c, d) & afterComma;
    doubled |= (mask & afterComma) | (((zeros << 1) | zeroCarry) & ~mask);
    carry = mask >> 63;
    zeroCarry = zeros >> 63;
    count += popcnt(mask);
  }
  for (; p < end; p++) {
    const byte = <u32>load<u8>(p);
    if (byte == COMMA) {
      doubled |= carry;
      carry = 1;
      zeroCarry = 0;
      count++;
    } else if (byte - 48 < 10) {
      doubled |= zeroCarry;
      zeroCarry = byte == ZERO ? carry : 0;
      carry = 0;
    } else break;
  }
  surveyStop = p;
  surveyPairs = 0;
  surveyFlaw = doubled != 0;
  return <u32>count;
}

/** The byte before the text of surveyLines: a digit, a comma (or the start of a record), a newline. */
export const AFTER_DIGIT: u32 = 0;
export const AFTER_COMMA: u32 = 1;
export const AFTER_NEWLINE: u32 = 2;

/** The same for the layout with a newline before the comma that ends a record: newlines are allowed before a comma. */
export function surveyLines(start: usize, end: usize, after: u32, afterZero: bool): u32 {
  let count: u64 = 0;
  let pairs: u64 = 0;
  let flaws: u64 = 0;
  let commaCarry: u64 = after == AFTER_COMMA ? 1 : 0;
  let lineCarry: u64 = after == AFTER_NEWLINE ? 1 : 0;
  let zeroCarry: u64 = afterZero ? 1 : 0;
  const newline = i8x16.splat(10);
  let p = start;
  for (; p + 64 <= end; p += 64) {
    const a = classes16(p);
    const b = classes16(p + 16);
    const c = classes16(p + 32);
    const d = classes16(p + 48);
    const na = i8x16.eq(v128.load(p), newline);
    const nb = i8x16.eq(v128.load(p, 16), newline);
    const nc = i8x16.eq(v128.load(p, 32), newline);
    const nd = i8x16.eq(v128.load(p, 48), newline);
    const known = v128.and(v128.and(v128.or(a, na), v128.or(b, nb)), v128.and(v128.or(c, nc), v128.or(d, nd)));
    if (!i8x16.all_true(known)) break;
    const commas = bits64(a, b, c, d);
    const lines = bits64(na, nb, nc, nd);
    const afterComma = (commas << 1) | commaCarry;
    const afterLine = (lines << 1) | lineCarry;
    const zeros = zeros64(a, b, c, d) & afterComma;
    flaws |= (commas & afterComma) | (lines & (afterComma | afterLine)) | (afterLine & ~commas);
    flaws |= ((zeros << 1) | zeroCarry) & ~(commas | lines);
    zeroCarry = zeros >> 63;
    commaCarry = commas >> 63;
    lineCarry = lines >> 63;
    count += popcnt(commas);
    pairs += popcnt(afterLine & commas);
  }
  for (; p < end; p++) {
    const byte = <u32>load<u8>(p);
    if (byte == COMMA) {
      flaws |= commaCarry;
      pairs += lineCarry;
      count++;
      commaCarry = 1;
      lineCarry = 0;
      zeroCarry = 0;
    } else if (byte == NEWLINE) {
      flaws |= commaCarry | lineCarry;
      commaCarry = 0;
      lineCarry = 1;
      zeroCarry = 0;
    } else if (byte - 48 < 10) {
      flaws |= lineCarry | zeroCarry;
      zeroCarry = byte == ZERO ? commaCarry : 0;
      commaCarry = 0;
      lineCarry = 0;
    } else break;
  }
  surveyStop = p;
  surveyPairs = <u32>pairs;
  surveyFlaw = flaws != 0;
  return <u32>count;
}

/** The address just past the `n`th comma at or after `p`; n is at least 1. */
export function skipCommas(p: usize, n: u32): usize {
  while (true) {
    if (<u32>load<u8>(p) == COMMA) {
      if (--n == 0) return p + 1;
    }
    p++;
  }
}

/** How many commas there are; what else there is does not matter. */
export function countCommas(start: usize, end: usize): u32 {
  let count: u64 = 0;
  let p = start;
  for (; p + 64 <= end; p += 64) count += popcnt(commas64(p));
  for (; p < end; p++) count += <u64>(<u32>load<u8>(p) == COMMA);
  return <u32>count;
}

/** As skipCommas, but 0 where there are fewer commas before `end`. */
export function skipCommasWithin(p: usize, end: usize, n: u32): usize {
  for (; p < end; p++) {
    if (<u32>load<u8>(p) == COMMA && --n == 0) return p + 1;
  }
  return 0;
}

// ---------------------------------------------------------------- digits to numbers

/** Entry n keeps the values of the last n + 1 digits of eight. */
const keepLast8: usize = memory.data<u64>([
  0x0f00000000000000, 0x0f0f000000000000, 0x0f0f0f0000000000, 0x0f0f0f0f00000000,
  0x0f0f0f0f0f000000, 0x0f0f0f0f0f0f0000, 0x0f0f0f0f0f0f0f00, 0x0f0f0f0f0f0f0f0f,
]);

/** Entry n keeps the values of the last n + 1 digits of four. */
const keepLast4: usize = memory.data<u32>([0x0f000000, 0x0f0f0000, 0x0f0f0f00, 0x0f0f0f0f]);

/** The digits of a number of `more` + 1 places, 1 to 8, that ends at `end`; zero bytes in front. */
@inline
function digits8(end: usize, more: u32): u64 {
  return load<u64>(end - 8) & load<u64>(keepLast8 + (<usize>more << 3));
}

/**
 * Two numbers at once, in 32-bit lanes 0 and 1; `moreA` and `moreB` say how many digits they have beyond the first, 0 to 7. Neighbouring
 * digits are joined by multiplying and adding: pairs, then fours, then eights, after W. Mula's parsing of fixed-width numbers.
 */
@inline
export function twoShort(endA: usize, moreA: u32, endB: usize, moreB: u32): v128 {
  const digits = i64x2.replace_lane(i64x2.splat(<i64>digits8(endA, moreA)), 1, <i64>digits8(endB, moreB));
  const by2 = i16x8.add(i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10)), i16x8.shr_u(digits, 8));
  const by4 = i32x4.dot_i16x8_s(by2, i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(by4, by4), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
}

/** One number of `more` + 1 digits, 1 to 8, in a 64-bit register. */
@inline
export function oneShort(end: usize, more: u32): u32 {
  let t = digits8(end, more);
  t = t * 10 + (t >> 8);
  return <u32>(
    (((t & 0x000000ff000000ff) * 0x000f424000000064) + (((t >> 16) & 0x000000ff000000ff) * 0x0000271000000001)) >> 32
  );
}

/** One number of `more` + 1 digits, 1 to 4, in a 32-bit register. */
@inline
export function oneTiny(end: usize, more: u32): u32 {
  const digits = load<u32>(end - 4) & load<u32>(keepLast4 + (<usize>more << 2));
  return ((((digits * 2561) >> 8) & 0x00ff00ff) * 6553601) >> 16;
}

/** Row n keeps the last n of 16 bytes. */
const keepLast: usize = memory.data<u8>([
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,255,
  0,0,0,0,0,0,0,0,0,0,0,0,0,0,255,255, 0,0,0,0,0,0,0,0,0,0,0,0,0,255,255,255,
  0,0,0,0,0,0,0,0,0,0,0,0,255,255,255,255, 0,0,0,0,0,0,0,0,0,0,0,255,255,255,255,255,
  0,0,0,0,0,0,0,0,0,0,255,255,255,255,255,255, 0,0,0,0,0,0,0,0,0,255,255,255,255,255,255,255,
  0,0,0,0,0,0,0,0,255,255,255,255,255,255,255,255, 0,0,0,0,0,0,0,255,255,255,255,255,255,255,255,255,
  0,0,0,0,0,0,255,255,255,255,255,255,255,255,255,255, 0,0,0,0,0,255,255,255,255,255,255,255,255,255,255,255,
  0,0,0,0,255,255,255,255,255,255,255,255,255,255,255,255, 0,0,0,255,255,255,255,255,255,255,255,255,255,255,255,255,
  0,0,255,255,255,255,255,255,255,255,255,255,255,255,255,255, 0,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,
]);

/** Digits (bytes '0' to '9') of 1 to 15 places that end at `end`, right-aligned as values. */
@inline
function longDigits(end: usize, length: u32): v128 {
  return i8x16.sub_sat_u(v128.and(v128.load(end - 16), v128.load(keepLast + (<usize>length << 4))), i8x16.splat(48));
}

@inline
function byPairs(digits: v128): v128 {
  return i16x8.add(i16x8.mul(v128.and(digits, i16x8.splat(0xff)), i16x8.splat(10)), i16x8.shr_u(digits, 8));
}

/** Two numbers of 1 to 15 digits: lanes 0 and 2 hold what is above the eighth digit, 1 and 3 the last eight. No branch on the length. */
@inline
export function twoLong(endA: usize, lengthA: u32, endB: usize, lengthB: u32): v128 {
  const weights = i16x8(100, 1, 100, 1, 100, 1, 100, 1);
  const a = i32x4.dot_i16x8_s(byPairs(longDigits(endA, lengthA)), weights);
  const b = i32x4.dot_i16x8_s(byPairs(longDigits(endB, lengthB)), weights);
  return i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(a, b), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
}

/** One number of 1 to 15 digits. */
@inline
export function oneLong(end: usize, length: u32): u64 {
  const by4 = i32x4.dot_i16x8_s(byPairs(longDigits(end, length)), i16x8(100, 1, 100, 1, 100, 1, 100, 1));
  const by8 = i32x4.dot_i16x8_s(i16x8.narrow_i32x4_s(by4, by4), i16x8(10000, 1, 10000, 1, 10000, 1, 10000, 1));
  return <u64><u32>i32x4.extract_lane(by8, 0) * 100000000 + <u64><u32>i32x4.extract_lane(by8, 1);
}
