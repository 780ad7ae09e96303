import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { SnapshotColumns } from '../../dist/snapshot/columns.js';
import { parseSchema } from '../../dist/snapshot/schema.js';

interface Snapshot {
  snapshot: unknown;
  nodes: number[];
  edges: number[];
  locations?: number[];
  strings: string[];
}

/** The columns of a snapshot file (gzipped or not) by JSON.parse: slow, and short enough to be seen to be right. */
export function columnsFromFile(path: string): SnapshotColumns {
  const bytes = readFileSync(path);
  return columnsFromJson(JSON.parse((path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()) as Snapshot);
}

function columnsFromJson({ snapshot, nodes, edges, locations = [], strings }: Snapshot): SnapshotColumns {
  const schema = parseSchema(snapshot);
  const nodeField = (offset: number): number[] => nodes.filter((_, i) => i % schema.nodeStride === offset);
  const edgeField = (offset: number): number[] => edges.filter((_, i) => i % schema.edgeStride === offset);
  const firstEdge = [0];
  for (const count of nodeField(schema.nodeEdgeCountOffset)) firstEdge.push(firstEdge.at(-1)! + count);
  const rows = Array.from(
    { length: schema.locationStride > 0 ? locations.length / schema.locationStride : 0 },
    (_, i) => locations.slice(i * schema.locationStride, (i + 1) * schema.locationStride),
  );
  return {
    schema,
    nodeCount: nodes.length / schema.nodeStride,
    edgeCount: edges.length / schema.edgeStride,
    nodeType: Uint8Array.from(nodeField(schema.nodeTypeOffset)),
    nodeName: Uint32Array.from(nodeField(schema.nodeNameOffset)),
    nodeId: wide(nodeField(schema.nodeIdOffset)),
    nodeSelfSize: wide(nodeField(schema.nodeSelfSizeOffset)),
    nodeDetachedness:
      schema.nodeDetachednessOffset < 0 ? null : Uint8Array.from(nodeField(schema.nodeDetachednessOffset)),
    firstEdge: Uint32Array.from(firstEdge),
    edgeType: Uint8Array.from(edgeField(schema.edgeTypeOffset)),
    edgeName: Uint32Array.from(edgeField(schema.edgeNameOffset)),
    edgeTarget: Uint32Array.from(edgeField(schema.edgeTargetOffset), (offset) => offset / schema.nodeStride),
    locations: Uint32Array.from(
      rows.flatMap((row) => [
        row[schema.locationNodeOffset]! / schema.nodeStride,
        row[schema.locationScriptIdOffset]!,
        row[schema.locationLineOffset]!,
        row[schema.locationColumnOffset]!,
      ]),
    ),
    strings: {
      length: strings.length,
      get(index) {
        const text = strings[index];
        if (text === undefined) throw new RangeError(`no string ${index}`);
        return text;
      },
    },
  };
}

function wide(values: number[]): Uint32Array | Float64Array {
  return values.some((value) => value > 0xffff_ffff) ? Float64Array.from(values) : Uint32Array.from(values);
}
