import type { InspectorSession } from './connection.js';

/** Bytes that may wait for the reader before the connection is paused. */
const MOST_WAITING = 4 << 20;

export interface SnapshotProgress {
  /** Objects counted so far, of about how many: while the snapshot is made and nothing has come yet. */
  readonly onBuild?: ((done: number, total: number) => void) | undefined;
}

/**
 * Takes a heap snapshot and yields its bytes as they come; never more than some megabytes of them wait here. It is whole
 * when the iteration ends by itself.
 * @throws HeapstatError UNREADABLE when the connection is lost midway
 */
export async function* takeHeapSnapshot(
  session: InspectorSession,
  { onBuild }: SnapshotProgress = {},
): AsyncGenerator<Uint8Array, void> {
  const waiting: Buffer[] = [];
  let bytes = 0;
  let end: { readonly error?: unknown } | null = null;
  let wake: (() => void) | null = null;
  const stop = session.listen((method, params) => {
    if (method === 'HeapProfiler.addHeapSnapshotChunk' && typeof params['chunk'] === 'string') {
      const chunk = Buffer.from(params['chunk']);
      waiting.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_WAITING) session.pause();
      wake?.();
    } else if (method === 'HeapProfiler.reportHeapSnapshotProgress')
      onBuild?.(Number(params['done']), Number(params['total']));
  });
  void session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: onBuild !== undefined }, 0).then(
    () => {
      end = {};
      wake?.();
    },
    (error: unknown) => {
      end = { error };
      wake?.();
    },
  );
  try {
    for (;;) {
      const chunk = waiting.shift();
      if (chunk) {
        yield chunk;
        bytes -= chunk.length;
        if (bytes <= MOST_WAITING / 2) session.resume();
        continue;
      }
      const ended = end as { readonly error?: unknown } | null;
      if (ended) {
        if ('error' in ended) throw ended.error;
        return;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    stop();
    session.resume();
  }
}

/** Rounds of garbage collection: what a finalizer or a closing handle held goes in a later one. */
const COLLECTIONS = 4;
const PAUSE_MS = 50;

/** Collects garbage until what only finalizers held is gone too, and lets go of what the inspector itself keeps for a console. */
export async function collectGarbage(session: InspectorSession): Promise<void> {
  await session.send('Runtime.discardConsoleEntries');
  for (let round = 0; round < COLLECTIONS; round++) {
    await session.send('HeapProfiler.collectGarbage', {}, 0);
    await new Promise((resolve) => {
      setTimeout(resolve, PAUSE_MS);
    });
  }
}
