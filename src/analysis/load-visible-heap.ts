import { Worker } from 'node:worker_threads';
import { DIST_URL } from '../dist-url.js';
import { type ErrorCode, HeapstatError } from '../errors.js';
import type { LoadOptions } from '../snapshot/load-columns.js';
import type { SnapshotSource } from '../snapshot/source.js';
import { buildHolderTree, type HolderTree } from './holder-tree.js';
import { type LoadedHeap, loadHeap } from './load-heap.js';
import type { SnapshotInfo } from './summary.js';
import { reduceToVisible, type VisibleHeap } from './visible-heap.js';

/** A snapshot, reduced to what telling growth needs; the graph is let go. */
export interface LoadedVisibleHeap {
  readonly heap: VisibleHeap;
  readonly snapshot: SnapshotInfo;
  readonly warnings: readonly string[];
}

/** What a worker is asked for: a file, and the number of the question. */
export interface VisibleHeapQuestion {
  readonly index: number;
  readonly file: string;
  readonly wantsProgress: boolean;
}

/** What a worker says of a file. */
export type VisibleHeapAnswer = { readonly index: number } & (
  | { readonly loaded: LoadedVisibleHeap }
  | { readonly code: ErrorCode; readonly message: string }
  /** Not the last of it: how many bytes have been read of how many. */
  | { readonly done: number; readonly total: number }
);

/** @throws HeapstatError UNREADABLE, INVALID_SNAPSHOT */
export async function loadVisibleHeap(
  input: string | SnapshotSource,
  options: LoadOptions,
): Promise<LoadedVisibleHeap> {
  const graph = await loadHeap(input, options);
  const tree = buildHolderTree(graph, { withoutCode: true, withoutEdges: true });
  graph.holders.letGoOfEdges();
  return withoutGraph(graph, tree);
}

/** Of a graph that others may still use. */
export function visibleHeapOf(graph: LoadedHeap): LoadedVisibleHeap {
  return withoutGraph(graph, buildHolderTree(graph, { withoutCode: true, withoutEdges: true }));
}

function withoutGraph(graph: LoadedHeap, tree: HolderTree): LoadedVisibleHeap {
  return { heap: copyOf(reduceToVisible(graph, tree)), snapshot: graph.snapshot, warnings: graph.warnings };
}

/** In memory of its own, without what is of use with the graph alone, so that this can be let go. */
function copyOf(heap: VisibleHeap): VisibleHeap {
  return {
    ...heap,
    id: heap.id.slice(),
    classOf: heap.classOf.slice(),
    parent: heap.parent.slice(),
    bytes: heap.bytes.slice(),
    nameHash: heap.nameHash.slice(),
    nodeIndex: new Uint32Array(0),
  };
}

/** Snapshots that a thread of its own reads. */
export interface VisibleHeapsAside {
  /** One for each file, in their order. Rejected with HeapstatError UNREADABLE, INVALID_SNAPSHOT */
  readonly loaded: readonly Promise<LoadedVisibleHeap>[];
  /** Ends the thread, whatever it is doing. */
  readonly stop: () => Promise<unknown>;
}

/** The same of several files, in a thread of its own: one after the other, the last of them first. Where not all are waited for it has to be stopped. */
export function loadVisibleHeapsAside(
  files: readonly string[],
  { onFile, onProgress }: LoadOptions = {},
): VisibleHeapsAside {
  const worker = new Worker(new URL('analysis/visible-heap-worker.cjs', DIST_URL));
  const resolves: ((loaded: LoadedVisibleHeap) => void)[] = [];
  const rejects: ((error: Error) => void)[] = [];
  const loaded = files.map(
    () =>
      new Promise<LoadedVisibleHeap>((resolve, reject) => {
        resolves.push(resolve);
        rejects.push(reject);
      }),
  );
  worker.on('message', (answer: VisibleHeapAnswer) => {
    if ('done' in answer) {
      onFile?.(files[answer.index]!);
      onProgress?.(answer.done, answer.total);
    } else if ('loaded' in answer) resolves[answer.index]!(answer.loaded);
    else rejects[answer.index]!(new HeapstatError(answer.code, answer.message));
  });
  // As soon as it is done: the rest of the work may have its memory.
  void Promise.allSettled(loaded).then(() => worker.terminate());
  worker.on('error', (error) => rejects.forEach((reject) => reject(error)));
  // All at once: this thread may be too busy to ask again when an answer is there.
  for (let index = files.length - 1; index >= 0; index--)
    worker.postMessage({
      index,
      file: files[index]!,
      wantsProgress: onProgress !== undefined,
    } satisfies VisibleHeapQuestion);
  return { loaded, stop: () => worker.terminate() };
}
