import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeTarget, findTarget, topmost } from '../../dist/analysis/target.js';
import { HeapstatError } from '../../dist/errors.js';
import { drawHeap } from '../helpers/draw-heap.js';

const HEAP = `
  Root -> Cache -a-> E1:Entry -> E2:Entry(30)
  Cache -b-> E3:Entry -> Text:Entry[string]
  Root -> F:handler[closure] -> Code:handler[code]
  Root -> Lonely:alone[code]
  Root -> Void:Entry(0)
`;

function labels(target: string): string {
  const heap = drawHeap(HEAP);
  return Array.from(findTarget(heap.graph, target).nodes, (node) => heap.labels[node]).join(' ');
}

void test('by id, by constructor, by regular expression', () => {
  assert.equal(labels('@3'), 'Cache');
  assert.equal(labels('Entry'), 'E1 E2 E3');
  assert.equal(labels('/^e/i'), 'E1 E2 E3');
  assert.equal(labels('/^(Entry|Cache)$/'), 'Cache E1 E2 E3');
});

void test('where no constructor has the name: functions, and code only where there is no function; never strings', () => {
  assert.equal(labels('handler'), 'F');
  assert.equal(labels('alone'), 'Lonely');
});

void test('what matches nothing is wrong use, and told with what there is', () => {
  for (const [target, message] of [
    ['@4', 'the snapshot has no node @4'],
    ['3', 'no constructor is named 3; a node is given as @3'],
    ['entr', 'no constructor is named "entr"; there is "Entry"'],
    ['Nobody', 'no constructor is named "Nobody"'],
    ['', 'no constructor is named ""'],
    ['/^x/', "no constructor's name matches /^x/"],
  ] as const)
    assert.throws(
      () => labels(target),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && error.message === message,
      target,
    );
  assert.throws(() => labels('/(/'), { code: 'USAGE', message: /^\/\(\/ is no regular expression: / });
});

void test('what lies below another counts once', () => {
  const { graph, labels: names } = drawHeap(HEAP);
  const target = findTarget(graph, 'Entry');
  assert.deepEqual(
    Array.from(topmost(graph, target.nodes), (node) => names[node]),
    ['E1', 'E3'],
  );
  assert.deepEqual(describeTarget(graph, target), { text: 'Entry', count: 3, shallowSize: 50, retainedSize: 60 });
});
