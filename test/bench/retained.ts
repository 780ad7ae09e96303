// Loads snapshots, one after the other, and computes the retained sizes of all their nodes; run by bench.ts in a process of its own.
//   node retained.js THREADS FILE...
import { loadHeap } from '../../dist/analysis/load-heap.js';

const [threads, ...files] = process.argv.slice(2);
for (const file of files) {
  const start = performance.now();
  const heap = await loadHeap(file, { threads: threads === '2' ? 2 : 1 });
  const loaded = performance.now();
  const { retainedSize, distance, rootIndex } = heap;
  const end = performance.now();
  console.error(
    `${distance.length} nodes, ${retainedSize[rootIndex]} bytes; columns ${(loaded - start).toFixed(0)} ms, graph ${(end - loaded).toFixed(0)} ms`,
  );
}
console.error(`peak memory ${process.resourceUsage().maxRSS >> 10} MiB`);
