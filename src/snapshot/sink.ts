import type { Kernel } from './kernel/load.js';
import type { Schema } from './schema.js';
import type { PlainFile } from './source-file.js';

/**
 * What receives a snapshot while it is read. Both readers (scanner.ts, generic.ts) speak to it in the same order:
 * schema, nodes, edges, locations, strings. A section that is not wanted is passed over.
 */
export interface SnapshotSink {
  /** True: only nodes are wanted. Reading may stop behind them, and then nothing of what follows is called or checked. */
  readonly isNodesOnly?: boolean;
  /** True: what is passed over has to be sound JSON, too. Else only its end is looked for. */
  readonly checksAll?: boolean;
  /** Called once, before anything else. */
  schema(schema: Schema): void;
  /** Whole node records, nodeStride numbers each, in file order. `values` is reused: valid during the call only. */
  nodes(values: Float64Array, records: number): void;
  /**
   * A faster reader for a nodes section in V8's layout. Where it gives up (see LayoutMismatch), the records it has
   * not taken come through nodes(), so a sink must be able to add up both.
   */
  readonly nodeSection?: (kernel: Kernel | null) => SectionReader | null;
  /**
   * For a second thread that reads the nodes of a plain file from their end: called at byte `place`, inside the section. Null
   * where it cannot, or where fewer than `least` bytes are to be read. Absent: one thread reads them.
   */
  readonly shareNodes?: (file: PlainFile, place: number, least: number) => Promise<SharedNodes | null>;
  /** As nodeSection, for the edges section. */
  readonly edgeSection?: (kernel: Kernel | null) => SectionReader | null;
  /** Whole edge records, edgeStride numbers each. Absent: edges are passed over unread. */
  readonly edges?: (values: Float64Array, records: number) => void;
  /** The same for the locations section. */
  readonly locationSection?: (kernel: Kernel | null) => SectionReader | null;
  /** Whole location records, locationStride numbers each. Absent: passed over unread. */
  readonly locations?: (values: Float64Array, records: number) => void;
  /** A reader of its own for the strings section in V8's layout. Absent: wantedStrings() and string() it is. */
  readonly stringSection?: (kernel: Kernel | null) => SectionReader;
  /**
   * Called where the file ends before its end and what there is of it is wanted: what has been given is all there is, and
   * wantedStrings() may follow it. Absent: the sink has no use for a part.
   * @param finished the sections that came whole
   */
  readonly cut?: (finished: ReadonlySet<string>) => void;
  /** Called once when nodes and edges are complete: the string indices wanted, ascending, without repeats. */
  wantedStrings(): Uint32Array | 'all';
  /** The text of one wanted string; ascending by index. */
  string(index: number, text: string): void;
  /** Called once at the end: how many strings the file holds. */
  stringCount(count: number): void;
}

/** A nodes section that two threads read, this one from its start, the other from its end. */
export interface SharedNodes {
  /** Whether this thread is to read on at byte `place`, to which it has come; false: what is left is the other's. */
  mayRead(place: number): boolean;
  /**
   * Takes over what the other thread has read from byte `place` on. Where that is of no use, this thread has to read on alone, and
   * finds what is wrong.
   */
  finish(place: number): Promise<SharedNodesEnd>;
  /** To be called in any case, before the file is closed. */
  close(): Promise<void>;
}

export interface SharedNodesEnd {
  /** Whether all nodes are read. */
  readonly isComplete: boolean;
  /** Then just past the section's bracket; else where to read on. */
  readonly place: number;
}

/** Told when a section of the file has been read or passed over. bytes: its size; null: not known. */
export type OnSectionEnd = (section: string, bytes: number | null) => void;

/** Takes one section of the file, chunk by chunk. The bytes it is first given follow the section's opening bracket. */
export interface SectionReader {
  /**
   * Reads chunk[start...]. `offset` is the place of chunk[0] in the (unpacked) file, for messages.
   * Returns the index just past the section's closing bracket, or -1 when the chunk is used up and the section goes on.
   * @throws LayoutMismatch where the bytes are not in V8's own layout.
   */
  push(chunk: Uint8Array, start: number, offset: number): number;
  /** Whole records taken so far. */
  readonly records: number;
  /** Whether a newline stood behind a record. */
  readonly hasLines?: boolean;
  /** The file ends inside the section: hands on what has come of it, whole records only. */
  readonly cut?: () => void;
}

/**
 * Thrown by a section reader that meets what V8 does not write (white space, a minus sign, a number over 2^53...).
 * Everything before `rest` has been taken; `rest` starts at the beginning of a record and ends with the chunk.
 */
export class LayoutMismatch extends Error {
  override readonly name = 'LayoutMismatch';
  /** Byte offset in the file of what was not understood. */
  readonly offset: number;
  /** The bytes to go on with, by the other reader: from the start of the record under way to the end of the chunk. */
  readonly rest: Uint8Array;

  constructor(what: string, offset: number, rest: Uint8Array) {
    super(what);
    this.offset = offset;
    this.rest = rest;
  }
}
