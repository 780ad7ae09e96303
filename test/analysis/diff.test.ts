import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { diffSnapshots, diffSummaries, selectFromDiff } from '../../dist/analysis/diff.js';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { HeapstatError } from '../../dist/errors.js';
import { bytesSource, streamSource } from '../../dist/snapshot/source.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { naiveDiff, parseSnapshot } from '../helpers/naive.js';
import { diffOf, plainDiff, READERS, summaryOf } from '../helpers/results.js';

void test('the planted leak: 1,500 CachedResponse more, none less', async () => {
  const { rows } = await diffOf(fixtureBytes('leak-before'), fixtureBytes('leak-after'));
  const row = rows.find((one) => one.constructor === 'CachedResponse')!;
  assert.equal(row.new!.count, 1500);
  assert.equal(row.deleted!.count, 0);
  assert.equal(row.delta.count, 1500);
  assert.equal(row.before.count, 200);
  assert.equal(row.delta.selfSize, row.new!.selfSize);
});

void test('and none after it', async () => {
  const { rows } = await diffOf(fixtureBytes('leak-after'), fixtureBytes('leak-final'));
  const row = rows.find((one) => one.constructor === 'CachedResponse')!;
  assert.deepEqual([row.before.count, row.after.count, row.new!.count, row.deleted!.count], [1700, 1700, 0, 0]);
});

for (const [before, after] of [
  ['leak-before', 'leak-after'],
  ['leak-after', 'leak-before'],
  ['bun.1', 'bun.2'],
  ['lines', 'names'],
  ['names', 'wide-numbers'],
  ['node20', 'node26'],
] as const) {
  void test(`${before} -> ${after}: every reader says what JSON.parse says`, async () => {
    const [a, b] = [fixtureBytes(before), fixtureBytes(after)];
    const expected = naiveDiff(parseSnapshot(a), parseSnapshot(b));
    for (const [reader, options] of Object.entries(READERS)) {
      if (reader === 'general' && b.length > 1e6) continue; // three passes at 10 MB/s
      const result = await diffOf(a, b, { ...options, match: 'id' });
      assert.deepEqual(plainDiff(result), expected, reader);
    }
  });
}

void test('a snapshot and itself: nothing changed', async () => {
  const bytes = fixtureBytes('node16');
  const whole = await diffOf(bytes, bytes);
  assert.equal(whole.changed, 0);
  assert.deepEqual(selectFromDiff(whole, {}).rows, []);
  assert.equal(selectFromDiff(whole, { all: true }).rows.length, whole.constructors);
  assert.deepEqual(whole.total.delta, { count: 0, selfSize: 0 });
  assert.deepEqual(whole.total.before, whole.total.after);
});

void test('two summaries give what two snapshots give, by class', async () => {
  const [before, after] = [fixtureBytes('leak-before'), fixtureBytes('leak-after')];
  const expected = await diffOf(before, after, { match: 'class' });
  const found = diffSummaries(await summaryOf(before), await summaryOf(after), 'as asked');
  const names = { before: { ...found.before, file: 'before' }, after: { ...found.after, file: 'after' } };
  assert.deepEqual({ ...found, ...names }, expected);
});

void test('an object of both that grew counts in the size delta alone', async () => {
  const before = fixtureBytes('no-lines');
  const after = Buffer.from(before.toString().replace('3,1,3,32,1', '3,1,3,1032,1'));
  const { rows } = selectFromDiff(await diffOf(before, after), {});
  const none = { count: 0, selfSize: 0 };
  assert.deepEqual(rows, [
    {
      constructor: 'Cache',
      before: { count: 1, selfSize: 32 },
      after: { count: 1, selfSize: 1032 },
      new: none,
      deleted: none,
      delta: { count: 0, selfSize: 1000 },
    },
  ]);
});

void test('one gone and another come: a change without a delta is shown', async () => {
  const before = fixtureBytes('no-lines');
  const after = Buffer.from(before.toString().replace('3,1,3,32,1', '3,1,9,32,1'));
  const { rows } = selectFromDiff(await diffOf(before, after), {});
  assert.deepEqual(
    rows.map((row) => [row.constructor, row.new!.count, row.deleted!.count, row.delta.count]),
    [['Cache', 1, 1, 0]],
  );
});

async function* chunks(bytes: Buffer): AsyncIterable<Uint8Array> {
  yield bytes;
}

void test('either side can be a stream, not both', async () => {
  const [a, b] = [fixtureBytes('bun.1'), fixtureBytes('bun.2')];
  const expected = plainDiff(await diffOf(a, b, { match: 'id' }));
  const [streamA, streamB] = [streamSource(() => chunks(a), 'a'), streamSource(() => chunks(b), 'b')];
  const result = await diffSnapshots(streamA, bytesSource(b, 'b'), { match: 'id' });
  assert.deepEqual(plainDiff(result), expected);
  assert.deepEqual([result.before.file, result.after.file], ['a', 'b']);
  assert.deepEqual(plainDiff(await diffSnapshots(bytesSource(a), streamB, { match: 'id' })), expected);
  await assert.rejects(
    diffSnapshots(streamA, streamB),
    (error) => error instanceof HeapstatError && error.code === 'USAGE' && error.message.startsWith('a and b can each'),
  );
});

void test('an id that occurs twice is told of', async () => {
  const sound = fixtureBytes('no-lines');
  const twice = Buffer.from(sound.toString().replace('2,3,7,24', '2,3,5,24'));
  const text = 'nodes have the id of another: new, deleted and kept objects cannot be told for sure';
  assert.equal((await diffOf(twice, sound, { match: 'id' })).warnings.at(-1), `before: 1 ${text}`);
  assert.equal((await diffOf(sound, twice, { match: 'id' })).warnings.at(-1), `after: 1 ${text}`);
});

void test('an id that is none is refused', async () => {
  const sound = fixtureBytes('no-lines');
  for (const id of ['-3', '3.5'])
    await assert.rejects(
      diffOf(sound, Buffer.from(sound.toString().replace('3,1,3,32,1', `3,1,${id},32,1`))),
      (error) =>
        error instanceof HeapstatError && error.message === `after: node record 1 has the id ${id}, which is no id`,
    );
});

void test('either side that is no snapshot is told by its name', async () => {
  const [sound, cut] = [fixtureBytes('no-lines'), fixtureBytes('invalid/cut-edges.heapsnapshot')];
  await assert.rejects(diffOf(sound, cut), /^HeapstatError: after: the file is cut/);
  await assert.rejects(diffOf(cut, sound), /^HeapstatError: before: the file is cut/);
});

void test('a selection: sorted by any key, cut, filtered; matched is known before the cut', async () => {
  const whole = await diffOf(fixtureBytes('leak-before'), fixtureBytes('leak-after'));
  for (const [key, value] of [
    ['delta', (row: (typeof whole.rows)[0]) => row.delta.selfSize],
    ['new', (row: (typeof whole.rows)[0]) => row.new!.selfSize],
    ['deleted', (row: (typeof whole.rows)[0]) => row.deleted!.selfSize],
    ['before', (row: (typeof whole.rows)[0]) => row.before.selfSize],
    ['after', (row: (typeof whole.rows)[0]) => row.after.selfSize],
    ['size', (row: (typeof whole.rows)[0]) => row.after.selfSize],
    ['count', (row: (typeof whole.rows)[0]) => row.delta.count],
  ] as const) {
    const values = selectFromDiff(whole, { sort: { key, reversed: false } }).rows.map(value);
    assert.deepEqual(
      values,
      values.toSorted((a, b) => b - a),
      key,
    );
    assert.ok(new Set(values).size > 1, key);
    const reversed = selectFromDiff(whole, { sort: { key, reversed: true } }).rows.map(value);
    assert.deepEqual(
      reversed,
      values.toSorted((a, b) => a - b),
      `-${key}`,
    );
  }
  const result = selectFromDiff(whole, { filter: rowFilter(['response']), limit: 1 });
  assert.deepEqual(
    result.rows.map((row) => row.constructor),
    ['CachedResponse'],
  );
  assert.equal(result.matched.delta.count, 1500);
  assert.deepEqual(result.total, whole.total);
  const shrunk = selectFromDiff(whole, { minSize: 20_000, sort: { key: 'delta', reversed: true }, limit: 1 });
  assert.deepEqual(
    shrunk.rows.map((row) => row.delta.selfSize),
    [-48_000],
    'what shrank by so much is shown too',
  );
  const large = selectFromDiff(whole, { minSize: 100_000 });
  assert.ok(large.rows.length > 0 && large.rows.every((row) => Math.abs(row.delta.selfSize) >= 100_000));
});

void test('the leak is what the truth file says', () => {
  const truth = JSON.parse(readFileSync(fixtureFile('snapshots/leak-after.truth.json'), 'utf8')) as object;
  assert.deepEqual(
    Object.entries(truth).filter(([key]) => key.startsWith('leak')),
    [
      ['leaked', 1500],
      ['leakClass', 'CachedResponse'],
    ],
  );
});
