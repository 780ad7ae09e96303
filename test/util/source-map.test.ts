import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSourceMap } from '../../dist/util/source-map.js';

/** As tsc writes it for three lines of `src/cache.ts`; the second line has no mapping. */
const MAP = JSON.stringify({
  version: 3,
  sourceRoot: '../src/',
  sources: ['cache.ts', null],
  names: [],
  mappings: 'AAEA,IAAI;;ACAJ;2BDAA',
});

void test('original positions by line and column, from 0', () => {
  const map = parseSourceMap(MAP)!;
  assert.deepEqual(map(0, 0), { source: '../src/cache.ts', line: 2, column: 0 });
  assert.deepEqual(map(0, 3), { source: '../src/cache.ts', line: 2, column: 0 });
  assert.deepEqual(map(0, 4), { source: '../src/cache.ts', line: 2, column: 4 });
  assert.deepEqual(map(0, 400), { source: '../src/cache.ts', line: 2, column: 4 });
  assert.equal(map(1, 0), null, 'a line without a mapping');
  assert.equal(map(2, 0), null, 'a source without a name');
  assert.deepEqual(map(3, 5), { source: '../src/cache.ts', line: 2, column: 0 }, 'before the first: the first');
  assert.equal(map(9, 0), null, 'a line that is not there');
});

void test('negative and long numbers', () => {
  const map = parseSourceMap(JSON.stringify({ sources: ['a'], mappings: 'AA+/BggC,CADnBD' }))!;
  assert.deepEqual(map(0, 0), { source: 'a', line: 1023, column: 1024 });
  assert.deepEqual(map(0, 1), { source: 'a', line: 1022, column: 1005 });
});

void test('what is no source map', () => {
  assert.equal(parseSourceMap('not JSON'), null);
  assert.equal(parseSourceMap('{"sources":[]}'), null);
  assert.equal(parseSourceMap('{"sources":["a"],"mappings":"A!"}'), null);
  assert.equal(parseSourceMap('{"sourceRoot":5,"sources":["a"],"mappings":"AAAA"}'), null);
  assert.ok(parseSourceMap('{"sourceRoot":null,"sources":["a"],"mappings":"AAAA"}'));
  assert.equal(parseSourceMap('null'), null);
  assert.ok(parseSourceMap(`)]}'\n${MAP}`), 'a prefix against inclusion');
});
