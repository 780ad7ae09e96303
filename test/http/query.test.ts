import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { parseQuery } from '../../dist/http/query.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

void test('it selects as the options of the command line do', async () => {
  const whole = await summaryOf(fixtureBytes('node20'));
  const query = parseQuery('filter=s&filter=!%2F%5E%5C(%2F&sort=-count&limit=3&min-size=1kB&format=csv&bytes=1');
  assert.equal(query.format, 'csv');
  assert.equal(query.exactBytes, true);
  assert.equal(query.isDiff, false);
  const { rows, matched } = query.selectFromSummary(whole);
  const expected = whole.rows
    .filter(({ constructor: name, selfSize }) => /s/i.test(name) && !name.startsWith('(') && selfSize >= 1000)
    .toSorted((a, b) => a.count - b.count || (a.constructor < b.constructor ? 1 : -1));
  assert.equal(matched.constructors, expected.length);
  assert.deepEqual(
    rows.map(({ count }) => count),
    expected.slice(0, 3).map(({ count }) => count),
  );
  assert.equal(parseQuery('').selectFromSummary(whole).rows.length, 25);
  assert.equal(parseQuery('format=json').selectFromSummary(whole).rows.length, whole.rows.length);
  assert.equal(parseQuery('diff=last').isDiff, true);
});

void test('what it does not understand it refuses, and says what there is', () => {
  const wrong: [string, RegExp][] = [
    ['fliter=x', /no parameter "fliter": they are filter, sort, limit/],
    ['token=x', /no parameter "token"/],
    ['limit=many', /limit is "many", but it should be a whole number/],
    ['limit=-1', /limit is "-1"/],
    ['limit=', /limit is ""/],
    ['limit=1&limit=2', /limit is given more than once/],
    ['sort=retained', /cannot sort by "retained": the keys are size, count, name/],
    ['sort=delta', /cannot sort by "delta"/],
    ['format=xml', /format is "xml": it may be table, json, csv/],
    ['diff=first', /diff is "first": it may be last/],
    ['min-size=big', /min-size is "big", but it should be a size/],
    ['bytes=yes', /bytes is "yes": it may be 1 or 0/],
    ['all=1', /all is for diff=last/],
    ['filter=', /filter "" is empty/],
    ['filter=%2F(%2F', /no regular expression/],
    [`filter=${'x'.repeat(501)}`, /has 501 characters: 500 are the most/],
    ['__proto__=1', /no parameter "__proto__"/],
  ];
  for (const [query, message] of wrong)
    assert.throws(
      () => parseQuery(query),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && message.test(error.message),
      query,
    );
});

void test('a regular expression that does not end is stopped', async () => {
  const whole = await summaryOf(fixtureBytes('node20'));
  const [row] = whole.rows;
  const hard = { ...whole, rows: [{ ...row!, constructor: `${'a'.repeat(50)}b` }] };
  const query = parseQuery(`filter=${encodeURIComponent('/^(a+)+$/')}`);
  assert.throws(() => query.selectFromSummary(hard), /the regular expression did not come to an end in 1 s/);
  assert.equal(query.selectFromSummary(whole).rows.length, 0);
});
