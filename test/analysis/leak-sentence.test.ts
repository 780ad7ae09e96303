import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holderText, leakSentence } from '../../dist/analysis/leak-sentence.js';
import type { LeakSuspect } from '../../dist/analysis/leaks.js';
import type { NamedPlace } from '../../dist/analysis/source-places.js';

const APP = { scriptId: 3, script: 'app.js', package: null };
const HOLDER: LeakSuspect['holder'] = {
  constructor: 'Registry',
  edge: 'widgets',
  nodeId: 1,
  location: null,
  container: 'Map',
  variable: 'registry',
  variableLocation: null,
  isOfProgram: true,
  text: 'Map "widgets"',
};

function placed(place: NamedPlace): string {
  return holderText({ ...HOLDER, variableLocation: place }, '');
}

void test('a place has a line, and in a long line a column', () => {
  assert.equal(placed({ ...APP, line: 0, column: 0 }), 'Map "widgets" in app.js:1');
  assert.equal(placed({ ...APP, line: 0, column: 0, isWhole: true }), 'Map "widgets" in app.js');
  assert.equal(placed({ ...APP, line: 6, column: 200 }), 'Map "widgets" in app.js:7');
  assert.equal(placed({ ...APP, line: 0, column: 13_231 }), 'Map "widgets" in app.js:1:13232');
});

/** 200 that came in two windows of 100 operations each. @param held bytes there, by snapshot */
function sizes(retainedSize: number, held: readonly [number, number, number], series: 'series' | 'released'): string {
  const steps = held.map((size, k) => ({ count: 100 * (k + 1), retainedSize: size }));
  const growth = { count: 100, retainedSize: held[2] - held[1], steps };
  const suspect = {
    constructor: 'Root',
    count: 200,
    retainedSize,
    heldCount: 300,
    holder: HOLDER,
    alsoHeldBy: [],
    path: [],
    growth,
    perOperation: { count: 1, retainedSize: growth.retainedSize / 100 },
    removed: 0,
    along: [],
    evidence: '',
  };
  return /\(.*?\)/.exec(leakSentence(suspect, { series, onlyBytes: false, base: '' }))![0];
}

void test('a size and its rate are of the same', () => {
  // Each root is small, and brings much that other ways lead to as well.
  assert.equal(sizes(3200, [1e6, 2e6, 3e6], 'series'), '(2.0 MB, +10.0 kB and 1 object each operation)');
  // Each keeps a document, to which a shorter way leads from elsewhere.
  assert.equal(sizes(8e6, [400, 800, 1200], 'series'), '(8.0 MB, about +40.0 kB and 1 object each operation)');
  assert.equal(sizes(3200, [1e6, 2e6, 2e6], 'released'), '(3.2 kB)');
});
