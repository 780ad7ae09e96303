import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptNames } from '../../dist/graph/scripts.js';
import { drawHeap } from '../helpers/draw-heap.js';
import { loadFixture } from '../helpers/loaded-heap.js';

void test('a script’s name is found by any function of it that leads there', () => {
  const { graph } = drawHeap(`
    Root -> Lost[closure]<5,1,1> & F[closure]<5,2,1> & Old[closure]<6,1,1> & Debugged[closure]<7,1,1> & Eval[closure]<8,1,1>
    F -internal:shared-> S1[code] -internal:script-> Script1[code] -internal:name-> N1:a.js[string]
    Old -internal:shared-> S2[code] -internal:script_or_debug_info-> Script2[code] -internal:name-> N2:b.js[string]
    Debugged -internal:shared-> S3[code] -internal:script_or_debug_info-> Info[code] -internal:script-> Script3[code]
    Script3 -internal:name-> N3:c.js[string]
    Eval -internal:shared-> S4[code] -internal:script-> Script4[code]
    Root -> Object1<9,1,1>
  `);
  assert.deepEqual(
    [...scriptNames(graph)],
    [
      [5, 'a.js'],
      [6, 'b.js'],
      [7, 'c.js'],
    ],
  );
});

void test('real snapshots of three generations name the scripts of the program', async () => {
  for (const [name, script] of [
    ['node16', /\/srv\/app\//],
    ['leak-after', /^file:\/\/\/srv\/app\/heaps\.mjs$/],
    ['node26', /\/srv\/app\//],
  ] as const) {
    const names = [...scriptNames(await loadFixture(name)).values()];
    assert.ok(
      names.some((found) => script.test(found)),
      `${name}: ${names.slice(-5).join(' ')}`,
    );
    assert.ok(names.length > 50);
  }
});
