import { HeapstatError, invalidSnapshot } from '../errors.js';
import type { GenericReader } from './generic.js';
import type { Schema } from './schema.js';
import { SnapshotScanner } from './scanner.js';
import type { SnapshotSink } from './sink.js';
import type { OnProgress, SnapshotSource } from './source.js';

/** What reading a snapshot told besides its contents. */
export interface ReadReport {
  readonly schema: Schema;
  /** Size of the snapshot's JSON, unpacked. */
  readonly bytes: number;
  readonly nodeRecords: number;
  /** Whether each node record stands on a line of its own; unknown, thus false, where the general reader read them. */
  readonly hasLines: boolean;
  /** Things the user should know of: a slow layout, rounded numbers. One line each. */
  readonly warnings: readonly string[];
}

export interface ReadOptions {
  readonly onProgress?: OnProgress | undefined;
  /** Told at once, where `warnings` come at the end: what makes the user wait. */
  readonly onWarning?: ((warning: string) => void) | undefined;
  /** Use only the general reader (stream-json). For tests. */
  readonly generalReaderOnly?: boolean;
}

/**
 * Reads a whole snapshot into `sink`: by the scanner of V8's layout, and from the first byte that this does not
 * understand by the general reader.
 * @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT
 */
export async function readSnapshot(
  source: SnapshotSource,
  sink: SnapshotSink,
  options: ReadOptions = {},
): Promise<ReadReport> {
  const warnings: string[] = [];
  let bytes = 0;
  try {
    const scanner = new SnapshotScanner(sink);
    let generic: GenericReader | null = null;
    for await (const chunk of source.chunks(options.onProgress)) {
      if (generic) generic.push(chunk);
      else {
        const handOver = options.generalReaderOnly ? { ...FROM_START, rest: chunk } : scanner.push(chunk);
        if (handOver) {
          if (!options.generalReaderOnly)
            options.onWarning?.(
              `${source.name} is not in V8's own layout (${handOver.reason}); reading on by the general reader, at about 10 MB/s`,
            );
          // Loaded only when needed: it takes a fifth of a short run's time.
          generic = new (await import('./generic.js')).GenericReader(
            sink,
            handOver,
            bytes + chunk.length - handOver.rest.length,
          );
        }
      }
      bytes += chunk.length;
    }
    const reader = generic ?? scanner;
    reader.end();
    if (!reader.schema) throw invalidSnapshot('the file has no header');
    const rounded = generic?.roundedNumbers ?? 0;
    if (rounded > 0)
      warnings.push(`${rounded} numbers are larger than 2^53 and were rounded: sizes and ids may be off`);
    return { schema: reader.schema, bytes, nodeRecords: reader.nodeRecords, hasLines: scanner.hasLines, warnings };
  } catch (error) {
    if (error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT')
      throw new HeapstatError(error.code, `${source.name}: ${error.message}`, { cause: error });
    throw error;
  }
}

const FROM_START = { reason: 'its start', prefix: '', finished: new Set<string>(), schema: null, nodeRecords: 0 };

/** @throws HeapstatError when the header declares other counts than were found; a declared 0 means: not given. */
export function checkCounts(schema: Schema, nodes: number, edges: number): void {
  if (schema.declaredNodeCount !== 0 && schema.declaredNodeCount !== nodes)
    throw invalidSnapshot(
      `the header declares ${schema.declaredNodeCount} nodes, but the "nodes" section holds ${nodes}`,
    );
  if (schema.declaredEdgeCount !== 0 && schema.declaredEdgeCount !== edges)
    throw invalidSnapshot(
      `the header declares ${schema.declaredEdgeCount} edges, but the edge counts of the nodes add up to ${edges}`,
    );
}
