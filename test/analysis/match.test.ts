import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureWarnings } from '../../dist/analysis/capture-mode.js';
import { diffHeaps } from '../../dist/analysis/heap-diff.js';
import { diffSnapshots } from '../../dist/analysis/diff.js';
import { decideMatch, type IdEvidence } from '../../dist/analysis/match.js';
import { bytesSource, streamSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { diffOf, READERS } from '../helpers/results.js';

const path = (name: string): string => fixtureFile(`snapshots/${name}.heapsnapshot.gz`);

for (const [before, after, mode, reason] of [
  [
    'leak-before',
    'leak-after',
    'id',
    /^100\.0% of the shared ids have the same type and name in both: the snapshots are of one process$/,
  ],
  ['n20.1', 'n20.2', 'id', /^100\.0% of the shared ids/],
  ['chrome-detached-1', 'chrome-detached-3', 'id', /^100\.0% of the shared ids/],
  ['runA', 'runB', 'class', /^27\.\d% of the shared ids .*: the ids mean nothing here$/],
  ['chrome-detached-1', 'chrome-detached-fixed-1', 'class', /^8\d\.\d% of the shared ids/],
  ['node22', 'node26', 'class', /^1\.\d% of the shared ids/],
  ['bun.1', 'bun.2', 'class', /^only 2 of 4,575 ids stand in both snapshots: the ids mean nothing here$/],
] as const) {
  void test(`${before} and ${after} are matched by ${mode}, with every reader and with retained sizes`, async () => {
    const [a, b] = [fixtureBytes(before), fixtureBytes(after)];
    const { match } = await diffOf(a, b);
    assert.equal(match.mode, mode);
    assert.match(match.reason, reason);
    // The sample is of ids, so that whatever reads it takes the same.
    assert.deepEqual((await diffOf(a, b, READERS['script'])).match, match);
    assert.equal((await diffHeaps(path(before), path(after))).match.mode, mode);
  });
}

void test('two runs of one script: 100 Foo more, and none claimed to be new or deleted', async () => {
  const plain = await diffOf(fixtureBytes('runA'), fixtureBytes('runB'));
  const foo = plain.rows.find((row) => row.constructor === 'Foo')!;
  assert.deepEqual(
    [foo.before.count, foo.after.count, foo.delta.count, foo.new, foo.deleted],
    [50, 150, 100, null, null],
  );
  assert.deepEqual([plain.total.new, plain.matched.deleted, plain.shown.new], [null, null, null]);
  const heaps = await diffHeaps(path('runA'), path('runB'));
  const row = heaps.rows.find(({ constructor }) => constructor === 'Foo')!;
  assert.deepEqual([row.delta.count, row.new, row.deleted], [100, null, null]);
});

async function* chunks(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

void test('by class, as asked: the deltas of a comparison by id, from two streams too', async () => {
  const [a, b] = [fixtureBytes('n20.1'), fixtureBytes('n20.2')];
  const byId = await diffOf(a, b, { match: 'id' });
  for (const options of [{}, { simd: false }]) {
    const byClass = await diffSnapshots(
      streamSource(() => chunks(a), 'a'),
      streamSource(() => chunks(b), 'b'),
      { ...options, match: 'class' },
    );
    assert.deepEqual(byClass.match, { mode: 'class', agreement: null, reason: 'as asked' });
    assert.deepEqual(
      byClass.rows,
      byId.rows.map((row) => ({ ...row, new: null, deleted: null })),
    );
  }
});

void test('by id, as asked, where ids mean nothing: done, and warned of', async () => {
  const result = await diffSnapshots(bytesSource(fixtureBytes('runA')), bytesSource(fixtureBytes('runB')), {
    match: 'id',
  });
  assert.equal(result.match.mode, 'id');
  assert.ok(result.rows.every((row) => row.new !== null));
  assert.match(result.warnings[0]!, /^matched by id as asked; 27\.\d% of .* \(--match class is right\)$/);
});

const evidence = (differing: number): IdEvidence => ({
  shared: 1000,
  nodes: 1000,
  before: new Map(Array.from({ length: 1000 }, (_, id) => [id, 1])),
  after: new Map(Array.from({ length: 1000 }, (_, id) => [id, id < differing ? 2 : 1])),
});

void test('a part of 98 % of the shared ids is needed', () => {
  assert.deepEqual(
    [20, 21].map((differing) => decideMatch('auto', evidence(differing)).mode),
    ['id', 'class'],
  );
  assert.equal(decideMatch('auto', { ...evidence(0), nodes: 10_001 }).mode, 'class');
});

async function warningsOf(before: string, after: string): Promise<readonly string[]> {
  const { warnings } = await diffOf(fixtureBytes(before), fixtureBytes(after));
  const heaps = await diffHeaps(path(before), path(after));
  assert.deepEqual(heaps.warnings, warnings);
  return warnings;
}

void test('captures that were not taken alike are warned of', async () => {
  assert.deepEqual(await warningsOf('leak-before', 'leak-after'), []);
  assert.deepEqual(await warningsOf('runA', 'num26'), [
    'only after was taken with numeric values: its (number) objects are no growth',
  ]);
  assert.deepEqual(await warningsOf('tr26', 'runA'), [
    'only before was taken while allocations were tracked, which keeps objects of its own',
  ]);
  assert.deepEqual(await warningsOf('node20', 'node26'), [
    'the snapshots are of different engines (before: V8 of Node 20; after: V8 as in Chrome, Node 24 or later), which lay out and name the same objects differently',
  ]);
  const plain = { producer: 'V8 of Node 22', isTraced: false, hasNumericValues: false, hasNamedInternals: false };
  assert.deepEqual(captureWarnings(plain, plain), []);
  assert.deepEqual(captureWarnings(plain, { ...plain, hasNamedInternals: true }), [
    "only after was taken with V8's internals: its system objects are no growth",
  ]);
});
