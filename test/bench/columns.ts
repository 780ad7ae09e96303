// Loads all columns of a snapshot; run by bench.ts in a process of its own.
//   node columns.js FILE THREADS
import { loadColumns } from '../../dist/snapshot/load-columns.js';
import { fileSource } from '../../dist/snapshot/source.js';

const [file, threads] = process.argv.slice(2);
const start = performance.now();
const { columns } = await loadColumns(fileSource(file!), { threads: threads === '2' ? 2 : 1 });
const ms = performance.now() - start;
console.error(
  `${columns.nodeCount} nodes, ${columns.edgeCount} edges in ${ms.toFixed(0)} ms; peak memory ${process.resourceUsage().maxRSS >> 10} MiB`,
);
