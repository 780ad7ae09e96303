import type { Schema } from './schema.js';

/** The snapshot's string table: texts by index, decoded when asked for. */
export interface StringTable {
  readonly length: number;
  /** The text of string `index`; a RangeError where there is none. */
  get(index: number): string;
  /**
   * The indices of all strings whose text contains `text` (ASCII without quotes and backslashes), ascending. Optional: a
   * table that holds the file's bytes can search them without decoding a string, which spares the graph to read names.
   */
  readonly indicesContaining?: (text: string) => Uint32Array;
  /** What string `index` says where it is 1 to 15 digits, else -1. Optional: quicker than get(), which makes a string of them first. */
  readonly wholeNumber?: (index: number) => number;
}

/** WebAssembly memory with columns in it. What is derived from them can be put beside them, for kernels that work on both in place. */
export interface ColumnsMemory {
  readonly memory: WebAssembly.Memory;
  /** The address of so many bytes, all zero; null where the memory has no room for them. */
  reserve(bytes: number): number | null;
}

/** A whole snapshot as columns: what the heap graph is built from. n nodes, m edges, k locations. */
export interface SnapshotColumns {
  readonly schema: Schema;
  readonly nodeCount: number;
  readonly edgeCount: number;
  /** Uint8, length n: index into schema.nodeTypes. */
  readonly nodeType: Uint8Array;
  /** Uint32, length n: index into strings. */
  readonly nodeName: Uint32Array;
  /** Length n: V8's node ids. Uint32, or Float64 where one passes 2^32-1. */
  readonly nodeId: Uint32Array | Float64Array;
  /** Length n: self size in bytes. Uint32, or Float64 where one passes 2^32-1. */
  readonly nodeSelfSize: Uint32Array | Float64Array;
  /** Uint8, length n: 0 unknown, 1 attached, 2 detached; null where the file lacks the field. */
  readonly nodeDetachedness: Uint8Array | null;
  /** Uint32, length n + 1: node i's edges are firstEdge[i] .. firstEdge[i + 1] - 1. */
  readonly firstEdge: Uint32Array;
  /** Uint8, length m: index into schema.edgeTypes. */
  readonly edgeType: Uint8Array;
  /** Uint32, length m: a string index, or the number itself for edges of type element and hidden. */
  readonly edgeName: Uint32Array;
  /** Uint32, length m: the target's nodeIndex (0-based ordinal; DevTools uses ordinal x stride). */
  readonly edgeTarget: Uint32Array;
  /** Uint32, length 4k: nodeIndex, script id, line, column of each location, in file order. */
  readonly locations: Uint32Array;
  readonly strings: StringTable;
  /** Where this is given, all columns of nodes and edges lie in it. */
  readonly memory?: ColumnsMemory;
}

/** The columns of nodes and edges; the rest of a SnapshotColumns comes from elsewhere. */
export type NodeAndEdgeColumns = Omit<SnapshotColumns, 'schema' | 'locations' | 'strings'>;

/** A string that a record names. */
export interface NamedString {
  readonly index: number;
  /** The record, for messages. */
  readonly owner: string;
}
