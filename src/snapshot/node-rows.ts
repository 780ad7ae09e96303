import { invalidSnapshot } from '../errors.js';
import { PairIndex } from '../util/pair-index.js';
import type { Schema } from './schema.js';

/** Stands for a name in what is lost of a cut file. */
export const LOST_NAME = '(name lost)';

const MAX_UINT32 = 0xffffffff;

/**
 * Numbers the distinct (type, name) pairs of nodes: all nodes of a type are one row, unless the type is told apart by
 * name. Also checks the fields that the pair is made of, and learns the names' texts when the strings come.
 */
export class NodeRows {
  readonly #isNamedType: (type: string) => boolean;
  readonly #index = new PairIndex();
  readonly #texts = new Map<number, string>();
  #schema: Schema | null = null;
  /** Nodes whose self size is negative or no whole number. */
  #oddSizes = 0;
  /** By type code: 1 told apart by name, 0 not. */
  #named = new Uint8Array(0);
  /** Largest name index of all nodes, and the first record that has it (null: not known): to be checked when the strings are counted. */
  #largestName = -1;
  #largestNameRecord: number | null = null;

  constructor(isNamedType: (type: string) => boolean) {
    this.#isNamedType = isNamedType;
  }

  get size(): number {
    return this.#index.size;
  }

  get schema(): Schema {
    if (!this.#schema) throw new Error('no schema yet');
    return this.#schema;
  }

  get warnings(): string[] {
    return this.#oddSizes > 0
      ? [`${this.#oddSizes} nodes have a self size that is negative or no whole number; it is added up as it stands`]
      : [];
  }

  begin(schema: Schema): void {
    this.#schema = schema;
    this.#named = Uint8Array.from(schema.nodeTypes, (type) => (this.#isNamedType(type) ? 1 : 0));
  }

  /** Whether the nodes of a type code are told apart by name. */
  isNamed(type: number): boolean {
    return this.#named[type] === 1;
  }

  /**
   * The row of node record number `record`; null where the nodes have been added up already.
   * @throws HeapstatError when its type is none that the header names, or its name no string index
   */
  row(type: number, name: number, selfSize: number, record: number | null): number {
    if (selfSize < 0 || selfSize !== Math.trunc(selfSize)) this.#oddSizes++;
    const named = this.#named[type];
    if (named === undefined)
      throw invalidSnapshot(`${recordText(record)} has type ${type}, but the header names ${this.#named.length} types`);
    if (name > this.#largestName) this.#noteName(name, record);
    else if (name !== Math.trunc(name) || name < 0) throw badName(name, record);
    return this.#index.row(type, named === 1 ? name : 0);
  }

  /** Takes note of a name whose record does not come through row(): the highest one of a kernel's nodes. */
  noteHighestName(name: number): void {
    if (name > this.#largestName) this.#noteName(name, null);
  }

  /** The codes of the types whose nodes are told apart by name. */
  namedTypes(): Set<number> {
    return new Set(this.schema.nodeTypes.flatMap((_, type) => (this.isNamed(type) ? [type] : [])));
  }

  #noteName(name: number, record: number | null): void {
    if (name > MAX_UINT32 || name !== Math.trunc(name)) throw badName(name, record);
    this.#largestName = name;
    this.#largestNameRecord = record;
  }

  /** The string indices that the rows need, ascending. */
  wantedStrings(): Uint32Array {
    const wanted = new Set<number>();
    for (let row = 0; row < this.#index.size; row++) {
      if (this.isNamed(this.#index.a(row))) wanted.add(this.#index.b(row));
    }
    return Uint32Array.from(wanted).toSorted();
  }

  string(index: number, text: string): void {
    this.#texts.set(index, text);
  }

  /** @throws HeapstatError when a node's name is no index into `count` strings */
  stringCount(count: number): void {
    if (this.#largestName >= count)
      throw invalidSnapshot(
        `${recordText(this.#largestNameRecord)} names string ${this.#largestName}, but the file has ${count} strings`,
      );
  }

  type(row: number): string {
    return this.schema.nodeTypes[this.#index.a(row)]!;
  }

  /** The name of the row's nodes; LOST_NAME where the file was cut before it; '' where their type is not told apart by name. */
  name(row: number): string {
    return this.isNamed(this.#index.a(row)) ? (this.#texts.get(this.#index.b(row)) ?? LOST_NAME) : '';
  }
}

function recordText(record: number | null): string {
  return record === null ? 'a node record' : `node record ${record}`;
}

function badName(name: number, record: number | null): Error {
  return invalidSnapshot(`${recordText(record)} has the name ${name}, which is no string index`);
}

/** @throws HeapstatError unless a node's edge count is a count */
export function checkEdgeCount(edgeCount: number, record: number): void {
  if (edgeCount < 0 || edgeCount !== Math.trunc(edgeCount))
    throw invalidSnapshot(`node record ${record} has ${edgeCount} edges, which is no count`);
}
