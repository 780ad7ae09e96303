import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AllocationHistory } from '../../dist/analysis/allocation-sites.js';

interface Node {
  readonly callFrame: {
    readonly functionName: string;
    readonly scriptId: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly selfSize: number;
  readonly id: number;
  readonly children: Node[];
}

function node(functionName: string, selfSize: number, children: Node[] = []): Node {
  const url = functionName === '(V8 API)' ? '' : 'file:///srv/app.mjs';
  return { callFrame: { functionName, scriptId: '1', url, lineNumber: 4, columnNumber: 0 }, selfSize, id: 0, children };
}

const STATE = { reason: null, samplingInterval: 1, cost: 2 };

void test('sizes by function, wherever it was called from, from reading to reading', () => {
  const history = new AllocationHistory();
  history.add(1, node('(root)', 0, [node('keep', 100, [node('make', 5)]), node('gone', 50)]));
  history.add(2, node('(root)', 0, [node('keep', 200, [node('keep', 30)]), node('late', 7, [node('(V8 API)', 1)])]));
  const { sites, at } = history.result(STATE);
  assert.deepEqual(at, [1, 2]);
  assert.deepEqual(
    sites.map((site) => [site.function, site.place, site.sizes, site.growth, site.monotonicity]),
    [
      ['keep', '/srv/app.mjs:5', [100, 230], 130, 1],
      ['late', '/srv/app.mjs:5', [0, 7], 7, 1],
      ['(V8 API)', '', [0, 1], 1, 1],
      ['gone', '/srv/app.mjs:5', [50, 0], -50, -1],
      ['make', '/srv/app.mjs:5', [5, 0], -5, -1],
    ],
  );
});

void test('what nobody holds any more in all readings that are kept is forgotten', () => {
  const history = new AllocationHistory();
  history.add(0, node('(root)', 0, [node('gone', 50)]));
  for (let at = 1; at <= 60; at++) history.add(at, node('(root)', 0, [node('keep', at)]));
  const { sites, at } = history.result(STATE);
  assert.deepEqual([at.length, at[0]], [60, 1]);
  assert.deepEqual(
    sites.map((site) => [site.function, site.sizes.length]),
    [['keep', 60]],
  );
});
