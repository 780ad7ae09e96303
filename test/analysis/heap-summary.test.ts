import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type HeapSummary, selectFromHeapSummary, summarizeHeap } from '../../dist/analysis/heap-summary.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { unindent } from '../helpers/draw-heap.js';
import { GOLDEN_SNAPSHOTS, goldenJson } from '../helpers/fixtures.js';
import { drawLoadedHeap, loadFixture } from '../helpers/loaded-heap.js';

type GoldenRow = { name: string; count: number; self: number; maxRet: number; distance: number };

for (const name of GOLDEN_SNAPSHOTS) {
  void test(`${name}: by location, the rows of DevTools and no others`, async () => {
    const { rows } = summarizeHeap(await loadFixture(name), { by: 'location' });
    const actual = rows.map(({ constructor, location, count, shallowSize, retainedSize, distance }) => {
      const place = location ? [location.scriptId, location.line, location.column] : [];
      return [
        [...place, `${place.length > 0 ? '' : ','}${constructor}`].join(','),
        { name: constructor, count, self: shallowSize, maxRet: retainedSize, distance },
      ];
    });
    assert.deepEqual(Object.fromEntries(actual), goldenJson(`${name}/aggregates.json`));
  });

  void test(`${name}: by constructor, the rows of DevTools added up`, async () => {
    const summary = summarizeHeap(await loadFixture(name));
    const expected = new Map<string, { count: number; self: number }>();
    for (const row of Object.values(goldenJson(`${name}/aggregates.json`) as Record<string, GoldenRow>)) {
      const sum = expected.get(row.name) ?? { count: 0, self: 0 };
      expected.set(row.name, { count: sum.count + row.count, self: sum.self + row.self });
    }
    assert.deepEqual(
      new Map(summary.rows.map(({ constructor, count, shallowSize }) => [constructor, { count, self: shallowSize }])),
      expected,
    );
    const { total, emptyCount, snapshot } = summary;
    assert.equal(total.count + emptyCount, snapshot.nodes);
    assert.equal(total.selfSize, total.shallowSize, 'owners get what they own, and nothing is lost');
    assert.equal(total.retainedSize, total.shallowSize);
    assert.deepEqual(summary.devtoolsDifferences, { lostRows: [], wrappedSizes: 0 });
  });
}

function table({ rows }: HeapSummary): string {
  return rows.map((row) => `${row.constructor}: ${row.count}, ${row.shallowSize}, ${row.retainedSize}`).join('\n');
}

const SHAPES = `
  Root -> Holder -a-> P1:Object -x-> V[string](20)
  P1 -y-> W[string](20)
  Holder -b-> P2:Object -y-> V
  P2 -x-> W
  Holder -c-> P3:Object -y-> V
  P3 -x-> W
  Holder -d-> Empty:Object
  Holder -e-> S1:Session -id-> V
  Holder -f-> S2:Session -id-> V
  S2 -__proto__-> Holder
  Holder -g-> S3:Session -id-> V
  S3 -"odd, name"-> W
  Holder -h-> L:Array -element:0-> V
`;

void test('by shape: constructor and own properties in order, whatever their prototype', () => {
  assert.equal(
    table(
      selectFromHeapSummary(summarizeHeap(drawLoadedHeap(SHAPES).graph, { by: 'shape' }), {
        sort: { key: 'name', reversed: false },
      }),
    ),
    unindent(`
      (string): 2, 40, 40
      Array: 1, 10, 10
      Holder {a, b, c, d, e, f, g, h}: 1, 10, 130
      Session {id, "odd, name"}: 1, 10, 10
      Session {id}: 2, 20, 20
      {x, y}: 1, 10, 10
      {y, x}: 2, 20, 20
      {}: 1, 10, 10
    `),
  );
  const { rows } = summarizeHeap(drawLoadedHeap(SHAPES).graph, { by: 'shape' });
  assert.deepEqual(rows.find(({ constructor }) => constructor.startsWith('Session {id, '))!.properties, [
    'id',
    'odd, name',
  ]);
  assert.equal(rows.find(({ constructor }) => constructor === '(string)')!.properties, null);
});

void test('by shape: a name ends at 120 characters, the properties do not', () => {
  const properties = Array.from({ length: 50 }, (_, i) => `property${i}`);
  const edges = properties.map((name) => `D -${name}-> V`).join('\n');
  const [row] = summarizeHeap(drawLoadedHeap(`Root -> D:Object\n${edges}`).graph, { by: 'shape' }).rows;
  assert.match(row!.constructor, /^\{property0, property1, .*, property10, 39 more\}$/);
  assert.deepEqual(row!.properties, properties);
});

void test('what DevTools loses: an object with a name of its own making, where functions are too', () => {
  const { graph } = drawLoadedHeap('Root -> F1[closure] & F2[closure] & Odd:Function & Other');
  const summary = summarizeHeap(graph);
  assert.deepEqual(summary.devtoolsDifferences, { lostRows: ['Function'], wrappedSizes: 0 });
  assert.equal(summary.rows.find(({ constructor }) => constructor === 'Function')!.count, 3);
});

void test('sizes that DevTools wraps', () => {
  const { graph } = drawLoadedHeap('Root -> Big(5000000000) & Small');
  const summary = summarizeHeap(graph);
  assert.deepEqual(summary.devtoolsDifferences, { lostRows: [], wrappedSizes: 1 });
  assert.equal(summary.total.shallowSize, 5_000_000_010);
});

void test('nodes without a shallow size are counted apart, and make no row', () => {
  const { graph } = drawLoadedHeap('Root -> Map -> Table[array](90)\nRoot -> Nothing(0)');
  const summary = summarizeHeap(graph);
  assert.equal(table(summary), 'Map: 1, 100, 100');
  assert.deepEqual([summary.emptyCount, summary.total.count, summary.constructors], [3, 1, 1]);
  assert.equal(summary.rows[0]!.selfSize, 10);
});

void test('a selection: sorted by any key, by retained size at least, cut', () => {
  const { graph } = drawLoadedHeap('Root -> A(5) -> B(50)\nRoot -> C(20) & D(30)');
  const whole = summarizeHeap(graph);
  const names = (options: Parameters<typeof selectFromHeapSummary>[1]): string =>
    selectFromHeapSummary(whole, options)
      .rows.map(({ constructor }) => constructor)
      .join('');
  assert.equal(names({}), 'ABDC');
  assert.equal(names({ sort: { key: 'shallow', reversed: false } }), 'BDCA');
  assert.equal(names({ sort: { key: 'size', reversed: true } }), 'ACDB');
  assert.equal(names({ sort: { key: 'distance', reversed: false } }), 'BACD');
  assert.equal(names({ minSize: 30 }), 'ABD');
  assert.equal(names({ filter: rowFilter(['!/[AD]/']) }), 'BC');
  const cut = selectFromHeapSummary(whole, { minSize: 30, limit: 1 });
  assert.deepEqual(
    [cut.rows.length, cut.matched, cut.shown, cut.total],
    [
      1,
      { count: 3, selfSize: 85, shallowSize: 85, constructors: 3 },
      { count: 1, selfSize: 5, shallowSize: 5 },
      { count: 4, selfSize: 105, shallowSize: 105, retainedSize: 105 },
    ],
  );
});
