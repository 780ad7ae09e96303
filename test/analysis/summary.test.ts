import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rowFilter } from '../../dist/analysis/row-filter.js';
import { selectFromSummary, summarizePushed } from '../../dist/analysis/summary.js';
import { fixtureBytes, fixtureFile } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

interface Truth {
  counts: Record<string, number>;
  leaked: number;
  leakClass?: string;
}

/** What the program counts otherwise than by class. */
const NO_CLASSES = ['literals', 'strings', 'duplicated long strings'];
/** Of these Node has some of its own. */
const AT_LEAST = ['Map', 'Set', 'WeakRef', 'Histogram'];
/** In the cache before anything leaks. */
const CACHED_AT_FIRST = 200;

for (const name of ['leak-before', 'leak-after', 'leak-final']) {
  void test(`${name} holds what the program that wrote it says`, async () => {
    const truth = JSON.parse(readFileSync(fixtureFile(`snapshots/${name}.truth.json`), 'utf8')) as Truth;
    const { rows } = await summaryOf(fixtureBytes(name));
    const counts = new Map(rows.map((row) => [row.constructor, row.count]));
    const classes = Object.keys(truth.counts).filter((key) => !NO_CLASSES.includes(key));
    assert.equal(classes.length, 65);
    for (const key of classes) {
      const [found, wanted] = [counts.get(key) ?? 0, truth.counts[key]!];
      if (AT_LEAST.includes(key)) assert.ok(found >= wanted, `${key}: ${found} of ${wanted}`);
      else assert.equal(found, wanted, key);
    }
    assert.equal(counts.get('CachedResponse'), CACHED_AT_FIRST + truth.leaked);
  });
}

void test('equal names are one row: of two node types, in two notations', async () => {
  const { rows } = await summaryOf(fixtureBytes('names'));
  const names = rows.map((row) => row.constructor);
  assert.equal(new Set(names).size, names.length);
  const row = (name: string): object | undefined => rows.find((one) => one.constructor === name);
  // 5 closures of 56 B and the object whose name is Function; an object and a native; raw and as \u65e5...
  assert.deepEqual(row('Function'), { constructor: 'Function', count: 7, selfSize: 5 * 56 + 2 * 464 });
  assert.deepEqual(row('Plain'), { constructor: 'Plain', count: 3, selfSize: 1056 + 300 });
  assert.equal(names.filter((name) => name === '日本語クラス').length, 1);
});

void test('every name of a heap comes out as it went in', async () => {
  const { rows } = await summaryOf(fixtureBytes('names'));
  const names = new Set(rows.map((row) => row.constructor));
  for (const name of [
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    '👨‍👩‍👧‍👦Family',
    '\u001b[31mred\u001b[0m',
    'c1\u009b31mred',
    'high\ud83d',
    '\ude00low',
    '\ud83d\ud83d\ude00',
    '\u202eesrever',
    '\ufeffbom',
    'nul\u0000bell\u0007del\u007f',
    'new\nline',
    'back\\slash\\',
    'Long'.repeat(250),
    '<img>',
    '<div>',
    'Detached <div>',
  ])
    assert.ok(names.has(name), JSON.stringify(name));
});

void test('sizes and ids over 2^32 add up', async () => {
  const { total, rows } = await summaryOf(fixtureBytes('wide-numbers'));
  assert.deepEqual(rows, [
    { constructor: 'Huge', count: 2, selfSize: 9_294_967_296 },
    { constructor: 'Small', count: 2, selfSize: 4_294_967_302 },
    { constructor: '(synthetic)', count: 1, selfSize: 0 },
  ]);
  assert.deepEqual(total, { count: 5, selfSize: 13_589_934_598 });
});

void test('a selection says what it matched and what it shows, and leaves the totals', async () => {
  const whole = await summaryOf(fixtureBytes('leak-after'));
  const result = selectFromSummary(whole, {
    filter: rowFilter(['response']),
    sort: { key: 'count', reversed: false },
    limit: 1,
    minSize: 200, // ResponseCache has 104 B
  });
  assert.deepEqual(result.rows, [{ constructor: 'CachedResponse', count: 1700, selfSize: 95_200 }]);
  assert.deepEqual(result.shown, { count: 1700, selfSize: 95_200 });
  assert.deepEqual(result.matched, { count: 1753, selfSize: 98_168, constructors: 2 });
  assert.deepEqual(result.total, whole.total);
  assert.equal(result.constructors, whole.rows.length);
});

void test('chunks that are pushed give what the whole file gives, whoever has to read them', async () => {
  // V8 of two ages, and Bun's, which the general reader has to read.
  for (const name of ['node20', 'node26', 'bun.1']) {
    const bytes = fixtureBytes(name);
    const summary = await summarizePushed('fixture');
    for (let at = 0; at < bytes.length; at += 65_536) summary.push(Uint8Array.from(bytes.subarray(at, at + 65_536)));
    assert.deepEqual(summary.end(), await summaryOf(bytes), name);
  }
});

void test('pushed chunks that are no snapshot are refused by name', async () => {
  const summary = await summarizePushed('process 1');
  assert.throws(() => {
    summary.push(Buffer.from('{"snapshot":{}}'));
    summary.end();
  }, /^HeapstatError: process 1: /);
});
