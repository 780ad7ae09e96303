import { buildHeapGraph } from '../graph/build.js';
import type { HeapGraph } from '../graph/heap-graph.js';
import { type LoadOptions, loadColumns } from '../snapshot/load-columns.js';
import { compileModule } from '../snapshot/kernel/load.js';
import { describeProducer } from '../snapshot/producer.js';
import { type SnapshotInput, toSource } from '../snapshot/source.js';
import { completenessOf } from './completeness.js';
import type { SnapshotInfo } from './summary.js';

/** A heap graph, and the snapshot that it was built from. */
export interface LoadedHeap extends HeapGraph {
  readonly snapshot: SnapshotInfo;
  /** What the user should know of the file. One line each. */
  readonly warnings: readonly string[];
}

/**
 * The heap graph of a snapshot.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function loadHeap(input: SnapshotInput, options: LoadOptions = {}): Promise<LoadedHeap> {
  const source = toSource(input);
  const { columns, report } = await loadColumns(source, options);
  const snapshot = {
    file: source.name,
    bytes: report.bytes,
    nodes: columns.nodeCount,
    edges: columns.edgeCount,
    producer: describeProducer(report.schema, report.hasLines),
    ...completenessOf(report),
  };
  const module = columns.memory ? compileModule('graph/kernel/graph.wasm') : null;
  const graph = buildHeapGraph(columns, module && { module, threads: options.threads }, options.onPhase);
  return Object.assign(graph, { snapshot, warnings: report.warnings });
}
