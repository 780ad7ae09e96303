import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompareSink } from '../../dist/snapshot/compare-sink.js';
import { KernelIds } from '../../dist/snapshot/kernel/diff.js';
import { loadKernel } from '../../dist/snapshot/kernel/load.js';
import { readSnapshot } from '../../dist/snapshot/read.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { IdSet } from '../../dist/util/id-set.js';

const NODES = 20_000;
const META = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count'],
  node_types: [['object'], 'string', 'number', 'number', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [['property'], 'string_or_number', 'node'],
};

void test('a sample has an end, and is the same by kernel and script', async () => {
  const nodes = Array.from({ length: NODES }, (_, k) => [0, k % 2, 2 * k + 1, 8, 0]);
  const bytes = Buffer.from(
    JSON.stringify({ snapshot: { meta: META }, nodes: nodes.flat(), edges: [], strings: ['A', 'B'] }),
  );
  const kernel = loadKernel()!;
  const samples = [];
  for (const [using, other] of [
    [kernel, new KernelIds(kernel)],
    [null, new IdSet()],
  ] as const) {
    for (const [, , id] of nodes) other.add(id!);
    // Every second id is of the sample.
    const sink = new CompareSink(() => true, null, other, 1);
    await readSnapshot(bytesSource(bytes), sink, { kernel: using });
    assert.equal(sink.keptCount, NODES);
    samples.push(sink.sample());
  }
  assert.equal(samples[0]!.size, 8192);
  assert.deepEqual(samples[0], samples[1]);
});
