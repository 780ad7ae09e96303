// A section, block by block: survey, decode, use.
import {
  AFTER_COMMA, AFTER_DIGIT, AFTER_NEWLINE, CLOSING_BRACKET, COMMA, NEWLINE, ZERO,
  countCommas, skipCommas, surveyCommas, surveyFlaw, surveyLines, surveyPairs, surveyStop,
} from "./text";
import { reserve } from "./memory";
import { decodeEdges, edgesFit, negateEdgeName, nextEdge, setEdges } from "./columns";
import { decodeLocations, nextLocation } from "./locations";
import { BLOCK, addNodes, decodeNodes, invalid, misfit, nextRecord, setPass } from "./nodes";

/** What take() came to. */
const USED_UP: u32 = 0;
const CLOSED: u32 = 1;
/** Not what was expected, from stoppedAt on; nothing of it has been used. The host finds out what it is. */
const UNEXPECTED: u32 = 2;
/** More records than there is room for, in columns that may not grow. */
const TOO_MANY: u32 = 3;

/** The start of the first record that was not taken; after CLOSED, the address just past the bracket. */
export let stoppedAt: usize = 0;
/** Whole records taken by the last call. */
export let taken: u32 = 0;

let half: u32 = 0;
let secondHalf: usize = 0;
let bracket: usize = 0;

@inline
function survey(start: usize, end: usize, lines: bool, atStart: bool): u32 {
  const before = atStart ? COMMA : <u32>load<u8>(start - 1);
  const afterZero = before == ZERO && <u32>load<u8>(start - 2) == COMMA;
  if (!lines) return surveyCommas(start, end, before != COMMA, afterZero);
  return surveyLines(start, end, before == COMMA ? AFTER_COMMA : before == NEWLINE ? AFTER_NEWLINE : AFTER_DIGIT, afterZero);
}

/**
 * Counts the whole records from `p` and sets half and secondHalf; a closing bracket becomes a comma, its place is in `bracket` (else 0).
 * Returns -1 where the text is not as expected.
 */
function surveyBlock(p: usize, end: usize, fields: u32, lines: bool): i32 {
  bracket = 0;
  secondHalf = 0;
  let middle = p + (((end - p) >> 1) & ~63);
  let commas: u32 = 0;
  let pairs: u32 = 0;
  let flaw = false;
  let before: u32 = 0;
  if (middle > p) {
    commas = survey(p, middle, lines, true);
    pairs = surveyPairs;
    flaw = surveyFlaw;
    before = commas;
  }
  if (middle == p || surveyStop == middle) {
    commas += survey(middle, end, lines, middle == p);
    pairs += surveyPairs;
    flaw = flaw || surveyFlaw;
  } else middle = p; // The end of the section is in the first half: no need of two places.
  if (flaw) return -1;
  const stop = surveyStop;
  if (stop < end) {
    if (<u32>load<u8>(stop) != CLOSING_BRACKET || stop == p) return -1;
    const last = <u32>load<u8>(stop - 1);
    if (last == COMMA || (lines && last != NEWLINE)) return -1;
    commas++;
    if (lines) pairs++;
    if (commas % fields != 0) return -1;
    bracket = stop;
  }
  const records = commas / fields;
  if (lines && pairs != records) return -1;
  half = records;
  if (middle > p) {
    const first = before / fields + 1; // The record under way at the middle, or about to start there, is of the first half.
    if (first < records) {
      half = first;
      secondHalf = skipCommas(middle, first * fields - before);
    }
  }
  return <i32>records;
}

/**
 * Takes the whole records from `start`, which is the beginning of a record, to `end`. `lines`: the layout with a newline behind each record.
 * Returns USED_UP, CLOSED or UNEXPECTED; see stoppedAt and taken.
 */
export function takeNodes(pass: u32, start: usize, end: usize, fields: u32, lines: bool): u32 {
  setPass(pass, fields, lines);
  taken = 0;
  let p = start;
  while (true) {
    stoppedAt = p;
    const limit = min(end, p + BLOCK);
    const records = surveyBlock(p, limit, fields, lines);
    if (records < 0) return UNEXPECTED;
    if (bracket) store<u8>(bracket, <u8>COMMA);
    if (records > 0) decodeNodes(p, secondHalf, half, records);
    if (bracket) store<u8>(bracket, <u8>CLOSING_BRACKET);
    if (records > 0) {
      if (misfit || invalid) return UNEXPECTED;
      addNodes(pass, records);
      if (invalid) return UNEXPECTED;
      taken += <u32>records;
      p = nextRecord;
      stoppedAt = p;
    }
    if (bracket) return CLOSED;
    if (limit == end || records == 0) return USED_UP;
  }
}

/** Takes exactly `records` records, which the host has looked at one by one. */
export function takeCheckedNodes(pass: u32, start: usize, records: u32, fields: u32, lines: bool): void {
  setPass(pass, fields, lines);
  decodeNodes(start, start, records, records);
  addNodes(pass, records);
}

const MINUS: u32 = 45;
/** Addresses u32 of the minus signs in a block. Each follows a comma. */
let minuses: usize = 0;
let minusCount: u32 = 0;

/** Where to note them, for a thread that reserves nothing: 32 KiB. */
export function noteMinusesAt(address: usize): void {
  minuses = address;
}

/** Writes a digit, or the sign again, where the minus signs are. */
function writeMinuses(byte: u32): void {
  for (let k: usize = 0; k < <usize>minusCount; k++) store<u8>(<usize>load<u32>(minuses + (k << 2)), <u8>byte);
}

/**
 * V8 prints the number of an element as a signed one: from 2^31 on it comes out negative. Puts a digit in place of the minus signs from
 * surveyStop to the section's end or `limit`, for the survey. False: there is none, or one that does not start a number.
 */
function hideMinuses(limit: usize): bool {
  minusCount = 0;
  if (surveyStop >= limit || <u32>load<u8>(surveyStop) != MINUS) return false;
  if (minuses == 0) minuses = reserve(BLOCK << 1);
  for (let at = surveyStop; at < limit; at++) {
    const byte = <u32>load<u8>(at);
    if (byte == CLOSING_BRACKET) break;
    if (byte != MINUS) continue;
    if (<u32>load<u8>(at - 1) != COMMA || (at + 1 < limit && <u32>load<u8>(at + 1) - ZERO - 1 > 8)) {
      writeMinuses(MINUS);
      return false;
    }
    store<u32>(minuses + (<usize>minusCount << 2), <u32>at);
    minusCount++;
    store<u8>(at, <u8>(ZERO + 1));
  }
  return true;
}

/** Negates what stood behind the minus signs, of `records` edges that start at `p`. False where it is no number of an element. */
function negateNames(p: usize, records: u32, first: u32): bool {
  let at = p;
  let commas: u32 = 0;
  for (let k: usize = 0; k < <usize>minusCount; k++) {
    const minus = <usize>load<u32>(minuses + (k << 2));
    commas += countCommas(at, minus);
    at = minus;
    if (commas / 3 >= records) break;
    if (commas % 3 != 1 || !negateEdgeName(first + commas / 3)) return false;
  }
  return true;
}

/** The same for edges, appended to the columns. `nodeStride`: numbers per node. */
export function takeEdges(columns: usize, start: usize, end: usize, nodeStride: u32, lines: bool): u32 {
  setEdges(columns, nodeStride, lines);
  taken = 0;
  let p = start;
  while (true) {
    stoppedAt = p;
    const limit = min(end, p + BLOCK);
    minusCount = 0;
    let records = surveyBlock(p, limit, 3, lines);
    if (records < 0) {
      if (!hideMinuses(limit)) return UNEXPECTED;
      records = surveyBlock(p, limit, 3, lines);
      writeMinuses(records < 0 ? MINUS : ZERO);
      if (records < 0) return UNEXPECTED;
    }
    if (records == 0) writeMinuses(MINUS);
    else {
      const stored = load<u32>(columns, 80);
      const fits = edgesFit(records);
      if (bracket) store<u8>(bracket, <u8>COMMA);
      const good = fits && decodeEdges(p, secondHalf, half, records, stored);
      if (bracket) store<u8>(bracket, <u8>CLOSING_BRACKET);
      writeMinuses(MINUS);
      if (!fits) return TOO_MANY;
      if (!good || !negateNames(p, records, stored)) return UNEXPECTED;
      store<u32>(columns, stored + records, 80);
      taken += <u32>records;
      p = nextEdge;
      stoppedAt = p;
    }
    if (bracket) {
      stoppedAt = bracket + 1;
      return CLOSED;
    }
    if (limit == end || records == 0) return USED_UP;
  }
}

/** The same for locations, to `to`, 16 bytes each. `nodeNumbers`: numbers in the nodes section, which has `nodeStride` per node. */
export function takeLocations(to: usize, start: usize, end: usize, nodeStride: u32, nodeNumbers: u32, lines: bool): u32 {
  taken = 0;
  let p = start;
  while (true) {
    stoppedAt = p;
    const limit = min(end, p + BLOCK);
    const records = surveyBlock(p, limit, 4, lines);
    if (records < 0) return UNEXPECTED;
    if (records > 0) {
      if (bracket) store<u8>(bracket, <u8>COMMA);
      const good = decodeLocations(p, to + (<usize>taken << 4), records, nodeStride, nodeNumbers, lines);
      if (bracket) store<u8>(bracket, <u8>CLOSING_BRACKET);
      if (!good) return UNEXPECTED;
      taken += <u32>records;
      p = nextLocation;
      stoppedAt = p;
    }
    if (bracket) {
      stoppedAt = bracket + 1;
      return CLOSED;
    }
    if (limit == end || records == 0) return USED_UP;
  }
}

export function takeCheckedEdges(columns: usize, start: usize, records: u32, nodeStride: u32, lines: bool): u32 {
  setEdges(columns, nodeStride, lines);
  if (!edgesFit(records)) return TOO_MANY;
  const stored = load<u32>(columns, 80);
  decodeEdges(start, start, records, records, stored);
  store<u32>(columns, stored + records, 80);
  return USED_UP;
}
