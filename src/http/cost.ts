import { formatBytes } from '../util/bytes.js';
import { Refusal } from './answer.js';
import type { MemoryFacts } from './this-process.js';

/**
 * What V8 needs for a snapshot, beside the heap, in bytes per node: measured 280 to 740 (Node 20 and 26, heaps of 60,000 to
 * 4 million nodes), more in the first snapshot of a process, which begins a table of ids that stays.
 */
const BYTES_PER_NODE = 600;
/** Of a snapshot's text, per node: measured 70 to 97. */
const TEXT_PER_NODE = 120;
/** Of the heap, per node, where nothing is known of it yet: that of small objects (measured 25 to 60, without large ones). */
const SMALL_NODE = 40;
/** Of the graph in memory, with what pages compute from it, per node: measured 298 for a million nodes, beside OWN_MEMORY. */
const GRAPH_PER_NODE = 300;
/** What reading the snapshot takes: kernels, strings, the answer. */
const OWN_MEMORY = 32e6;
/** What it takes of the heap that V8 manages: measured on Node 20, a first look did with 4.4 MB, and not with 3.3. */
const OWN_HEAP = 8e6;

/** What earlier snapshots of this process have taught. */
export class Experience {
  /** Of the heap without its large objects. */
  #bytesPerNode = SMALL_NODE;
  /** Milliseconds per byte of it, the least that was seen: one slow snapshot shall not rule out all others; null: not known. */
  #pace: number | null = null;

  /** @param after what was found after it: V8 collects the garbage first @param milliseconds what it took */
  learn({ usedHeap, largeObjects }: MemoryFacts, nodes: number, milliseconds: number): void {
    const small = Math.max(1, usedHeap - largeObjects);
    this.#bytesPerNode = small / Math.max(1, nodes);
    this.#pace = Math.min(this.#pace ?? Infinity, milliseconds / small);
  }

  /** What a snapshot will need, beside what is used now; bytes. */
  memoryNeed(facts: MemoryFacts): number {
    return this.#nodes(facts) * BYTES_PER_NODE + OWN_MEMORY;
  }

  /** How long its text will be; bytes. */
  textSize(facts: MemoryFacts): number {
    return this.#nodes(facts) * TEXT_PER_NODE;
  }

  /** What the graph takes that is built from it; bytes. */
  graphNeed(facts: MemoryFacts): number {
    return this.#nodes(facts) * GRAPH_PER_NODE;
  }

  #nodes({ usedHeap, largeObjects }: MemoryFacts): number {
    return (usedHeap - largeObjects) / this.#bytesPerNode;
  }

  /** What it will take; milliseconds, or null: not known. */
  timeNeed({ usedHeap, largeObjects }: MemoryFacts): number | null {
    return this.#pace === null ? null : this.#pace * (usedHeap - largeObjects);
  }
}

/** @param extra bytes needed beside @throws Refusal 503 where the memory does not suffice */
export function checkMemory(facts: MemoryFacts, experience: Experience, extra = 0): void {
  const { usedHeap, heapLimit, available, availableIn } = facts;
  const advice = 'heapdump({ checkMemory: false }) takes one all the same';
  const need = experience.memoryNeed(facts) + extra;
  if (available !== null && need > available)
    throw new Refusal(
      503,
      `a snapshot of a heap of ${formatBytes(usedHeap)} may need ${formatBytes(need)}, but the ${availableIn} has ${formatBytes(available)} left: the service might be killed; ${advice}`,
    );
  if (heapLimit - usedHeap < OWN_HEAP)
    throw new Refusal(
      503,
      `the heap of ${formatBytes(usedHeap)} is less than ${formatBytes(OWN_HEAP)} below its limit of ${formatBytes(heapLimit)}: the service might die; ${advice}`,
    );
}

/** @throws Refusal 503 where the last snapshot was so slow that the next will not be done in time */
export function checkTime(facts: MemoryFacts, experience: Experience, timeLimit: number): void {
  const need = experience.timeNeed(facts);
  if (need !== null && need > timeLimit)
    throw new Refusal(
      503,
      `going by the last one, a snapshot of a heap of ${formatBytes(facts.usedHeap)} takes ${Math.ceil(need / 1000)} s, and the time limit is ${timeLimit / 1000} s (heapdump({ timeLimit }))`,
    );
}
