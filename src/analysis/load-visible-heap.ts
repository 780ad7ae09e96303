import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../dist-url.js';
import { type ErrorCode, HeapstatError } from '../errors.js';
import type { LoadOptions } from '../snapshot/load-columns.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { buildHolderTree } from './holder-tree.js';
import { loadHeap } from './load-heap.js';
import type { SnapshotInfo } from './summary.js';
import { reduceToVisible, type VisibleHeap } from './visible-heap.js';

/** A snapshot, reduced to what telling growth needs; the graph is let go. */
export interface LoadedVisibleHeap {
  readonly heap: VisibleHeap;
  readonly snapshot: SnapshotInfo;
  readonly warnings: readonly string[];
}

/** What a worker says of a file. */
export type VisibleHeapAnswer =
  | { readonly loaded: LoadedVisibleHeap }
  | { readonly code: ErrorCode; readonly message: string };

/** @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadVisibleHeap(
  input: string | SnapshotSource,
  options: LoadOptions,
): Promise<LoadedVisibleHeap> {
  const graph = await loadHeap(input, options);
  return { heap: reduceToVisible(graph, buildHolderTree(graph)), snapshot: graph.snapshot, warnings: graph.warnings };
}

/** The same of several files, one after the other, in a thread of its own. @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadVisibleHeapsAside(files: readonly string[]): Promise<LoadedVisibleHeap[]> {
  const worker = new Worker(new URL('analysis/visible-heap-worker.js', DIST_URL));
  try {
    const loaded: LoadedVisibleHeap[] = [];
    for (const file of files) {
      const answer = await ask(worker, file);
      if ('code' in answer) throw new HeapstatError(answer.code, answer.message);
      loaded.push(answer.loaded);
    }
    return loaded;
  } finally {
    await worker.terminate();
  }
}

function ask(worker: Worker, file: string): Promise<VisibleHeapAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage).off('error', onError);
      act();
    };
    const onMessage = (answer: VisibleHeapAnswer): void => settle(() => resolve(answer));
    const onError = (error: Error): void => settle(() => reject(error));
    worker.on('message', onMessage).on('error', onError);
    worker.postMessage(file);
  });
}
