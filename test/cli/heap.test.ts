import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DominatorsResult } from '../../dist/analysis/dominators.js';
import type { HeapDiff } from '../../dist/analysis/heap-diff.js';
import type { HeapSummary } from '../../dist/analysis/heap-summary.js';
import type { InspectResult } from '../../dist/analysis/inspect.js';
import type { StatsResult } from '../../dist/analysis/stats.js';
import { fixtureFile } from '../helpers/fixture-files.js';
import { forEachInParallel, heapstat } from '../helpers/heapstat-process.js';

const QUIRKS = fixtureFile('snapshots/mini-quirks.heapsnapshot.gz');
const NODE20 = fixtureFile('snapshots/node20.heapsnapshot.gz');
const BUN = fixtureFile('snapshots/bun.1.heapsnapshot.gz');
const [BEFORE, AFTER] = ['leak-before', 'leak-after'].map((name) =>
  fixtureFile(`snapshots/${name}.heapsnapshot.gz`),
) as [string, string];
const DENO = fixtureFile('snapshots/deno.1.heapsnapshot.gz');

async function json<Result>(...args: string[]): Promise<Result> {
  const { code, stdout, stderr } = await heapstat([...args, '--format', 'json']);
  assert.deepEqual([code, stderr], [0, ''], args.join(' '));
  return JSON.parse(stdout) as Result;
}

void test('the summary is of the graph with --retained, with --by, and with the keys of the graph', async () => {
  for (const args of [
    ['--retained'],
    ['-r'],
    ['--by', 'constructor'],
    ['--sort', 'retained'],
    ['--sort', '-distance'],
  ]) {
    const result = await json<HeapSummary>('summary', QUIRKS, ...args);
    assert.deepEqual(
      [result.type, result.version, result.accounting, result.by],
      ['summary', 1, 'devtools', 'constructor'],
    );
    assert.equal(result.rows.length, 3);
  }
  assert.equal('accounting' in (await json<object>('summary', QUIRKS)), false);
});

void test('rows by location say where', async () => {
  const { by, rows } = await json<HeapSummary>('summary', NODE20, '--by', 'location', '--filter', '/^Session$/');
  assert.equal(by, 'location');
  const [session] = rows;
  assert.match(session!.location!.script!, /\.[cm]?js$/);
  assert.deepEqual(Object.keys(session!.location!), ['scriptId', 'line', 'column', 'script']);
});

void test('a snapshot from standard input, and the same from the file', async () => {
  const { stdout: fromFile } = await heapstat(['stats', QUIRKS]);
  const { code, stdout } = await heapstat(['stats', '-'], { input: readFileSync(QUIRKS) });
  assert.equal(code, 0);
  assert.equal(stdout.replace('(standard input)', QUIRKS), fromFile);
});

void test('stats, dominators and inspect give their results as JSON', async () => {
  const stats = await json<StatsResult>('stats', QUIRKS);
  assert.deepEqual([stats.type, stats.version, stats.total], ['stats', 1, 5_000_000_196]);
  const dominators = await json<DominatorsResult>('dominators', QUIRKS, 'Window', '--depth', '2', '--min-size', '1');
  assert.deepEqual(
    [dominators.type, dominators.version, dominators.depth, dominators.minSize],
    ['dominators', 1, 2, 1],
  );
  assert.equal(dominators.roots[0]!.constructor, 'Window');
  const inspect = await json<InspectResult>('inspect', QUIRKS, '@3');
  assert.deepEqual([inspect.type, inspect.version, inspect.node.constructor], ['inspect', 1, 'Window']);
});

void test('a diff of the graph: the shape of the plain one, extended', async () => {
  const plain = await json<HeapDiff>('diff', BUN, BUN, '--all', '--quiet');
  const heap = await json<HeapDiff>('diff', BUN, BUN, '--all', '--quiet', '--retained');
  for (const key of Object.keys(plain)) assert.ok(key in heap, key);
  assert.deepEqual(Object.keys(heap.rows[0]!), Object.keys(plain.rows[0]!));
  assert.deepEqual(Object.keys(heap.rows[0]!.before), ['count', 'selfSize', 'shallowSize', 'retainedSize']);
  assert.equal(heap.changed, 0);
});

void test('a gate on the graph judges shallow sizes', async () => {
  await forEachInParallel(
    [
      { args: ['900kB'], code: 0, verdict: 'PASSED: the heap grew by 825.9 kB, which is within the 900.0 kB allowed' },
      {
        args: ['40kB', '--filter', '/^Map$/'],
        code: 1,
        verdict: 'FAILED: what passes the filter /^Map$/ grew by 50.2 kB, which is more than the 40.0 kB allowed',
      },
    ],
    async ({ args, code, verdict }) => {
      const result = await heapstat(['diff', BEFORE, AFTER, '--retained', '--fail-on-growth', ...args]);
      assert.equal(result.code, code);
      assert.equal(result.stdout.trimEnd().split('\n').at(-1), verdict);
    },
  );
});

void test('rows of instances as CSV, TSV and NDJSON', async () => {
  const { stdout: csv } = await heapstat(['inspect', NODE20, 'Session', '--format', 'csv', '--limit', '3']);
  assert.equal(csv.split('\n').length, 5);
  assert.match(csv, /^object,nodeId,distance,shallowSize,retainedSize\nSession,\d+,\d+,\d+,\d+\n/);
  const { stdout: ndjson } = await heapstat(['inspect', NODE20, 'Session', '--format', 'ndjson', '--limit', '3']);
  assert.equal(ndjson.trimEnd().split('\n').length, 3);
});

void test('an edge’s number that V8 wrote as a negative one is no reason to refuse the file', async () => {
  const { code, stdout, stderr } = await heapstat(['dominators', DENO, '--quiet']);
  assert.deepEqual([code, stderr], [0, '']);
  assert.match(stdout, /\n {2}9\.9 MB {2}100\.0% {2}\(root\) @1/);
});

void test('wrong use: exit code 2 and one line', async () => {
  await forEachInParallel(
    [
      { args: ['inspect', QUIRKS, '@50'], message: 'heapstat: the snapshot has no node @50' },
      { args: ['inspect', QUIRKS, '5'], message: 'heapstat: no constructor is named 5; a node is given as @5' },
      { args: ['inspect', QUIRKS, 'windo'], message: 'heapstat: no constructor is named "windo"; there is "Window"' },
      { args: ['inspect', QUIRKS, '/(/'], message: 'heapstat: /(/ is no regular expression: ' },
      { args: ['dominators', QUIRKS, 'x\u001b[31m'], message: 'heapstat: no constructor is named "x\\u001b[31m"' },
      {
        args: ['dominators', QUIRKS, '--depth', '101'],
        message: "heapstat: option '-d, --depth <levels>' argument '101' is",
      },
      {
        args: ['dominators', QUIRKS, '--format', 'csv'],
        message: "heapstat: option '--format <format>' argument 'csv' is",
      },
      {
        args: ['stats', QUIRKS, '--format', 'ndjson'],
        message: "heapstat: option '--format <format>' argument 'ndjson'",
      },
      {
        args: ['summary', QUIRKS, '--by', 'colour'],
        message: "heapstat: option '--by <what>' argument 'colour' is invalid",
      },
      {
        args: ['summary', QUIRKS, '-r', '--sort', 'new'],
        message: 'heapstat: cannot sort by "new": the keys are retained',
      },
      { args: ['inspect', QUIRKS], message: "heapstat: missing required argument 'target'" },
    ],
    async ({ args, message }) => {
      const { code, stdout, stderr } = await heapstat(args);
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.ok(stderr.startsWith(message), stderr);
    },
  );
});

void test('an unsound snapshot: exit code 3 and one line that names it', async () => {
  const file = fixtureFile('invalid/cut-edges.heapsnapshot');
  for (const args of [
    ['stats', file],
    ['dominators', file],
    ['inspect', file, '@1'],
    ['summary', file, '--retained'],
    ['diff', QUIRKS, file, '--retained'],
  ]) {
    const { code, stdout, stderr } = await heapstat(args);
    assert.deepEqual([code, stdout], [3, ''], args.join(' '));
    assert.match(stderr, /^heapstat: [^\n]*cut-edges\.heapsnapshot[^\n]*\n$/);
  }
});

void test('each command has help with examples', async () => {
  for (const command of ['stats', 'dominators', 'inspect']) {
    const { code, stdout } = await heapstat(['help', command]);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`^Usage: heapstat ${command} .*Examples:\\n  heapstat ${command} `, 's'));
  }
});

void test('who filters by Detached, as in DevTools, is told what says which nodes are', async () => {
  const page = fixtureFile('snapshots/chrome-detached-3.heapsnapshot.gz');
  const hint = 'heapstat: which nodes of a page are detached is told by --retained\n';
  for (const args of [
    ['summary', page],
    ['diff', fixtureFile('snapshots/chrome-detached-1.heapsnapshot.gz'), page],
  ]) {
    assert.equal((await heapstat([...args, '-f', 'Detached'])).stderr, hint);
    assert.equal((await heapstat([...args, '-f', 'Detached', '--retained'])).stderr, '');
    assert.equal((await heapstat([...args, '-f', '!Detached'])).stderr, '');
  }
  assert.equal((await heapstat(['summary', NODE20, '-f', 'Detached'])).stderr, '');
});
