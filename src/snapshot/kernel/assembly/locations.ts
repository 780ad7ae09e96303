// Records of locations, four numbers each (node, script id, line, column), to four u32 each: the node as an ordinal.
import { COMMA, MOST_DIGITS, NEWLINE, commas32, oneLong, twoShort } from "./text";

/** The address just past the last decoded record. */
export let nextLocation: usize = 0;

/** One record with numbers of up to 15 digits; false where one is too large, or a newline is not where it should be. */
function storeWide(p: usize, to: usize, lines: bool): bool {
  let start = p;
  for (let field: usize = 0; field < 4; field++) {
    let end = start;
    while (<u32>load<u8>(end) != COMMA) end++;
    const numberEnd = lines && field == 3 ? end - 1 : end;
    if (lines && field == 3 && <u32>load<u8>(numberEnd) != NEWLINE) return false;
    const length = <u32>(numberEnd - start);
    if (length - 1 >= MOST_DIGITS) return false;
    const value = oneLong(numberEnd, length);
    if (value >> 32) return false;
    store<u32>(to + (field << 2), <u32>value);
    start = end + 1;
  }
  nextLocation = start;
  return true;
}

/**
 * Decodes `records` surveyed records from `p` on to `to`; `nodeNumbers`: numbers in the nodes section. False where something is not as
 * expected; what was stored means nothing then.
 */
export function decodeLocations(p: usize, to: usize, records: u32, nodeStride: u32, nodeNumbers: u32, lines: bool): bool {
  for (const end = to + (<usize>records << 4); to < end; to += 16) {
    let m = commas32(p);
    const e0 = <u32>ctz(m);
    m &= m - 1;
    const e1 = <u32>ctz(m);
    m &= m - 1;
    const e2 = <u32>ctz(m);
    m &= m - 1;
    const last = <u32>ctz(m);
    const e3 = lines ? last - 1 : last;
    // Digits beyond the first, of up to eight; and last is 32 where the record is longer than what was looked at.
    let odd = (e0 - 1) | (e1 - e0 - 2) | (e2 - e1 - 2) | (e3 - e2 - 2) | (last >> 2);
    if (lines) odd |= (<u32>load<u8>(p + <usize>e3) ^ NEWLINE) << 3;
    if (odd > 7) {
      if (!storeWide(p, to, lines)) return false;
      p = nextLocation;
    } else {
      const first = twoShort(p + e0, e0 - 1, p + e1, e1 - e0 - 2);
      const second = twoShort(p + e2, e2 - e1 - 2, p + e3, e3 - e2 - 2);
      v128.store(to, i64x2.shuffle(first, second, 0, 2));
      p += <usize>last + 1;
    }
    const offset = load<u32>(to);
    const ordinal = offset / nodeStride;
    if (offset >= nodeNumbers || ordinal * nodeStride != offset) return false;
    store<u32>(to, ordinal);
  }
  nextLocation = p;
  return true;
}
