import type { ProcessMemory } from '../analysis/process-memory.js';
import type { AvailableMemory } from '../util/available-memory.js';
import { formatBytes } from '../util/bytes.js';

/**
 * What V8 needs to write down a heap of small objects, for each byte of it. Measured: Node 20 and 24, 100 to 210 MB of
 * objects of about 50 bytes, over the inspector as well as by writeHeapSnapshot(): 11 to 13.
 */
const PER_BYTE = 13;
/** The same where few objects are large: V8 writes no more than the start of a long string, and nothing of a buffer. */
const PER_LARGE_BYTE = 1;

/** What a capture costs the process. Bytes. */
export interface CaptureCost {
  readonly heapUsed: number;
  /** What it may need beyond what it has. */
  readonly extra: number;
  /** Whether there is as much; true where that cannot be told. */
  readonly suffices: boolean;
  /** A sentence for people. */
  readonly text: string;
}

export function captureCost(
  heapUsed: number,
  facts: ProcessMemory | null,
  memory: AvailableMemory | null,
): CaptureCost {
  const large = facts?.heapSpaces.filter(({ name }) => name.endsWith('large_object_space')) ?? [];
  const inLarge = Math.min(
    heapUsed,
    large.reduce((sum, { used }) => sum + used, 0),
  );
  const extra = PER_BYTE * (heapUsed - inLarge) + PER_LARGE_BYTE * inLarge;
  const suffices = memory === null || extra <= memory.available;
  const has =
    memory === null
      ? 'how much there is cannot be told'
      : `there is ${formatBytes(memory.available)} (${memory.limitedBy === 'cgroup' ? 'control group limit' : 'machine'}: ${formatBytes(memory.limit)})`;
  return {
    heapUsed,
    extra,
    suffices,
    text: `heap of ${formatBytes(heapUsed)}; the process stops while V8 writes it down, and may take up to ${formatBytes(extra)} more memory; ${has}`,
  };
}
