import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatBytes, formatCount, parseBytes } from '../../dist/util/bytes.js';

void test('sizes in decimal units, rounded up into the next unit where they reach it', () => {
  for (const [bytes, text] of [
    [0, '0 B'],
    [1, '1 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1049, '1.0 kB'],
    [1050, '1.1 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [12_345_678, '12.3 MB'],
    [999_950_000, '1.0 GB'],
    [5_000_000_000, '5.0 GB'],
    [1e15, '1.0 PB'],
    [1e18, '1000.0 PB'],
    [-429, '-429 B'],
    [-999_950, '-1.0 MB'],
    [1.5, '1.5 B'],
  ] as const)
    assert.equal(formatBytes(bytes), text, String(bytes));
});

void test('counts in groups of three', () => {
  for (const [count, text] of [
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [-1234, '-1,234'],
    [1_234_567, '1,234,567'],
    [2 ** 53, '9,007,199,254,740,992'],
    [1234.5, '1,234.5'],
  ] as const)
    assert.equal(formatCount(count), text);
});

void test('sizes from text: powers of 1000, and of 1024 with an i', () => {
  for (const [text, bytes] of [
    ['0', 0],
    ['4096', 4096],
    ['100kB', 100_000],
    ['100 KB', 100_000],
    ['1.5m', 1_500_000],
    ['10MB', 10_000_000],
    ['2g', 2e9],
    ['1TB', 1e12],
    ['1KiB', 1024],
    ['1.5 GiB', 1.5 * 2 ** 30],
    [' 7b ', 7],
  ] as const)
    assert.equal(parseBytes(text), bytes, text);
  for (const text of [
    '',
    ' ',
    '-1',
    '+1',
    '1e3',
    '.5MB',
    '1.MB',
    'MB',
    '10 parsecs',
    '1,000',
    'constructor',
    '1constructor',
    '0x10',
    'NaN',
    'Infinity',
  ])
    assert.ok(Number.isNaN(parseBytes(text)), text);
});
