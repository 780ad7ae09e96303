import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BUDGET_KEYS, CONFIG_KEYS, parseCheckConfig } from '../../dist/analysis/check-config.js';
import { HeapstatError } from '../../dist/errors.js';
import { fixtureFile } from '../helpers/fixture-files.js';

void test('a whole configuration', () => {
  const text = JSON.stringify({
    $schema: 'x',
    snapshots: ['a', 'b'],
    operations: 500,
    control: ['c', 'd'],
    baseline: 'e',
    allowInconclusive: true,
    budgets: [
      { name: 'sessions', filter: 'Session', maxGrowth: '1.5MB', maxGrowthCount: 0 },
      { filter: ['Cache', '!Weak'], maxSize: 4096, maxGrowthPercent: 2.5 },
      { maxDetached: 0 },
    ],
  });
  assert.deepEqual(parseCheckConfig(text, 'f'), {
    snapshots: ['a', 'b'],
    operations: 500,
    control: ['c', 'd'],
    baseline: 'e',
    allowInconclusive: true,
    budgets: [
      { name: 'sessions', filter: ['Session'], maxGrowth: 1_500_000, maxGrowthCount: 0 },
      { filter: ['Cache', '!Weak'], maxSize: 4096, maxGrowthPercent: 2.5 },
      { filter: [], maxDetached: 0 },
    ],
  });
});

void test('mistakes are named with their place', () => {
  for (const [text, message] of [
    ['[]', 'f: the whole should be an object, but is []'],
    ['{}', 'f: budgets should be a list, but is missing'],
    [
      '{"budget":[]}',
      'f: a key should be one of $schema, snapshots, operations, control, baseline, allowInconclusive, budgets, but is "budget"',
    ],
    ['{"budgets":[1]}', 'f: budgets[0] should be an object, but is 1'],
    [
      '{"budgets":[{"maxSize":1},{"maxSize":"huge"}]}',
      'f: budgets[1].maxSize should be a size such as 4096, "100kB" or "1.5GiB", but is "huge"',
    ],
    [
      '{"budgets":[{"maxSize":-1}]}',
      'f: budgets[0].maxSize should be a size such as 4096, "100kB" or "1.5GiB", but is -1',
    ],
    ['{"budgets":[{"maxCount":1.5}]}', 'f: budgets[0].maxCount should be a whole number, 0 or more, but is 1.5'],
    [
      '{"budgets":[{"maxGrowthPercent":"5"}]}',
      'f: budgets[0].maxGrowthPercent should be a number of percent, 0 or more, but is "5"',
    ],
    ['{"budgets":[{"maxSize":1,"filter":""}]}', /^f: budgets\[0\]\.filter should be a filter \(the filter "" is empty/],
    ['{"budgets":[{"maxSize":1,"filter":["a",7]}]}', 'f: budgets[0].filter[1] should be a text, but is 7'],
    [
      '{"budgets":[{"maxSize":1,"filter":"/(/"}]}',
      /^f: budgets\[0\]\.filter should be a filter \(the filter \/\(\/ is no regular expression/,
    ],
    ['{"budgets":[{"filter":"a"}]}', /^f: budgets\[0\] should be a budget with one of maxSize, /],
    [
      '{"budgets":[{"filter":"a","maxDetached":0}]}',
      /^f: budgets\[0\]\.maxDetached should be in a budget without a filter: it is for the whole heap/,
    ],
    [
      '{"budgets":[{"maxSizes":1}]}',
      /^f: a key of budgets\[0\] should be one of name, filter, maxSize, .*, but is "maxSizes"$/,
    ],
    ['{"budgets":[],"control":["a"]}', 'f: control should be two snapshots, but is ["a"]'],
    ['{"budgets":[],"operations":0}', 'f: operations should be a whole number, 1 or more, but is 0'],
    ['{"budgets":[],"allowInconclusive":"yes"}', 'f: allowInconclusive should be true or false, but is "yes"'],
    ['{\n  "budgets": [\n    {,}\n  ]\n}', /^f: is no valid JSON: .*line 3 column 6/],
  ] as const)
    assert.throws(
      () => parseCheckConfig(text, 'f'),
      (error) => {
        assert.ok(error instanceof HeapstatError && error.code === 'USAGE');
        if (typeof message === 'string') assert.equal(error.message, message);
        else assert.match(error.message, message);
        return true;
      },
    );
});

interface Schema {
  readonly properties: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly definitions: {
    readonly budget: { readonly properties: Readonly<Record<string, object>> };
    readonly size: { readonly anyOf: readonly [object, { readonly pattern: string }] };
  };
}

void test('the schema in the package has the same keys, and the same sizes', () => {
  const schema = JSON.parse(readFileSync(fixtureFile('../src/cli/heapstat.config.schema.json'), 'utf8')) as Schema;
  assert.deepEqual(Object.keys(schema.properties), [...CONFIG_KEYS]);
  assert.deepEqual(Object.keys(schema.definitions.budget.properties).toSorted(), [...BUDGET_KEYS].toSorted());
  const pattern = new RegExp(schema.definitions.size.anyOf[1].pattern);
  for (const size of ['4096', '100kB', '1.5 GiB', '10M', '7 b', '1e3', 'huge', '-1', '5 XB', '5iB', '']) {
    let isGood = true;
    try {
      parseCheckConfig(JSON.stringify({ budgets: [{ maxSize: size }] }), 'f');
    } catch {
      isGood = false;
    }
    assert.equal(pattern.test(size), isGood, size);
  }
});
