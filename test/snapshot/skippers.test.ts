import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlatArraySkipper, JsonSkipper } from '../../dist/snapshot/skippers.js';

function skip(text: string, cut: number, captures: boolean): { end: number; text: string } {
  const skipper = new JsonSkipper(captures);
  const bytes = Buffer.from(text);
  const first = skipper.push(Buffer.from(bytes.subarray(0, cut)), 0, 0);
  if (first >= 0) return { end: first, text: skipper.text() };
  const second = skipper.push(bytes.subarray(cut), 0, cut);
  return { end: second < 0 ? -1 : cut + second, text: skipper.text() };
}

void test('passes over any JSON value, cut anywhere, and keeps its text', () => {
  for (const value of [
    '[]',
    '{}',
    '[[[]]]',
    '{"a":[1,{"b":"]"}]}',
    '"}]"',
    '"\\""',
    '"\\\\"',
    '["\\\\\\"]"]',
    '{"日本":"👩‍👧"}',
    '12',
    '-1.5e3',
    'null',
    'true',
  ])
    for (const after of [',"next"', '}'])
      for (let cut = 0; cut <= Buffer.byteLength(value); cut++)
        assert.deepEqual(
          skip(value + after, cut, true),
          { end: Buffer.byteLength(value), text: value },
          `${value} cut at ${cut}`,
        );
});

void test('goes on where the value does', () => {
  for (const value of ['[1,2', '{"a":"}', '"abc\\"', '12']) assert.equal(skip(value, 1, false).end, -1);
});

void test('nests as deep as it likes', () => {
  const depth = 1_000_000;
  const text = `${'['.repeat(depth)}${']'.repeat(depth)}`;
  assert.equal(skip(text, 1_500_000, false).end, text.length);
});

void test('a header without an end is no header', () => {
  const skipper = new JsonSkipper(true);
  const chunk = Buffer.alloc(1 << 20, ' ');
  chunk[0] = 123;
  assert.throws(() => {
    for (let k = 0; k < 17; k++) skipper.push(chunk, 0, k << 20);
  }, /the header\) has not ended by byte 16777216/);
});

void test('a flat array ends at its first closing bracket', () => {
  const skipper = new FlatArraySkipper();
  assert.equal(skipper.push(Buffer.from('1,2,3'), 0), -1);
  assert.equal(skipper.push(Buffer.from(',4]],'), 0), 3);
  assert.equal(new FlatArraySkipper().push(Buffer.from(']]'), 1), 2);
});
