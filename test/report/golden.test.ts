import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { selectFromDiff } from '../../dist/analysis/diff.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { selectFromSummary } from '../../dist/analysis/summary.js';
import { CHECK_FORMATS } from '../../dist/report/check/render.js';
import { FORMATS, render } from '../../dist/report/render.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { expectGolden, GOLDEN_FOLDER } from '../helpers/golden.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';
import { diffOf, summaryOf } from '../helpers/results.js';

/** Each is a command line, and the name of its golden file. */
const COMMAND_LINES = [
  ...FORMATS.map((format) => `summary names.heapsnapshot --limit 0 --format ${format}`),
  'summary node26.heapsnapshot',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot',
  'summary names.heapsnapshot --limit 0 --bytes',
  'summary wide-numbers.heapsnapshot',
  'summary node26.heapsnapshot --filter /^re/i --filter !request --sort name --limit 5',
  'summary node26.heapsnapshot --filter nothing-is-called-this',
  'summary node26.heapsnapshot --sort -count --limit 3 --format markdown',
  'summary leak-after.heapsnapshot --min-size 100kB --bytes',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --filter response --sort new',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --sort -delta --limit 3 --bytes',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --all --sort name --limit 4',
  'diff leak-before.heapsnapshot leak-after.heapsnapshot --min-size 50kB --fail-on-growth 10MB',
  'diff node16.heapsnapshot node16.heapsnapshot',
  'leaks leak-before.heapsnapshot leak-after.heapsnapshot leak-final.heapsnapshot',
  'leaks leak-before.heapsnapshot leak-after.heapsnapshot --per 1500 --format markdown',
  'leaks leak-final.heapsnapshot --limit 1 --bytes',
  'leaks node16.heapsnapshot node16.heapsnapshot node16.heapsnapshot',
  'why leak-after.heapsnapshot CachedResponse --cut',
  'why leak-after.heapsnapshot CachedResponse --ignore .entries --format markdown',
  'why leak-after.heapsnapshot @52821 --what-if @52819.entries --bytes',
  'why leak-after.heapsnapshot @52821 --raw',
  'diff runA.heapsnapshot runB.heapsnapshot --limit 5',
  'trend leak-before.heapsnapshot leak-after.heapsnapshot leak-final.heapsnapshot --per 500 --limit 12',
  'trend leak-before.heapsnapshot leak-after.heapsnapshot --control leak-after.heapsnapshot,leak-final.heapsnapshot --format csv',
];

/** Slashes cannot stand in a file's name. */
function goldenName(line: string): string {
  return `${line.replaceAll('/', '%')}.txt`;
}

const WIDTHS = [60, 80, 100, 200];

void test('whole outputs of the command, in pipes', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'heapstat-golden-'));
  context.after(() => rmSync(folder, { recursive: true }));
  for (const name of [
    'names',
    'node16',
    'node26',
    'leak-before',
    'leak-after',
    'leak-final',
    'runA',
    'runB',
    'wide-numbers',
  ])
    writeFileSync(join(folder, `${name}.heapsnapshot`), fixtureBytes(name));
  await forEachInParallel(COMMAND_LINES, async (line) => {
    const { code, stdout, stderr } = await heapstat(line.split(' '), { cwd: folder });
    assert.equal(code, 0, line);
    const isOneFile = /(\S+\.heapsnapshot) \1/.test(line);
    assert.match(stderr, isOneFile ? /^heapstat: warning: [^\n]*(?:the same file|given twice)[^\n]*\n$/ : /^$/, line);
    expectGolden(goldenName(line), stdout);
  });
});

void test('whole results in every form', async () => {
  const summary = await summaryOf(fixtureBytes('node26'));
  const diff = selectFromDiff(await diffOf(fixtureBytes('leak-before'), fixtureBytes('leak-after')), {});
  for (const format of FORMATS)
    for (const [what, result] of [
      ['node26', summary],
      ['leak', diff],
    ] as const) {
      const text = await render(result, format, { color: false, exactBytes: false, width: undefined });
      expectGolden(`render ${what} as ${format}.txt`, text);
    }
});

void test('whole tables for terminals of several widths', async () => {
  const names = selectFromSummary(await summaryOf(fixtureBytes('names')), { limit: 90 });
  const leak = await diffOf(fixtureBytes('leak-before'), fixtureBytes('leak-after'));
  const diff = selectFromDiff(leak, { limit: 15, filter: rowFilter(['!/^\\(/']) });
  for (const width of WIDTHS)
    for (const [what, result] of [
      ['names', names],
      ['leak', diff],
    ] as const) {
      const text = await render(result, 'table', { color: false, exactBytes: false, width });
      expectGolden(`render ${what} at ${width} columns.txt`, text);
    }
  expectGolden(
    'render leak in colour.txt',
    await render(diff, 'table', { color: true, exactBytes: false, width: 100 }),
  );
});

void test('every golden file is one of these', () => {
  const expected = [
    ...COMMAND_LINES.map(goldenName),
    ...WIDTHS.flatMap((width) => [`render names at ${width} columns.txt`, `render leak at ${width} columns.txt`]),
    ...FORMATS.flatMap((format) => [`render node26 as ${format}.txt`, `render leak as ${format}.txt`]),
    'render leak in colour.txt',
    ...[80, 200].map((width) => `check as plain at ${width} columns.txt`),
    ...CHECK_FORMATS.filter((format) => format !== 'plain').map((format) => `check as ${format}.txt`),
  ];
  const files = readdirSync(GOLDEN_FOLDER, { withFileTypes: true }).filter((entry) => entry.isFile());
  assert.deepEqual(files.map(({ name }) => name).toSorted(), expected.toSorted());
});
