import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeReport, reportOnHeap } from '../../dist/analysis/report.js';
import { diffHeaps, selectFromHeapDiff } from '../../dist/analysis/heap-diff.js';
import { summarizeHeap } from '../../dist/analysis/heap-summary.js';
import { findLeaksIn } from '../../dist/analysis/leaks.js';
import { findRetainingPaths } from '../../dist/analysis/retaining-paths.js';
import { fileSource, type SnapshotSource } from '../../dist/snapshot/source.js';
import { computeStats } from '../../dist/analysis/stats.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { drawLoadedHeap, loadFixture } from '../helpers/loaded-heap.js';

const [BEFORE, AFTER] = ['leak-before', 'leak-after'].map((name) =>
  fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
) as [string, string];

void test('a report is the results of the commands', async () => {
  const report = await makeReport([BEFORE, AFTER]);
  const heap = await loadFixture('leak-after');
  assert.deepEqual([report.type, report.version, report.snapshots.length], ['report', 1, 2]);
  assert.deepEqual(report.summary, summarizeHeap(heap));
  assert.deepEqual(report.stats, computeStats(heap));
  assert.deepEqual(report.leaks, await findLeaksIn([BEFORE, AFTER]));
  assert.deepEqual(report.diff, selectFromHeapDiff(await diffHeaps(BEFORE, AFTER), {}));
  assert.equal(report.trend, null);
  assert.ok(report.leaks.suspects.length > 0);
  report.leaks.suspects.forEach(({ constructor }, i) =>
    assert.deepEqual(report.paths[i], findRetainingPaths(heap, constructor)),
  );
});

void test('two snapshots are read once each, three twice', async () => {
  const FINAL = fixtureFile('snapshots/leak-final.heapsnapshot.gz');
  for (const files of [[BEFORE], [BEFORE, AFTER], [BEFORE, AFTER, FINAL]]) {
    const reads = new Map<string, number>();
    const counted = files.map((path): SnapshotSource => {
      const source = fileSource(path);
      return {
        name: source.name,
        isRereadable: true,
        chunks(options) {
          reads.set(path, (reads.get(path) ?? 0) + 1);
          return source.chunks(options);
        },
      };
    });
    const report = await makeReport(counted);
    assert.deepEqual(
      [...reads.values()],
      files.map(() => (files.length > 2 ? 2 : 1)),
    );
    assert.deepEqual(report, await makeReport(files));
  }
});

void test('snapshots of two processes: growth by class, and what stands out in the last', async () => {
  const files = ['runA', 'runB'].map((name) => fixtureFile(`snapshots/${name}.heapsnapshot.gz`));
  const report = await makeReport(files);
  assert.deepEqual([report.leaks.series, report.diff!.match.mode], ['single', 'class']);
  assert.match(report.warnings.join('\n'), /are not of one process: .* of .*runB\.heapsnapshot\.gz alone/);
});

void test('a heap with next to nothing in it', () => {
  const { graph } = drawLoadedHeap('Root -> A');
  const report = reportOnHeap(graph);
  assert.deepEqual(
    [report.summary.rows.map((row) => row.constructor), report.leaks.suspects, report.diff, report.trend],
    [['A'], [], null, null],
  );
});
