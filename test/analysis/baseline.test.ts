import assert from 'node:assert/strict';
import { test } from 'node:test';
import { baselineText, makeBaseline, parseBaseline } from '../../dist/analysis/baseline.js';
import { HeapstatError } from '../../dist/errors.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

void test('a baseline is what it says when read again: sorted, a class per line, a few kB', async () => {
  const summary = await summaryOf(fixtureBytes('leak-after'));
  const made = makeBaseline(summary);
  const text = baselineText(made);
  assert.deepEqual(parseBaseline(text, 'f'), { ...made, classes: new Map([...made.classes].toSorted(byName)) });
  assert.deepEqual(made.total, summary.total);
  assert.ok(text.length < 8000, `${text.length} bytes`);
  const names = text.split('\n').flatMap((line) => / {4}("(?:[^"\\]|\\.)*"): \[/.exec(line)?.[1] ?? []);
  assert.equal(names.length, made.classes.size);
  assert.deepEqual(
    names.map((name) => JSON.parse(name) as string),
    [...made.classes].toSorted(byName).map(([name]) => name),
  );
  assert.ok(summary.rows.every(({ constructor, selfSize }) => made.classes.has(constructor) === selfSize >= 1000));
});

function byName([a]: readonly [string, object], [b]: readonly [string, object]): number {
  return a < b ? -1 : 1;
}

void test('names of every kind survive', async () => {
  const summary = await summaryOf(fixtureBytes('names'));
  const rows = summary.rows.map((row) => ({ ...row, selfSize: 5000 }));
  const { classes } = parseBaseline(baselineText(makeBaseline({ ...summary, rows })), 'f');
  for (const { constructor } of rows) assert.ok(classes.has(constructor), JSON.stringify(constructor));
});

void test('what is no baseline is told with its place', () => {
  for (const [text, message] of [
    ['{', /^f is no baseline: .*JSON/],
    ['{}', /^f is no baseline: "heapstatBaseline" should be 1/],
    ['{"heapstatBaseline":1}', /"producer" should be a text/],
    ['{"heapstatBaseline":1,"producer":"x","total":[1,2]}', /"classes" should be an object/],
    ['{"heapstatBaseline":1,"producer":"x","total":[1],"classes":{}}', /"total" should be \[count, bytes\]/],
    [
      '{"heapstatBaseline":1,"producer":"x","total":[1,2],"classes":{"A":[1,"2"]}}',
      /classes\["A"\] should be \[count, bytes\]/,
    ],
  ] as const)
    assert.throws(
      () => parseBaseline(text, 'f'),
      (error) => error instanceof HeapstatError && error.code === 'UNREADABLE' && message.test(error.message),
    );
});
