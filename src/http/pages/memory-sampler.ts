import { type LiveMemoryResult, MemoryHistory } from '../../analysis/live-memory.js';
import { processName, readMemoryLimits, readMemorySample, warn } from '../this-process.js';

/** Milliseconds between samples, and how many are kept: those of an hour. */
const EVERY = 5000;
const KEPT = 720;

let history: MemoryHistory | null = null;
let hasFailed = false;

/** Begins to sample, once in a process, which has one memory however many endpoints it has. */
export function startMemorySampler(): void {
  if (history) return;
  history = new MemoryHistory(KEPT);
  setInterval(addSample, EVERY).unref();
  addSample();
}

/** Node cannot read its own memory where no more files may be opened. A sample is not worth the service: told once. */
function addSample(): void {
  try {
    history!.add(readMemorySample());
    hasFailed = false;
  } catch (error) {
    if (!hasFailed) warn(error as Error);
    hasFailed = true;
  }
}

/** The samples so far, and one of now. */
export function liveMemory(): LiveMemoryResult {
  startMemorySampler();
  const { at, rss, usedHeap, external, arrayBuffers, spaces } = readMemorySample();
  const result = history!.result(processName(), EVERY, readMemoryLimits());
  return {
    ...result,
    at: [...result.at, at],
    rss: [...result.rss, rss],
    usedHeap: [...result.usedHeap, usedHeap],
    external: [...result.external, external],
    arrayBuffers: [...result.arrayBuffers, arrayBuffers],
    spaces: result.spaces.map(({ name, used }, i) => ({ name, used: [...used, spaces[i]?.used ?? 0] })),
  };
}
