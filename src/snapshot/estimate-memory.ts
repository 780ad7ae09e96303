import type { Schema } from './schema.js';

/**
 * What the heap graph takes with its retained sizes, measured as the peak of whole processes on snapshots of 5 to 324 MB (Node 20 and
 * 26 heaps, x64): 90 MB, 34 bytes a node and 18 an edge are within 10 % of them. Retainers (why, inspect) take up to a third more.
 */
const BASE = 90e6;
const PER_NODE = 34;
const PER_EDGE = 18;

/** No peak of a plain summary or diff was higher: with two threads 64 to 82 MB on 0.7 to 14.3 GB (Node 20 to 26), a diff of 5.4 and 14.3 GB 98 MB. */
export const SUMMARY_MEMORY = 100e6;

/**
 * Bytes of memory that the heap graph of a file needs at least; about 90 MB where its header declares no counts.
 * @param bytes of the unpacked file; null: not known. A header may lie: no more is believed than the file has room for.
 */
export function estimateGraphMemory(schema: Schema, bytes: number | null): number {
  const room = (declared: number, stride: number): number =>
    bytes === null ? declared : Math.min(declared, Math.floor(bytes / (2 * stride)));
  const nodes = room(schema.declaredNodeCount, schema.nodeStride);
  return BASE + nodes * PER_NODE + room(schema.declaredEdgeCount, schema.edgeStride) * PER_EDGE;
}
