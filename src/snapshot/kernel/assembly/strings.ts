// The strings section: borders of strings, what stands between them, and the places of the wanted ones.
//
// Outside strings V8 writes commas, in its older layout a newline behind each. Blocks of 64 bytes that hold nothing else there are
// checked with bit masks; any other block goes byte by byte, where all of JSON's white space is allowed. The escapes and the inside
// of strings are found as in simdjson (G. Langdale, D. Lemire, "Parsing gigabytes of JSON per second").
import { reserve } from "./memory";
import { bits64 } from "./text";

/** What was last seen outside strings. */
const NOTHING: u32 = 0;
const STRING: u32 = 1;
const SEPARATOR: u32 = 2;

/** What takeStrings() came to. */
const USED_UP: u32 = 0;
const CLOSED: u32 = 1;
const UNEXPECTED: u32 = 2;
const CONTROL_CHARACTER: u32 = 3;
const PLACES_FULL: u32 = 4;

const NEVER: u32 = 0xffffffff;

/** Text for which the list of places is long enough: two places per string of at least three bytes. */
const BLOCK: usize = 1 << 16;
let places: usize = 0;

/** The address where takeStrings() stopped: all is used up, just past the bracket, or the byte that does not belong there. */
export let stringsStop: usize = 0;
/** How many places (u32 addresses) takeStrings() has listed: of the opening and the closing quote of wanted strings, in turn. */
export let stringPlaces: u32 = 0;

/**
 * A reader's state: 0 inside a string, 4 the next byte is escaped, 8 what was last seen, 12 strings opened, 16 the wanted string is open,
 * 20 address of the next wanted index, 24 the end of the wanted indices; or, where 28 is not 0, 20 the next wanted index itself and 28 how
 * far from one to the next.
 */
export function newStrings(wanted: usize, count: u32): usize {
  if (places == 0) places = reserve(((BLOCK / 3) * 2 + 64) << 2);
  const state = reserve(64);
  store<u32>(state, <u32>wanted, 20);
  store<u32>(state, <u32>wanted + (count << 2), 24);
  return state;
}

/** The same for every n-th string, from the first on. */
export function newSampledStrings(every: u32): usize {
  const state = newStrings(0, 0);
  store<u32>(state, every, 28);
  return state;
}

export function stringPlacesAt(): usize {
  return places;
}

export function stringsOpened(state: usize): u32 {
  return load<u32>(state, 12);
}

@inline
function upTo(mask: u64): u64 {
  mask ^= mask << 1;
  mask ^= mask << 2;
  mask ^= mask << 4;
  mask ^= mask << 8;
  mask ^= mask << 16;
  return mask ^ (mask << 32);
}

/**
 * Reads on from `start`; stops at the end, behind the closing bracket, at a byte that does not belong there, or when the list of
 * places may be full (then call again from stringsStop).
 */
export function takeStrings(state: usize, start: usize, end: usize): u32 {
  let inside = load<u32>(state);
  let escaped = load<u32>(state, 4);
  let seen = load<u32>(state, 8);
  let opened = load<u32>(state, 12);
  let open = load<u32>(state, 16);
  let nextWanted = <usize>load<u32>(state, 20);
  const wantedEnd = <usize>load<u32>(state, 24);
  const every = load<u32>(state, 28);
  let wanted = every ? <u32>nextWanted : nextWanted < wantedEnd ? load<u32>(nextWanted) : NEVER;

  const limit = min(end, start + BLOCK);
  const quote = i8x16.splat(34);
  const backslash = i8x16.splat(92);
  const comma = i8x16.splat(44);
  const space = i8x16.splat(32);
  const newline = i8x16.splat(10);
  let place = places;
  let p = start;
  let result = limit == end ? USED_UP : PLACES_FULL;

  let going = true;
  while (going && p < limit) {
    if (p + 64 <= limit) {
      const a = v128.load(p);
      const b = v128.load(p, 16);
      const c = v128.load(p, 32);
      const d = v128.load(p, 48);
      let quotes = bits64(i8x16.eq(a, quote), i8x16.eq(b, quote), i8x16.eq(c, quote), i8x16.eq(d, quote));
      let slashes: u64 = 0;
      const sa = i8x16.eq(a, backslash);
      const sb = i8x16.eq(b, backslash);
      const sc = i8x16.eq(c, backslash);
      const sd = i8x16.eq(d, backslash);
      if (v128.any_true(v128.or(v128.or(sa, sb), v128.or(sc, sd)))) slashes = bits64(sa, sb, sc, sd);
      let escapedNext = escaped;
      if (slashes | escaped) {
        // Which bytes follow an odd run of backslashes.
        const even: u64 = 0x5555555555555555;
        slashes &= ~<u64>escaped;
        const follows = (slashes << 1) | <u64>escaped;
        const oddStarts = slashes & ~even & ~follows;
        const sum = oddStarts + slashes;
        escapedNext = <u32>(sum < slashes);
        quotes &= ~((even ^ (sum << 1)) & follows);
      }
      const within = upTo(quotes) ^ (inside ? <u64>-1 : 0); // opening quotes are within, closing ones are not
      const opening = quotes & within;
      const closing = quotes & ~within;
      const outside = ~within & ~closing;
      const commas = bits64(i8x16.eq(a, comma), i8x16.eq(b, comma), i8x16.eq(c, comma), i8x16.eq(d, comma)) & outside;
      const afterString = (closing << 1) | <u64>(seen == STRING && inside == 0);
      const expectsString = <u64>(seen != STRING && inside == 0);
      // Quote, comma, quote, and no control character: what V8 writes now.
      let strange = (outside ^ afterString) | (outside ^ commas) | (opening ^ ((outside << 1) | expectsString));
      if (strange || v128.any_true(i8x16.lt_u(i8x16.min_u(i8x16.min_u(a, b), i8x16.min_u(c, d)), space))) {
        const ca = i8x16.lt_u(a, space);
        const cb = i8x16.lt_u(b, space);
        const cc = i8x16.lt_u(c, space);
        const cd = i8x16.lt_u(d, space);
        const controls = bits64(ca, cb, cc, cd) & within;
        const lines =
          bits64(i8x16.eq(a, newline), i8x16.eq(b, newline), i8x16.eq(c, newline), i8x16.eq(d, newline)) & outside;
        const separators = commas | lines;
        strange =
          (outside & ~separators) |
          controls |
          (commas & ~afterString) |
          (lines & ~((commas << 1) | <u64>(seen == SEPARATOR && inside == 0))) |
          (opening & ~((separators << 1) | expectsString));
      }
      if (strange == 0) {
        const count = <u32>popcnt(opening);
        if (open && closing) {
          store<u32>(place, <u32>p + <u32>ctz(closing));
          place += 4;
          open = 0;
        }
        if (wanted - opened < count) {
          let rest = opening;
          let before = opened;
          do {
            for (; before < wanted; before++) rest &= rest - 1;
            const at = ctz(rest);
            store<u32>(place, <u32>p + <u32>at);
            const close = closing & ~((<u64>2 << at) - 1);
            if (close) {
              store<u32>(place, <u32>p + <u32>ctz(close), 4);
              place += 8;
            } else {
              place += 4;
              open = 1;
            }
            if (every) wanted += every;
            else {
              nextWanted += 4;
              wanted = nextWanted < wantedEnd ? load<u32>(nextWanted) : NEVER;
            }
          } while (wanted - opened < count);
        }
        opened += count;
        inside = <u32>(within >> 63);
        escaped = escapedNext;
        if (inside == 0) seen = closing >> 63 ? STRING : SEPARATOR;
        else seen = STRING;
        p += 64;
        continue;
      }
    }
    // Byte by byte, at most to the end of the block.
    const stop = min(limit, p + 64);
    for (; p < stop; p++) {
      const byte = <u32>load<u8>(p);
      if (inside) {
        if (byte < 32) {
          result = CONTROL_CHARACTER;
          going = false;
          break;
        }
        if (escaped) escaped = 0;
        else if (byte == 92) escaped = 1;
        else if (byte == 34) {
          inside = 0;
          if (open) {
            store<u32>(place, <u32>p);
            place += 4;
            open = 0;
          }
        }
      } else if (byte == 34 && seen != STRING) {
        inside = 1;
        seen = STRING;
        if (opened == wanted) {
          store<u32>(place, <u32>p);
          place += 4;
          open = 1;
          if (every) wanted += every;
          else {
            nextWanted += 4;
            wanted = nextWanted < wantedEnd ? load<u32>(nextWanted) : NEVER;
          }
        }
        opened++;
      } else if (byte == 44 && seen == STRING) seen = SEPARATOR;
      else if (byte == 93 && seen != SEPARATOR) {
        p++;
        result = CLOSED;
        going = false;
        break;
      } else if (byte != 32 && byte != 10 && byte != 13 && byte != 9) {
        result = UNEXPECTED;
        going = false;
        break;
      }
    }
  }

  store<u32>(state, inside);
  store<u32>(state, escaped, 4);
  store<u32>(state, seen, 8);
  store<u32>(state, opened, 12);
  store<u32>(state, open, 16);
  store<u32>(state, every ? wanted : <u32>nextWanted, 20);
  stringsStop = p;
  stringPlaces = <u32>((place - places) >> 2);
  return result;
}
