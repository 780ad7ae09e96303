import type { SnapshotColumns } from '../snapshot/columns.js';

/**
 * V8 writes a WeakMap's value twice, as an internal edge from the key and as one from the table. Their names differ in
 * the leading number only. The rest (with both ids) tells which two edges belong together, and which table they are of.
 */
const PAIR_NAME = /^\d+( \/ part of key \(.*? @\d+\) -> value \(.*? @\d+\) pair in WeakMap \(table @(\d+)\))$/;
/** V8 keeps names below 1,024 characters. The pattern takes time by the square of a name's length, which a file may have made up. */
const LONGEST_NAME = 4096;
/** What every such name contains. */
const PAIR_MARK = ' pair in WeakMap (table @';

/** The edges of WeakMap pairs. Each array has one element per edge, in ascending order of edges. */
export interface WeakMapPairs {
  /** Uint32: the edge. */
  readonly edge: Uint32Array;
  /** Uint32: nodeIndex where the edge starts. */
  readonly from: Uint32Array;
  /** Uint32: number of the pair it is half of, from 0. */
  readonly pair: Uint32Array;
  /** Uint8: 1 where the edge starts at the table. */
  readonly isFromTable: Uint8Array;
  readonly pairCount: number;
}

/** The edges of one type, ascending, whose names are among these, which ascend; null where it cannot. */
export type FindEdges = (type: number, names: Uint32Array) => ArrayLike<number> | null;

/** @param findEdges goes through all edges, in place of plain script. */
export function findWeakMapPairs(
  columns: SnapshotColumns,
  internalType: number,
  findEdges: FindEdges | null = null,
): WeakMapPairs {
  const names = new PairNames(columns.strings);
  const found = findPairEdges(columns, internalType, names, findEdges);
  const { firstEdge, nodeId, edgeName } = columns;
  const from = new Uint32Array(found.length);
  const pair = new Uint32Array(found.length);
  const isFromTable = new Uint8Array(found.length);
  let node = 0;
  for (let i = 0; i < found.length; i++) {
    const edge = found[i]!;
    node = nodeOfEdge(firstEdge, edge, node);
    const { number, tableId } = names.get(edgeName[edge]!);
    from[i] = node;
    pair[i] = number;
    isFromTable[i] = nodeId[node] === tableId ? 1 : 0;
  }
  return { edge: Uint32Array.from(found), from, pair, isFromTable, pairCount: names.pairCount };
}

/** The node that an edge starts at, which is not before `low`. Those of the few such edges lie far apart: hence no walk. */
function nodeOfEdge(firstEdge: Uint32Array, edge: number, low: number): number {
  let high = firstEdge.length - 2;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (firstEdge[middle + 1]! <= edge) low = middle + 1;
    else high = middle;
  }
  return low;
}

function findPairEdges(
  columns: SnapshotColumns,
  type: number,
  names: PairNames,
  findEdges: FindEdges | null,
): ArrayLike<number> {
  if (names.firstCandidate > names.lastCandidate) return [];
  const pairNames = findEdges && names.candidates?.filter((name) => names.isPair(name));
  if (pairNames?.length === 0) return [];
  return (pairNames && findEdges?.(type, pairNames)) ?? edgesNamed(columns, type, names);
}

/** The place of `edge` in the arrays of `pairs`, or -1. */
export function placeOfPairEdge(pairs: WeakMapPairs, edge: number): number {
  const edges = pairs.edge;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < edge) low = middle + 1;
    else high = middle;
  }
  return edges[low] === edge ? low : -1;
}

function edgesNamed({ edgeCount, edgeType, edgeName }: SnapshotColumns, type: number, names: PairNames): number[] {
  const { kind, firstCandidate, lastCandidate } = names;
  const found: number[] = [];
  for (let edge = 0; edge < edgeCount; edge++) {
    // The range turns most names away without a look at the type or at what is known of the name.
    const name = edgeName[edge]!;
    if (name < firstCandidate || name > lastCandidate || edgeType[edge] !== type) continue;
    if (kind[name] !== ORDINARY && names.isPair(name)) found.push(edge);
  }
  return found;
}

const UNREAD = 0;
const ORDINARY = 1;
const PAIR = 2;

/** Tells the names of WeakMap edges from others. */
class PairNames {
  /** The strings that can be such names, where the table can tell without decoding them. */
  readonly candidates: Uint32Array | undefined;
  /** The strings that can be such names lie between these two, both included; none where the first is larger. */
  readonly firstCandidate: number;
  readonly lastCandidate: number;
  /** Uint8, by string: UNREAD, ORDINARY or PAIR. */
  readonly kind: Uint8Array;
  readonly #strings: SnapshotColumns['strings'];
  readonly #numbers = new Map<string, number>();
  readonly #pairs = new Map<number, { number: number; tableId: number }>();

  constructor(strings: SnapshotColumns['strings']) {
    this.#strings = strings;
    this.kind = new Uint8Array(strings.length);
    const candidates = strings.indicesContaining?.(PAIR_MARK);
    this.firstCandidate = candidates === undefined ? 0 : (candidates[0] ?? strings.length);
    this.lastCandidate = candidates === undefined ? strings.length - 1 : (candidates.at(-1) ?? -1);
    this.candidates = candidates;
    if (candidates === undefined) return;
    this.kind.fill(ORDINARY);
    for (const name of candidates) this.kind[name] = UNREAD;
  }

  get pairCount(): number {
    return this.#numbers.size;
  }

  isPair(name: number): boolean {
    if (this.kind[name] === UNREAD) this.#read(name);
    return this.kind[name] === PAIR;
  }

  /** The number of the pair and V8's id of its table; only for names of which isPair says true. */
  get(name: number): { number: number; tableId: number } {
    return this.#pairs.get(name)!;
  }

  #read(name: number): void {
    const written = this.#strings.get(name);
    const match = written.length > LONGEST_NAME ? null : PAIR_NAME.exec(written);
    this.kind[name] = match === null ? ORDINARY : PAIR;
    if (match === null) return;
    const text = match[1]!;
    const number = this.#numbers.get(text) ?? this.#numbers.size;
    this.#numbers.set(text, number);
    this.#pairs.set(name, { number, tableId: Number(match[2]) });
  }
}
