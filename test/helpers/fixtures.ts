import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { buildHeapGraph } from '../../dist/graph/build.js';
import type { HeapGraph } from '../../dist/graph/heap-graph.js';
import { columnsFromFile } from './columns-from-json.js';

/** The absolute path of a file under fixtures/; the compiled tests run from build/. */
function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** The snapshots for which DevTools' own answers are at hand. */
export const GOLDEN_SNAPSHOTS = ['node16', 'node20', 'node26', 'leak-before', 'leak-after'] as const;

const graphs = new Map<string, HeapGraph>();

/** The graph of a snapshot under fixtures/snapshots/, built once per test process. */
export function fixtureGraph(name: string): HeapGraph {
  let graph = graphs.get(name);
  if (graph === undefined) {
    graph = buildHeapGraph(columnsFromFile(fixturePath(`snapshots/${name}.heapsnapshot.gz`)));
    graphs.set(name, graph);
  }
  return graph;
}

function golden(name: string): Buffer {
  return gunzipSync(readFileSync(fixturePath(`golden/${name}.gz`)));
}

export function goldenJson(name: string): unknown {
  return JSON.parse(golden(name).toString());
}

export function goldenColumn(name: string): Uint32Array | Int32Array | Float64Array {
  const bytes = Uint8Array.from(golden(name));
  if (name.endsWith('.f64')) return new Float64Array(bytes.buffer);
  return name.endsWith('.i32') ? new Int32Array(bytes.buffer) : new Uint32Array(bytes.buffer);
}
