import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowFilter, withinTime } from '../../dist/analysis/row-filter.js';
import { HeapstatError } from '../../dist/errors.js';

const NAMES = [
  'Response',
  'CachedResponse',
  'Request',
  '日本語クラス',
  'Größe',
  '(string)',
  '',
  '!bang',
  'a/b',
  '/slash/',
  'new\nline',
];

void test('which names pass', () => {
  for (const [texts, passing] of [
    [[], NAMES],
    [['response'], ['Response', 'CachedResponse']],
    [['RESPONSE'], ['Response', 'CachedResponse']],
    [
      ['response', 'request'],
      ['Response', 'CachedResponse', 'Request'],
    ],
    [['!re'], NAMES.filter((name) => !/re/i.test(name))],
    [
      ['re', '!cached'],
      ['Response', 'Request'],
    ],
    [['!cached', '!request', 're'], ['Response']],
    [['/^Re/'], ['Response', 'Request']],
    [['/^re/'], []],
    [['/^re/i'], ['Response', 'Request']],
    [
      ['!/^re/i', 'e'],
      ['CachedResponse', 'Größe', 'new\nline'],
    ],
    [['größe'], ['Größe']],
    [['/\\p{Script=Han}/u'], ['日本語クラス']],
    [['(string)'], ['(string)']],
    [['!!'], NAMES.filter((name) => !name.includes('!'))],
    [['/'], ['a/b', '/slash/']],
    [['a/b'], ['a/b']],
    [['/^$/'], ['']],
    [['/w\\nl/'], ['new\nline']],
    [['/w.l/s'], ['new\nline']],
    [['//'], NAMES],
  ] as const)
    assert.deepEqual(NAMES.filter(rowFilter(texts)), passing, JSON.stringify(texts));
});

void test('a filter starts afresh on each name, whatever its flags', () => {
  const filter = rowFilter(['/re/giy']);
  assert.deepEqual(['Rest', 'Rest', 'xRest', 'Rest'].map(filter), [true, true, true, true]);
});

void test('what is no filter', () => {
  for (const text of ['', '!', '/(/', '/x/zz', '!/[/'])
    assert.throws(
      () => rowFilter([text]),
      (error) =>
        error instanceof HeapstatError && error.code === 'USAGE' && error.message.includes(text.replace('!', '')),
      text,
    );
});

void test('an expression that would go on for ages is stopped, the next one is tried', () => {
  const hard = [`${'a'.repeat(60)}b`];
  for (const text of ['/^(a+)+$/', '!/^(a|a)*$/', '/^(?=(a+)+$)/']) {
    const filter = rowFilter([text], 50);
    assert.throws(
      () => withinTime(filter, () => hard.filter(filter)),
      (error) => error instanceof HeapstatError && error.code === 'USAGE' && /to an end in 0\.05 s/.test(error.message),
      text,
    );
  }
  const simple = rowFilter(['/^a+b$/']);
  assert.deepEqual(
    withinTime(simple, () => hard.filter(simple)),
    hard,
  );
});

void test('what goes wrong meanwhile is told as it is', () => {
  const failure = new Error('mine');
  assert.throws(
    () =>
      withinTime(rowFilter(['/x/']), () => {
        throw failure;
      }),
    failure,
  );
});
