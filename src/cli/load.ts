import { type LoadedHeap, loadHeap } from '../analysis/load-heap.js';
import { openInput, Reporter } from './input.js';
import type { OutputOptions } from './options.js';

/** The heap graph of the snapshot that an argument names; its warnings are told. @throws HeapstatError */
export async function loadInput(file: string, options: OutputOptions): Promise<LoadedHeap> {
  const reporter = new Reporter(options);
  const heap = await loadHeap(openInput(file), reporter.readOptions([file])).finally(() => reporter.finish());
  heap.warnings.forEach((warning) => reporter.warn(warning));
  return heap;
}
