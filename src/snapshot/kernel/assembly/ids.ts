// Sets of node ids, one bit each, in pages that are made when they are first needed. V8 gives odd ids to nearly all objects, so
// the parity of an id goes into the page's number: a page holds 32,768 ids of one parity and takes 4 KiB.
// A set: 0 u32 directory (pages of ids below 2^32), 4 u32 table of the pages above, 8 u64 pages made.
import { outOfMemory, reserve } from "./memory";
import { findRow, firstSlot, newTable } from "./table";

const PAGE_BYTES: usize = 4096;
const DIRECTORY_ENTRIES: usize = 1 << 17;
/** Of a set: 512 MiB, room for all ids below 2^32. See util/id-set.ts. */
const MOST_PAGES: u64 = 1 << 17;

export function newIdSet(): usize {
  const set = reserve(64);
  store<u32>(set, <u32>reserve(DIRECTORY_ENTRIES << 2));
  store<u32>(set, <u32>newTable(5, 6), 4);
  return set;
}

@inline
function directoryEntry(set: usize, id: u64): usize {
  const page = (<u32>id >> 16) | ((<u32>id & 1) << 16);
  return <usize>load<u32>(set) + (<usize>page << 2);
}

/** A row of the table of far pages: key, then the page's address. Ids are below 2^53. */
@inline
function farKey(id: u64): u64 {
  return ((id >> 16) << 1) | (id & 1);
}

function farPage(set: usize, id: u64): usize {
  const table = <usize>load<u32>(set, 4);
  const rows = <usize>load<u32>(table);
  const capacityShift = load<u32>(table, 4);
  const mask = ((<u32>1) << capacityShift) - 1;
  const key = farKey(id);
  let slot = firstSlot(key, capacityShift);
  while (true) {
    const row = rows + (<usize>slot << 5);
    const found = load<u64>(row);
    if (found == key) return <usize>load<u32>(row, 8);
    if (found == 0) return 0;
    slot = (slot + 1) & mask;
  }
}

function makePage(set: usize, id: u64): usize {
  if (load<u64>(set, 8) >= MOST_PAGES) outOfMemory();
  const page = reserve(PAGE_BYTES);
  if (id >> 32) store<u32>(findRow(<usize>load<u32>(set, 4), farKey(id)), <u32>page, 8);
  else store<u32>(directoryEntry(set, id), <u32>page);
  store<u64>(set, load<u64>(set, 8) + 1, 8);
  return page;
}

/** The page that would hold `id`, or 0. */
@inline
function pageOf(set: usize, id: u64): usize {
  return id >> 32 ? farPage(set, id) : <usize>load<u32>(directoryEntry(set, id));
}

@inline
function wordOffset(id: u64): usize {
  return <usize>((<u32>id & 0xffff) >> 6) << 2;
}

@inline
export function addId(set: usize, id: u64): void {
  let page = pageOf(set, id);
  if (page == 0) page = makePage(set, id);
  const word = page + wordOffset(id);
  store<u32>(word, load<u32>(word) | (1 << ((<u32>id >> 1) & 31)));
}

@inline
export function hasId(set: usize, id: u64): u32 {
  const page = pageOf(set, id);
  return page == 0 ? 0 : (load<u32>(page + wordOffset(id)) >> ((<u32>id >> 1) & 31)) & 1;
}

function countPage(page: usize): u64 {
  let count: u64 = 0;
  for (let at: usize = 0; at < PAGE_BYTES; at += 8) count += popcnt(load<u64>(page + at));
  return count;
}

/** How many ids the set holds. */
export function countIds(set: usize): f64 {
  let count: u64 = 0;
  const directory = <usize>load<u32>(set);
  for (let entry = directory; entry < directory + (DIRECTORY_ENTRIES << 2); entry += 4) {
    const page = <usize>load<u32>(entry);
    if (page) count += countPage(page);
  }
  const table = <usize>load<u32>(set, 4);
  const rows = <usize>load<u32>(table);
  const end = rows + ((<usize>32) << <usize>load<u32>(table, 4));
  for (let row = rows; row < end; row += 32) if (load<u64>(row)) count += countPage(<usize>load<u32>(row, 8));
  return <f64>count;
}
