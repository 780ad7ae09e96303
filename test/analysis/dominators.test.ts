import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DominatorsOptions, findDominators } from '../../dist/analysis/dominators.js';
import type { LoadedHeap } from '../../dist/analysis/load-heap.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { dominatorsDocument } from '../../dist/report/dominators-document.js';
import { renderTable } from '../../dist/report/renderers/table.js';
import { unindent } from '../helpers/draw-heap.js';
import { asLoaded, drawLoadedHeap } from '../helpers/loaded-heap.js';
import { makeLargeColumns } from '../helpers/make-columns.js';

/** The tree as a pipe gets it, without what is above and below it. */
function draw(heap: LoadedHeap, options: DominatorsOptions): string {
  const document = dominatorsDocument(findDominators(heap, options), { exactBytes: false });
  const text = renderTable(
    { ...document, header: [], notes: [] },
    { color: false, exactBytes: false, width: undefined },
  );
  return text.trimEnd();
}

const HEAP = `
  Root -> Server -cache-> Cache -entries-> Map -internal:table-> Table[array](0)
  Table -internal:1-> Entry x12 -body-> Body(20)
  Server -log-> Log -"last line"-> Line[string](400)
  Root -> Shared & Config
  Config -> Shared
`;

void test('a tree: runs in one line, classes as one, and what is left out with its size', () => {
  const { graph } = drawLoadedHeap(HEAP);
  assert.equal(
    draw(graph, {}),
    unindent(`
      Retained   Share  Dominator tree
         600 B  100.0%  (root) @1
         580 B   96.7%  ├─ .Server: Server @3
         410 B   68.3%  │  ├─ .log: Log @37 → ["last line"]: "Line" @39
         160 B   26.7%  │  └─ .cache: Cache @5 → .entries: Map → (table): Table @9
         120 B   20.0%  │     ├─ (1): 12 × Entry
          20 B    3.3%  │     └─ Body @35
          10 B    1.7%  ├─ .Shared: Shared @41
          10 B    1.7%  └─ .Config: Config @43
    `),
  );
});

void test('a list of 200,000: one line, and the result is small', () => {
  const n = 200_000;
  const edges = Array.from({ length: n - 1 }, (_, i) => [i, i + 1] as const);
  const result = findDominators(asLoaded(buildHeapGraph(makeLargeColumns(n, edges))));
  const [root] = result.roots;
  assert.deepEqual([result.roots.length, root!.children.length], [1, 0]);
  // The last hundredth is below the minimum size.
  assert.equal(root!.run.length + root!.skipped, n - n / 100);
  assert.equal(root!.run.at(-1)!.retainedSize, n / 100);
  assert.ok(JSON.stringify(result).length < 3000);
});

void test('large objects of a class stand alone, up to eight; the others of the class are one line', () => {
  const { graph } = drawLoadedHeap(`
    Root -> Array -element:0-> BigA:Item(300)
    Array -element:1-> BigB:Item(200)
    Array -element:2-> Small:Item(40) x3
  `);
  assert.equal(
    draw(graph, { minSize: 100 }),
    unindent(`
      Retained   Share  Dominator tree
         630 B  100.0%  (root) @1 → .Array: Array @3
         300 B   47.6%  ├─ [0]: Item @5
         200 B   31.7%  ├─ [1]: Item @7
         120 B   19.0%  └─ [2]: 3 × Item
    `),
  );
  assert.equal(
    draw(drawLoadedHeap('Root -> Array -> Item(300) x9').graph, {}),
    unindent(`
      Retained   Share  Dominator tree
        2.7 kB  100.0%  (root) @1 → .Array: Array @3 → 9 × Item
    `),
  );
});

void test('what is too small, over the limit or too deep is told by its size', () => {
  const text = 'Root -> A -> B(100) & C(90) & D(80) & E(5)\nB -> F(70) -> G(60)\nC -> H(50)';
  const { graph } = drawLoadedHeap(text);
  assert.equal(
    draw(graph, { limit: 2, minSize: 10, depth: 1 }),
    unindent(`
      Retained   Share  Dominator tree
         465 B  100.0%  (root) @1 → .A: A @3
         230 B   49.5%  ├─ .B: B @5
         130 B   28.0%  │  └─ … 1 object
         140 B   30.1%  ├─ .C: C @7
          50 B   10.8%  │  └─ … 1 object
          85 B   18.3%  └─ … 2 more objects
    `),
  );
  const [root] = findDominators(graph, { minSize: 85 }).roots;
  assert.deepEqual(root!.omitted, { count: 2, retainedSize: 85 }, 'the rest adds up');
});

void test('below a constructor: instances that another one holds count once', () => {
  const { graph } = drawLoadedHeap(
    'Root -> A:Item(300) -> B:Item(200) -> Leaf(100)\nRoot -> C:Item(50) -> D:Other(40)',
  );
  assert.equal(
    draw(graph, { target: 'Item', minSize: 1 }),
    unindent(`
      Retained  Share  Dominator tree
         600 B  87.0%  Item @3
         300 B  43.5%  └─ .B: Item @5
         100 B  14.5%     └─ .Leaf: Leaf @7
          90 B  13.0%  Item @9
          40 B   5.8%  └─ .D: Other @11
    `),
  );
  const { target, totalSize } = findDominators(graph, { target: 'Item' });
  assert.deepEqual([target, totalSize], [{ text: 'Item', count: 3, shallowSize: 550, retainedSize: 690 }, 690]);
  assert.throws(() => findDominators(graph, { target: '@999' }), { code: 'USAGE' });
});

void test('a group: its edge where all are held by one name, its name where functions share theirs', () => {
  const items = Array.from(
    { length: 9 },
    (_, i) => `List -element:${i}-> I${i}:Item -data-> D${i}:Data(90)
    I${i} -context:x${i}-> F${i}:run[closure](50)
    I${i} -own-> G${i}:other${i}[closure](40) -> S${i}:text[string](30)`,
  );
  const { graph } = drawLoadedHeap(`Root -> List\n${items.join('\n')}`);
  assert.equal(
    draw(graph, { minSize: 200 }),
    unindent(`
      Retained   Share  Dominator tree
        2.0 kB  100.0%  (root) @1 → .List: List @3 → 9 × Item
        1.1 kB   54.3%  ├─ 18 × Function
         270 B   13.6%  │  └─ 9 × (string)
         810 B   40.7%  └─ .data: 9 × Data
    `),
  );
  const [, data] = findDominators(graph, { minSize: 200 }).roots[0]!.children;
  assert.deepEqual(
    [data!.constructor, data!.count, data!.nodeId, data!.edge],
    ['Data', 9, null, { type: 'property', name: 'data' }],
  );
});

void test('weak edges name nothing; the value of a WeakMap is its key’s', () => {
  const { graph } = drawLoadedHeap(`
    Root -> Key:Key -internal:"1 / part of key (Key @3) -> value (Value @5) pair in WeakMap (table @7)"-> Value(100)
    Root -> Table[array] -internal:"2 / part of key (Key @3) -> value (Value @5) pair in WeakMap (table @7)"-> Value
    Root -weak:w-> Gone(50)
  `);
  assert.equal(
    draw(graph, {}),
    unindent(`
      Retained   Share  Dominator tree
         170 B  100.0%  (root) @1
         110 B   64.7%  ├─ .Key: Key @3 → (value in a WeakMap): Value @5
          50 B   29.4%  ├─ Gone @9
          10 B    5.9%  └─ .Table: Table @7
    `),
  );
});

void test('a tree of very many lines is cut at its deepest level, and says so', () => {
  const fan = Array.from({ length: 100 }, (_, i) => [0, i + 1] as const);
  const below = Array.from({ length: 100 * 99 }, (_, i) => [1 + (i % 100), 101 + i] as const);
  const leaves = below.map(([, node], i) => [node, 101 + below.length + i] as const);
  const columns = makeLargeColumns(101 + 2 * below.length, [...fan, ...below, ...leaves]);
  const result = findDominators(asLoaded(buildHeapGraph(columns)), { minSize: 0, limit: 0 });
  // Of one class: a hundred are one line.
  assert.equal(result.isCut, false);
  columns.nodeName.forEach((_, node) => (columns.nodeName[node] = node));
  const strings = { length: columns.nodeCount, get: (index: number) => `Class${index}` };
  const varied = findDominators(asLoaded(buildHeapGraph({ ...columns, strings })), { minSize: 0, limit: 0 });
  assert.equal(varied.isCut, true);
  assert.ok(JSON.stringify(varied).split('"children"').length < 5100);
  const { notes } = dominatorsDocument(varied, { exactBytes: false });
  assert.match(notes.at(-1)!, /cut off/);
});
