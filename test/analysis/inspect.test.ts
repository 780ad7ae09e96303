import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { edgeText, nodeText } from '../../dist/report/node-text.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { goldenColumn } from '../helpers/fixtures.js';
import { asLoaded, drawLoadedHeap, loadFixture } from '../helpers/loaded-heap.js';
import { makeLargeColumns } from '../helpers/make-columns.js';

const HEAP = `
  Root -> Server -cache-> Cache<7,242,33> -entries-> Map(40) -internal:table-> Table[array](60)
  Table -internal:1-> Entry x3 -body-> Body:hello[string](20)
  Server -weak:old-> Cache
  Fn:handler[closure]<7,10,2> -context:cache-> Cache
  Fn -internal:shared-> Shared:handler[code] -internal:script-> Script:app.js[code] -internal:name-> Name:app.js[string]
  Script -internal:source-> Source[string]
  Root -> Fn
`;

void test('one object: sizes, place, fields, retainers, dominators', () => {
  const { graph } = drawLoadedHeap(HEAP);
  const { target, rows, node } = inspectHeap(graph, 'Cache');
  assert.deepEqual(target, { text: 'Cache', count: 1, shallowSize: 10, retainedSize: 160 });
  assert.deepEqual(rows, [
    {
      nodeId: 5,
      type: 'object',
      constructor: 'Cache',
      name: 'Cache',
      value: null,
      shallowSize: 10,
      retainedSize: 160,
      distance: 2,
    },
  ]);
  const { selfSize, shallowSize, retainedSize, distance, detachedness, location } = node;
  assert.deepEqual(
    { selfSize, shallowSize, retainedSize, distance, detachedness, location },
    {
      selfSize: 10,
      shallowSize: 10,
      retainedSize: 160,
      distance: 2,
      detachedness: 'unknown',
      location: { scriptId: 7, line: 242, column: 33, script: 'app.js' },
    },
  );
  assert.deepEqual(
    node.fields.map(({ edge, target: { nodeId, constructor, shallowSize: size } }) => [
      edge,
      nodeId,
      constructor,
      size,
    ]),
    [[{ type: 'property', name: 'entries' }, 7, 'Map', 100]],
  );
  assert.deepEqual(
    node.retainers.map(({ edge, source, distance: far }) => [nodeText(source), edgeText(edge), far]),
    [
      ['Server', '.cache', 1],
      ['handler()', 'variable cache', 1],
      ['Server', '(weak old)', 1],
    ],
  );
  assert.deepEqual([node.fieldCount, node.retainerCount], [1, 3]);
  const { fromRoot, skipped, toNode } = node.dominators;
  assert.deepEqual(
    fromRoot.map((step) => [nodeText(step), step.edge && edgeText(step.edge)]),
    [
      ['(root)', null],
      ['Cache', null],
    ],
  );
  assert.deepEqual([skipped, toNode], [0, []]);
});

void test('of a constructor: the largest instances, and the largest of them in full', () => {
  const { graph } = drawLoadedHeap('Root -> A:Item(30) & B:Item(50) & C:Item(50) & D:Item(10) -> E(5)');
  const result = inspectHeap(graph, 'Item', { limit: 3 });
  assert.deepEqual(
    result.rows.map(({ nodeId, retainedSize }) => [nodeId, retainedSize]),
    [
      [5, 50],
      [7, 50],
      [3, 30],
    ],
  );
  assert.equal(result.target.count, 4);
  assert.equal(result.node.nodeId, 5);
  assert.throws(() => inspectHeap(graph, 'Nothing'), { code: 'USAGE' });
});

void test('values: strings joined, numbers and symbols by what V8 says of them, oddballs', () => {
  const { graph, labels } = drawLoadedHeap(`
    Root -> Holder -a-> Cons:"(concatenated string)"[concatenated string] -internal:first-> Ab:ab[string]
    Cons -internal:second-> Cd:cd[string]
    Holder -b-> Num:"heap number"[number] -internal:value-> Text:42.5[string]
    Holder -c-> Bare:"heap number"[number]
    Holder -d-> Sym:symbol[symbol] -internal:name-> SymName:kState[string]
    Holder -e-> True:true[hidden]
    Holder -f-> Sliced:"(sliced string)"[sliced string] -internal:parent-> Ab
    Holder -g-> Obj:Thing
  `);
  const { fields } = inspectHeap(graph, 'Holder').node;
  assert.deepEqual(
    fields.map(({ target }) => [target.value, nodeText(target)]),
    [
      ['abcd', '"abcd"'],
      ['42.5', '42.5'],
      [null, 'heap number'],
      ['kState', 'Symbol(kState)'],
      ['true', 'true'],
      [null, '(sliced string)'],
      [null, 'Thing'],
    ],
  );
  assert.equal(labels.length, graph.nodeCount);
});

void test('a chain of a million dominators is told by its ends', () => {
  const n = 1_000_000;
  const edges = Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const);
  const graph = asLoaded(buildHeapGraph(makeLargeColumns(n, edges)));
  const { fromRoot, skipped, toNode } = inspectHeap(graph, `@${2 * n - 1}`, { limit: 5 }).node.dominators;
  assert.deepEqual([fromRoot.length + skipped + toNode.length, skipped], [n, n - 200]);
  assert.deepEqual([fromRoot[0]!.nodeId, toNode.at(-1)!.nodeId, toNode.at(-1)!.retainedSize], [1, 2 * n - 1, 1]);
});

void test('leak-after: a cached response is held by the cache that the program calls responseCache', async () => {
  const graph = await loadFixture('leak-after');
  const { target, node } = inspectHeap(graph, 'CachedResponse', { limit: 1 });
  assert.equal(target.count, 1700);
  assert.deepEqual(node.location, { scriptId: 100, line: 243, column: 34, script: 'file:///srv/app/heaps.mjs' });
  assert.deepEqual(
    node.dominators.fromRoot.map((step) => `${nodeText(step)} ${step.edge ? edgeText(step.edge) : '-'}`),
    [
      '(root) -',
      'system / Context -',
      'ResponseCache variable responseCache',
      'Map .entries',
      '(array) (table)',
      `CachedResponse (${node.retainers[0]!.edge.name})`,
    ],
  );
});

void test('leak-after: every number of an inspected node is DevTools’', async () => {
  const graph = await loadFixture('leak-after');
  const [ids, self, retained, distance] = ['ids.u32', 'self.u32', 'retained.f64', 'distance.i32'].map((column) =>
    goldenColumn(`leak-after/${column}`),
  ) as [Uint32Array, Uint32Array, Float64Array, Int32Array];
  for (let node = 0; node < ids.length; node += 5003) {
    const { node: actual } = inspectHeap(graph, `@${ids[node]}`, { limit: 1 });
    assert.deepEqual(
      [actual.shallowSize, actual.retainedSize, actual.distance],
      [self[node], retained[node], distance[node] === -5 ? null : distance[node]],
    );
  }
});
