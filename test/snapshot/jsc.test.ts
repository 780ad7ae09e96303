import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summarize } from '../../dist/analysis/summary.js';
import { loadHeap } from '../../dist/analysis/load-heap.js';
import { bytesSource } from '../../dist/snapshot/source.js';
import { fixtureBytes } from '../helpers/fixture-files.js';

interface JscFile {
  version: number;
  type: string;
  nodes: number[];
  nodeClassNames: string[];
  edges: number[];
  edgeTypes: string[];
  edgeNames: string[];
}

/** A root that holds a list (by its second field) and a closure; the edges in no order. */
const SMALL: JscFile = {
  version: 3,
  type: 'Inspector',
  nodes: [0, 0, 0, 0, 9, 24, 1, 0, 7, 64, 2, 0, 8, 40, 3, 2, 12, 96, 4, 1],
  nodeClassNames: ['<root>', 'string', 'AsyncFunction', 'List', 'Structure'],
  edges: [8, 9, 2, 3, 0, 7, 0, 0, 7, 9, 3, 1, 0, 8, 0, 0, 8, 12, 0, 0, 8, 7, 1, 0],
  edgeTypes: ['Internal', 'Property', 'Index', 'Variable'],
  edgeNames: ['next', 'captured'],
};

function source(file: object): ReturnType<typeof bytesSource> {
  return bytesSource(Buffer.from(JSON.stringify(file)), 'jsc');
}

void test('classes, sizes and edges as they stand in the file, types as V8 would give them', async () => {
  const { rows, snapshot, warnings } = await summarize(source(SMALL));
  assert.deepEqual(rows, [
    { constructor: '(object shape)', count: 1, selfSize: 96 },
    { constructor: 'Function', count: 1, selfSize: 64 },
    { constructor: 'List', count: 1, selfSize: 40 },
    { constructor: '(string)', count: 1, selfSize: 24 },
    { constructor: '(synthetic)', count: 1, selfSize: 0 },
  ]);
  assert.deepEqual([snapshot.nodes, snapshot.edges], [5, 6]);
  assert.match(snapshot.producer, /^JavaScriptCore/);
  assert.match(warnings[0]!, /^a JavaScriptCore snapshot, converted/);
});

void test('sections in any order, indented, with three more numbers for each node', async () => {
  const expected = await summarize(source(SMALL));
  const reversed = Object.fromEntries(Object.entries(SMALL).toReversed());
  const wide = SMALL.nodes.flatMap((value, k) => (k % 4 === 3 ? [value, 0, 0, 0] : [value]));
  for (const file of [
    Buffer.from(JSON.stringify(SMALL, null, 2)),
    Buffer.from(JSON.stringify(reversed)),
    Buffer.from(JSON.stringify({ ...SMALL, type: 'GCDebugging', nodes: wide, labels: ['a'], roots: [] })),
  ]) {
    const { rows, snapshot } = await summarize(bytesSource(file, 'jsc'));
    assert.deepEqual([rows, snapshot.edges], [expected.rows, 6]);
  }
});

void test('the heap graph: edges by name and number, sizes that add up to the root', async () => {
  const { columns, retainedSize, rootIndex } = await loadHeap(source(SMALL));
  const { firstEdge, edgeType, edgeName, edgeTarget, nodeId, schema, strings } = columns;
  const edges: string[] = [];
  for (let node = 0; node < columns.nodeCount; node++)
    for (let edge = firstEdge[node]!; edge < firstEdge[node + 1]!; edge++) {
      const type = schema.edgeTypes[edgeType[edge]!]!;
      const name = type === 'element' ? edgeName[edge]! : strings.get(edgeName[edge]!);
      edges.push(`${nodeId[node]} ${type} ${name} ${nodeId[edgeTarget[edge]!]}`);
    }
  assert.deepEqual(edges, [
    '0 internal  7',
    '0 internal  8',
    '7 context captured 9',
    '8 element 3 9',
    '8 internal  12',
    '8 property next 7',
  ]);
  assert.equal(retainedSize[rootIndex], 224);
});

void test("Bun's own snapshot has the objects of its file, and of what Bun writes for V8", async () => {
  const bytes = fixtureBytes('snapshots/bun.jsc.json.gz');
  const file = JSON.parse(bytes.toString()) as JscFile;
  const { rows, total, snapshot } = await summarize(bytesSource(bytes, 'bun'));
  const sizes = file.nodes.filter((_, k) => k % 4 === 1).reduce((sum, size) => sum + size, 0);
  assert.deepEqual([total.count, total.selfSize], [file.nodes.length / 4, sizes]);
  assert.equal(snapshot.edges, file.edges.length / 4);
  // The same program, captured by the other call.
  const v8 = await summarize(bytesSource(fixtureBytes('bun.1'), 'v8'));
  const counts = (result: typeof v8): Map<string, number> =>
    new Map(result.rows.map((row) => [row.constructor, row.count]));
  for (const name of ['Foo', 'Object', 'Map', 'Set', 'RegExp', 'WeakMap', 'Array', 'Promise'])
    assert.equal(rows.find((row) => row.constructor === name)?.count, counts(v8).get(name), name);
  assert.ok(Math.abs(counts(v8).get('Function')! - rows.find((row) => row.constructor === 'Function')!.count) < 20);
  const heap = await loadHeap(bytesSource(bytes, 'bun'));
  assert.equal(heap.retainedSize[heap.rootIndex], sizes);
});

void test('what is unsound is refused, with the record', async () => {
  const nodes = SMALL.nodes;
  for (const [change, message] of [
    [{ nodes: nodes.with(2, 9) }, /^jsc: node record 0 has the class name 9, but the file has 5 class names$/],
    [{ nodes: nodes.with(4, 0) }, /two nodes have the id 0$/],
    [{ nodes: nodes.with(0, 1) }, /has no root/],
    [{ nodes: nodes.slice(1) }, /4 numbers for each node and 4 for each edge, but there are 19 and 24$/],
    [{ edges: SMALL.edges.with(0, 77) }, /edge record 0 names the object 77, but no node has this id$/],
    [{ edges: SMALL.edges.with(1, 77) }, /edge record 0 names the object 77/],
    [{ edges: SMALL.edges.with(2, 4) }, /edge record 0 has the type 4/],
    [{ edges: SMALL.edges.with(23, 2) }, /edge record 5 has the name 2, but the file has 2 edge names$/],
    [{ edgeTypes: ['constructor', '__proto__', 'toString', 'valueOf'] }, /edge record 1 has the type 0/],
    [{ edges: undefined }, /this JavaScriptCore snapshot has no "edges" section$/],
    [{ version: 9 }, /is of version 9; heapstat knows 1 to 3$/],
  ] as const)
    await assert.rejects(loadHeap(source({ ...SMALL, ...change })), { code: 'INVALID_SNAPSHOT', message });
});
