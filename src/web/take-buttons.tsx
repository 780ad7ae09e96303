import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { LoadState } from '../analysis/live-heap-state.js';
import type { LooksResult } from '../analysis/looks.js';
import { share } from '../report/format.js';
import { ApiError } from './api.js';
import { takeLook } from './live-api.js';

type Kind = 'look' | 'snapshot';

/** Has the service stop for a look or a snapshot, and says how far that is. */
export function TakeButtons(props: {
  readonly action: string;
  readonly heap: LoadState;
  readonly onTaken: (result: LooksResult) => void;
}): JSX.Element {
  const { action, heap, onTaken } = props;
  const [under, setUnder] = useState<Kind | null>(null);
  const [error, setError] = useState<string | null>(null);
  const take = async (kind: Kind): Promise<void> => {
    if (under !== null) return;
    setUnder(kind);
    setError(null);
    try {
      onTaken(await takeLook(kind, action));
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure.message);
    } finally {
      setUnder(null);
    }
  };
  return (
    <div class="take">
      <button
        type="button"
        aria-disabled={under !== null}
        onClick={() => void take('look')}
        title="Counts objects by constructor. The service stands still meanwhile."
      >
        Take a look
      </button>
      <button
        type="button"
        aria-disabled={under !== null}
        onClick={() => void take('snapshot')}
        title="A look, and the objects to walk through. The service stands still while V8 takes it; then it is read beside it."
      >
        Take a snapshot
      </button>
      <span role="status">{under === null ? stateText(heap) : `The service takes a ${under}…`}</span>
      {heap.type === 'reading' && heap.total > 0 && (
        <progress aria-label="Read so far" value={share(heap.done, heap.total)} />
      )}
      {error !== null && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function stateText(heap: LoadState): string {
  switch (heap.type) {
    case 'none':
      return 'No snapshot: constructors have no objects to walk through yet';
    case 'reading':
      return 'Reading the snapshot…';
    case 'computing':
      return 'Computing dominators, retained sizes and paths…';
    case 'ready':
      return 'The latest snapshot is ready: constructors lead to its objects';
    case 'failed':
      return `The snapshot could not be read: ${heap.message}`;
  }
}
