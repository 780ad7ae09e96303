import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadHeapSeries } from '../../dist/analysis/load-heap-series.js';
import { HeapstatError } from '../../dist/errors.js';
import { fixtureFile } from '../helpers/fixture-files.js';

const FILES = ['before', 'after', 'final'].map((name) => fixtureFile(`snapshots/leak-${name}.heapsnapshot.gz`));

void test('the same by a thread of its own as one after the other', async () => {
  const aside = await loadHeapSeries(FILES, { threads: 2 });
  const inTurn = await loadHeapSeries(FILES, { threads: 1 });
  assert.deepEqual(aside.snapshots, inTurn.snapshots);
  assert.deepEqual(aside.series, inTurn.series);
  assert.ok(aside.series.connections.slice(1).every(({ previous }) => previous.some((place) => place > 0)));
});

void test('any of the files may be unreadable', async () => {
  for (const threads of [1, 2] as const)
    for (const bad of [0, 1, 2])
      await assert.rejects(
        loadHeapSeries(FILES.with(bad, fixtureFile('invalid/cut-edges.heapsnapshot')), { threads }),
        (error) =>
          error instanceof HeapstatError && error.code === 'INVALID_SNAPSHOT' && /cut-edges/.test(error.message),
        `${threads} ${bad}`,
      );
});
