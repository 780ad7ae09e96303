import type { Schema } from './schema.js';

/**
 * What the heap graph takes with its retained sizes, measured as the peak of whole processes on snapshots of 5 to 324 MB (Node 20 and
 * 26 heaps, x64): 90 MB, 34 bytes a node and 18 an edge are within 10 % of them. Retainers (why, inspect) take up to a third more.
 */
const BASE = 90e6;
const PER_NODE = 34;
const PER_EDGE = 18;

/** Peak of a plain summary, measured on 324 MB and 3.5 GB. */
export const SUMMARY_MEMORY = 60e6;

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
