import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDuplicateStrings } from '../../dist/analysis/duplicate-strings.js';
import { buildHeapGraph } from '../../dist/graph/build.js';
import { stringText } from '../../dist/graph/node-text.js';
import { makeColumns, type MadeNode } from '../helpers/make-columns.js';

const root: MadeNode = { type: 'synthetic', name: '', size: 0, edges: [{ type: 'element', name: 0, target: 1 }] };
const string = (name: string): MadeNode => ({ type: 'string', name, size: 16, edges: [] });
const joined = (first: number, second: number): MadeNode => ({
  type: 'concatenated string',
  name: '(concatenated string)',
  size: 32,
  edges: [
    { type: 'internal', name: 'first', target: first },
    { type: 'internal', name: 'second', target: second },
  ],
});

void test('a string that grew by 20,000 additions: each step is read once', () => {
  const pieces = 20_000;
  // Nodes 1 and 2 are the texts; from 3 on each node is the one before and another piece.
  const chain = Array.from({ length: pieces }, (_, k) => joined(k === 0 ? 1 : k + 2, 2));
  const graph = buildHeapGraph(
    makeColumns([
      { ...root, edges: [{ type: 'element', name: 0, target: pieces + 2 }] },
      string('ab'),
      string('cde'),
      ...chain,
    ]),
  );
  let steps = 0;
  const { strings } = graph.columns;
  const counted = {
    ...graph.columns,
    strings: { length: strings.length, get: (k: number) => (steps++, strings.get(k)) },
  };
  const { rows } = findDuplicateStrings(buildHeapGraph(counted));
  // From 1,024 characters on all look the same.
  assert.deepEqual(
    rows.map(({ value, count }) => [value.length, count]),
    [[1025, pieces - 340]],
  );
  assert.ok(steps < 100 * pieces, `${steps} strings were read`);
});

void test('the same texts as one by one', () => {
  const nodes = [
    root,
    string('x'.repeat(700)),
    string('y'.repeat(400)),
    joined(1, 2),
    joined(2, 1),
    joined(3, 4),
    joined(5, 5),
    joined(3, 2),
    joined(1, 2),
  ];
  const graph = buildHeapGraph(
    makeColumns(
      nodes.map((node, k) =>
        k === 0
          ? { ...node, edges: nodes.map((_, target) => ({ type: 'element', name: target, target }) as const) }
          : node,
      ),
    ),
  );
  const texts = new Map<string, number[]>();
  for (let node = 1; node < nodes.length; node++) {
    const text = stringText(graph, node);
    texts.set(text, [...(texts.get(text) ?? []), graph.columns.nodeId[node]!]);
  }
  const expected = [...texts.values()].filter((ids) => ids.length > 1);
  const { rows } = findDuplicateStrings(graph);
  assert.deepEqual(rows.map(({ nodeIds }) => nodeIds.join()).toSorted(), expected.map((ids) => ids.join()).toSorted());
});
