import type { CapturedSnapshot } from '../analysis/capture-result.js';
import type { ProcessMemory } from '../analysis/process-memory.js';
import { HeapstatError } from '../errors.js';
import { formatBytes } from '../util/bytes.js';
import type { InspectorSession } from './connection.js';
import { captureCost, type CaptureCost } from './cost.js';
import { collectGarbage, type SnapshotProgress, takeHeapSnapshot } from './heap-snapshot.js';
import { readAvailableMemory, readHeapUsed, readProcessFacts } from './process-facts.js';
import { writeSidecar, writeSnapshotFile } from './snapshot-file.js';

/** What is known of an isolate that is about to be captured. */
export interface PreparedSnapshot {
  readonly cost: CaptureCost;
  /** null: no Node process. */
  readonly facts: ProcessMemory | null;
}

/** @throws HeapstatError UNREADABLE */
export async function prepareSnapshot(
  session: InspectorSession,
  { gc }: { readonly gc: boolean },
): Promise<PreparedSnapshot> {
  if (gc) await collectGarbage(session);
  const facts = await readProcessFacts(session);
  const memory = facts === null ? null : await readAvailableMemory(session);
  return { facts, cost: captureCost(await readHeapUsed(session), facts, memory) };
}

/** @throws HeapstatError UNREADABLE where memory does not suffice, unless forced */
export function checkMemory({ cost }: PreparedSnapshot, force: boolean): void {
  if (cost.suffices || force) return;
  throw new HeapstatError(
    'UNREADABLE',
    `not captured: up to ${formatBytes(cost.extra)} may be needed, which is more than there is; the process might be killed for it. Raise its memory limit, take it where less is on the heap, or --force it`,
  );
}

/**
 * Writes a snapshot, and beside it what the process said of its memory.
 * @throws HeapstatError UNREADABLE, UNWRITABLE: then there is no snapshot, unless it was the other that could not be written
 */
export async function snapshotToFile(
  session: InspectorSession,
  file: string,
  { facts, cost }: PreparedSnapshot,
  progress: SnapshotProgress & { readonly onBytes?: (bytes: number) => void } = {},
): Promise<CapturedSnapshot> {
  const start = performance.now();
  const bytes = await writeSnapshotFile(file, counted(takeHeapSnapshot(session, progress), progress.onBytes));
  writeSidecar(file, facts);
  return {
    file,
    bytes,
    took: Math.round(performance.now() - start),
    heapUsed: cost.heapUsed,
    rss: facts?.memoryUsage.rss ?? null,
  };
}

async function* counted(
  chunks: AsyncIterable<Uint8Array>,
  onBytes: ((bytes: number) => void) | undefined,
): AsyncIterable<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    onBytes?.(bytes);
    yield chunk;
  }
}
