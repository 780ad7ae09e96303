// From a file's bytes to retained sizes, by all of DevTools' rules; run by bench.ts in a process of its own.
//   node retained.js FILE THREADS
import { loadHeap } from '../../dist/analysis/load-heap.js';

const [file, threads] = process.argv.slice(2);
const start = performance.now();
const heap = await loadHeap(file!, { threads: threads === '2' ? 2 : 1 });
const root = heap.retainedSize[heap.rootIndex]!;
const ms = performance.now() - start;
console.error(`${root} bytes retained in ${ms.toFixed(0)} ms; peak memory ${process.resourceUsage().maxRSS >> 10} MiB`);
