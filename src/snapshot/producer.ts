import type { Schema } from './schema.js';

/**
 * What wrote a snapshot, as far as the header and the layout tell: generations, not versions.
 * @param hasLines whether each node record stands on a line of its own
 */
export function describeProducer(schema: Schema, hasLines: boolean): string {
  const { nodeTypes, nodeTraceNodeIdOffset, nodeDetachednessOffset, extraNativeBytes } = schema;
  if (schema.format === 'JavaScriptCore') return "JavaScriptCore (Bun's or Safari's own format)";
  if (nodeTypes.some((type) => type.startsWith('jl_'))) return 'Julia';
  const isTraced = nodeTraceNodeIdOffset >= 0;
  if (nodeDetachednessOffset < 0) return isTraced ? 'V8 of Node 12 to 14' : 'unknown producer';
  if (nodeTypes.includes('wasm object')) return 'V8 of Node 20';
  if (!nodeTypes.includes('object shape'))
    return schema.declaredNodeCount === 0 ? 'Hermes' : isTraced ? 'V8 of Node 16 to 18' : 'unknown producer';
  if (extraNativeBytes !== null)
    return isTraced ? 'V8 as in Chrome, Node 24 or later, allocations traced' : 'V8 as in Chrome, Node 24 or later';
  return hasLines ? 'V8 of Node 22' : 'Bun, or Node 22 rewritten';
}
