import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDominators } from '../../dist/analysis/dominators.js';
import { selectFromHeapSummary, summarizeHeap } from '../../dist/analysis/heap-summary.js';
import { inspectHeap } from '../../dist/analysis/inspect.js';
import { computeStats } from '../../dist/analysis/stats.js';
import { render } from '../../dist/report/render.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { expectGolden, GOLDEN_FOLDER } from '../helpers/golden.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';
import { asLoaded, loadFixture } from '../helpers/loaded-heap.js';

const FOLDER = 'heap';

/** Each is a command line, and the name of its golden file. */
const COMMAND_LINES = [
  'summary leak-after.heapsnapshot --retained',
  'summary leak-after.heapsnapshot --retained --sort -shallow --limit 5 --bytes',
  'summary leak-after.heapsnapshot --by location --filter /Cach/ --format csv',
  'summary node26.heapsnapshot --by type --format markdown',
  'summary node26.heapsnapshot --by shape --limit 12',
  'summary mini-quirks.heapsnapshot --retained --format json',
  'summary mini-quirks.heapsnapshot --by location',
  'summary names.heapsnapshot --retained --limit 0 --format tsv',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --retained',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --by location --limit 6 --format csv',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --retained --limit 2 --format ndjson',
  'diff leak-before.heapsnapshot leak-before.heapsnapshot --retained --fail-on-growth 0',
  'stats leak-after.heapsnapshot',
  'stats chrome-detached-3.heapsnapshot --format markdown',
  'stats mini-quirks.heapsnapshot --bytes',
  'dominators leak-after.heapsnapshot',
  'dominators chrome-detached-3.heapsnapshot --depth 3',
  'dominators leak-after.heapsnapshot CachedResponse --min-size 0 --limit 4',
  'dominators leak-after.heapsnapshot /Cache$/ --depth 2 --format markdown',
  'dominators mini-quirks.heapsnapshot --format json',
  'inspect leak-after.heapsnapshot CachedResponse --limit 4',
  'inspect leak-after.heapsnapshot @52819',
  'inspect leak-after.heapsnapshot handler --limit 3 --format markdown',
  'inspect mini-quirks.heapsnapshot Window --format json',
  'inspect names.heapsnapshot /./ --limit 0',
];

/** Slashes cannot stand in a file's name. */
function goldenName(line: string): string {
  return `${line.replaceAll('/', '%')}.txt`;
}

const WIDTHS = [80, 100, 200];

void test('whole outputs of the commands of the heap graph, in pipes', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-golden-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const files = new Set(COMMAND_LINES.flatMap((line) => line.match(/[^ ]+(?=\.heapsnapshot)/g) ?? []));
  for (const name of files) writeFileSync(join(folder, `${name}.heapsnapshot`), fixtureBytes(name));
  await forEachInParallel(COMMAND_LINES, async (line) => {
    const { code, stdout, stderr } = await heapstat(line.split(' '), { cwd: folder });
    assert.equal(code, 0, line);
    const isOneFile = /(\S+\.heapsnapshot) \1/.test(line);
    assert.match(stderr, isOneFile ? /^heapstat: warning: [^\n]*(?:the same file|given twice)[^\n]*\n$/ : /^$/, line);
    expectGolden(`${FOLDER}/${goldenName(line)}`, stdout);
  });
});

void test('whole results for terminals of several widths', async () => {
  const loaded = await loadFixture('leak-after');
  const heap = asLoaded(loaded, { ...loaded.snapshot, file: 'leak-after.heapsnapshot' });
  const results = {
    summary: selectFromHeapSummary(summarizeHeap(heap, { by: 'location' }), { limit: 15 }),
    stats: computeStats(heap),
    dominators: findDominators(heap),
    inspect: inspectHeap(heap, 'ResponseCache', { limit: 8 }),
  };
  for (const [what, result] of Object.entries(results)) {
    for (const width of WIDTHS) {
      const text = await render(result, 'table', { color: false, exactBytes: false, width });
      expectGolden(`${FOLDER}/render ${what} at ${width} columns.txt`, text);
    }
    const text = await render(result, 'table', { color: true, exactBytes: false, width: 100 });
    expectGolden(`${FOLDER}/render ${what} in colour.txt`, text);
  }
});

void test('every golden file of the heap graph is one of these', () => {
  const results = ['summary', 'stats', 'dominators', 'inspect'];
  const expected = [
    ...COMMAND_LINES.map(goldenName),
    ...results.flatMap((what) => WIDTHS.map((width) => `render ${what} at ${width} columns.txt`)),
    ...results.map((what) => `render ${what} in colour.txt`),
  ];
  assert.deepEqual(readdirSync(join(GOLDEN_FOLDER, FOLDER)).toSorted(), expected.toSorted());
});
