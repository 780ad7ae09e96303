import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregateClasses } from '../../dist/analysis/aggregate-classes.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { describeNodes, drawHeap, unindent, type DrawnHeap } from '../helpers/draw-heap.js';
import { fixtureGraph } from '../helpers/fixtures.js';

function classNames(heap: DrawnHeap): string {
  const { names, classIndex } = heap.graph.classes;
  return describeNodes(heap, (node) => names[classIndex[node]!]);
}

void test('attached spreads before detached, over native nodes only, and renames what ends detached', () => {
  const heap = drawHeap(`
    Root -> Window[native]{1} -> Document[native] -> Shared[native]
    Root -> Removed:"<div id=a class=b>"[native]{2} -> Child:"<span>"[native]
    Removed -> Shared
    Removed -> Js -> BehindJs[native]
    Removed -hidden:1-> Hidden[native]
    Removed -weak:w-> Weak[native]
    Root -> Known[native]{1} -> Removed
    Root -> JsDetached{2}
  `);
  assert.equal(
    classNames(heap),
    unindent(`
      Root (synthetic)
      Window Window
      Document Document
      Shared Shared
      Removed Detached <div>
      Child Detached <span>
      Js Js
      BehindJs BehindJs
      Hidden Hidden
      Weak Weak
      Known Known
      JsDetached JsDetached
    `),
  );
  assert.equal([...heap.graph.detachedness].join(''), '011122000012');
});

void test('a file without detachedness tells it by the names, and renames nothing', () => {
  const { columns } = drawHeap('Root -> Gone:"Detached <p id=x>"[native] -> Below[native]').graph;
  const graph = buildHeapGraph({ ...columns, nodeDetachedness: null });
  assert.deepEqual([...graph.detachedness], [0, 2, 0]);
  assert.equal(graph.classes.names[graph.classes.classIndex[1]!], 'Detached <p>');
});

void test('an object named Function shares a row with the closures (DevTools drops one of the two)', () => {
  const rows = aggregateClasses(fixtureGraph('mini-quirks')).rows.map(({ constructor, count, shallowSize }) => ({
    constructor,
    count,
    shallowSize,
  }));
  assert.deepEqual(rows, [
    { constructor: 'Window', count: 1, shallowSize: 100 },
    { constructor: 'system / JSArrayBufferData', count: 1, shallowSize: 5_000_000_000 },
    { constructor: 'Function', count: 2, shallowSize: 96 },
    { constructor: '(synthetic)', count: 0, shallowSize: 0 },
  ]);
});

void test('plain objects are named by the properties they share, the largest set first, in any order', () => {
  const heap = drawHeap(`
    Root -> One:Object -a-> V[number]
    One -b-> V
    Root -> Two:Object -a-> V
    Two -b-> V
    Root -> Turned:Object -b-> V
    Turned -a-> V
    Turned -c-> V
    Root -> Small1:Object -a-> V
    Root -> Small2:Object -a-> V
    Root -> Odd1:Object -"it's, {odd}"-> V
    Root -> Odd2:Object -"it's, {odd}"-> V
    Root -> Unlike:Object -z-> V
    Root -> Empty:Object
    Root -> Proto:Object -__proto__-> V
    Root -> Elements:Object -element:0-> V
    Root -> Session -a-> V
  `);
  assert.equal(
    classNames(heap),
    unindent(`
      Root (synthetic)
      One {a, b}
      V (number)
      Two {a, b}
      Turned {a, b}
      Small1 {a}
      Small2 {a}
      Odd1 {"it's, {odd}"}
      Odd2 {"it's, {odd}"}
      Unlike Object
      Empty Object
      Proto Object
      Elements Object
      Session Session
    `),
  );
});

void test('the name of an interface stops before it passes 120 characters, but holds one property', () => {
  const long = 'x'.repeat(150);
  const parts = Array.from({ length: 12 }, (_, i) => `property_${String.fromCodePoint(97 + i)}`);
  const lines = ['A', 'B'].flatMap((label) => [
    `Root -> ${label}:Object`,
    ...parts.map((part) => `${label} -${part}-> V[number]`),
    `Root -> Long${label}:Object -${long}-> V`,
  ]);
  const { interfaces } = drawHeap(lines.join('\n')).graph;
  assert.deepEqual(
    interfaces.map(({ name, count }) => [name, count]),
    [
      [`{${parts.slice(0, 10).join(', ')}}`, 2],
      [`{${long}}`, 2],
    ],
  );
});
