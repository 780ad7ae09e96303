import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeapstatError } from '../../dist/errors.js';
import { NumberSection } from '../../dist/snapshot/number-section.js';
import { LayoutMismatch } from '../../dist/snapshot/sink.js';

/** Reads the text behind an opening bracket, cut into pieces; what was taken, and the text behind the closing bracket. */
function read(pieces: readonly string[], stride: number): { values: number[]; rest: string | null; lines: boolean } {
  const values: number[] = [];
  const section = new NumberSection('nodes', stride, (batch, records) =>
    values.push(...batch.subarray(0, records * stride)),
  );
  let offset = 0;
  for (const [k, piece] of pieces.entries()) {
    const chunk = Buffer.from(piece);
    const end = section.push(chunk, 0, offset);
    if (end >= 0) return { values, rest: piece.slice(end) + pieces.slice(k + 1).join(''), lines: section.hasLines };
    offset += chunk.length;
  }
  return { values, rest: null, lines: section.hasLines };
}

function cutEverywhere(text: string): string[][] {
  return Array.from({ length: text.length + 1 }, (_, at) => [text.slice(0, at), text.slice(at)]);
}

void test('numbers of 1 to 15 digits, with and without lines, cut anywhere', () => {
  for (const [text, stride, values, lines] of [
    ['1,22,333]x', 3, [1, 22, 333], false],
    ['1,22,333\n]x', 3, [1, 22, 333], true],
    ['0,0\n,10,999999999999999\n]x', 2, [0, 0, 10, 999_999_999_999_999], true],
    [
      '123456789,1234567890,12345678901,4294967296]x',
      1,
      [123_456_789, 1_234_567_890, 12_345_678_901, 4_294_967_296],
      false,
    ],
    [']x', 4, [], false],
  ] as const)
    for (const pieces of cutEverywhere(text))
      assert.deepEqual(read(pieces, stride), { values, rest: 'x', lines }, JSON.stringify(pieces));
});

void test('more records than one batch holds', () => {
  const numbers = Array.from({ length: 30_000 }, (_, k) => k * 7);
  assert.deepEqual(read([`${numbers.join(',')}]`], 3).values, numbers);
});

void test('goes on where the bytes end', () => {
  assert.deepEqual(read(['1,2,3,4'], 2), { values: [], rest: null, lines: false });
});

void test('what V8 does not write is handed over, from the start of the record it is in', () => {
  for (const [text, stride, taken, handedOver] of [
    ['1,2,-3]', 2, [1, 2], '-3]'],
    ['1,2,3,4.5]', 2, [1, 2], '3,4.5]'],
    ['1,2,3,4e1,5]', 2, [1, 2], '3,4e1,5]'],
    ['1, 2]', 1, [1], ' 2]'],
    ['1 ,2]', 1, [], '1 ,2]'],
    ['1,2\n\n]', 2, [], '1,2\n\n]'],
    ['1\n,2]', 2, [], '1\n,2]'],
    ['7,1234567890123456]', 1, [7], '1234567890123456]'],
    ['7,012]', 1, [7], '012]'],
    ['7,00]', 1, [7], '00]'],
    ['7,,8]', 1, [7], ',8]'],
    [',8]', 1, [], ',8]'],
    ['1,2\n3]', 2, [], '1,2\n3]'],
    [' ]', 1, [], ' ]'],
    ['"1"]', 1, [], '"1"]'],
    ['[1]]', 1, [], '[1]]'],
    ['null]', 1, [], 'null]'],
  ] as const)
    for (const pieces of cutEverywhere(text)) {
      const values: number[] = [];
      const section = new NumberSection('nodes', stride, (batch, records) =>
        values.push(...batch.subarray(0, records * stride)),
      );
      const [first, second] = [Buffer.from(pieces[0]!), Buffer.from(pieces[1]!)];
      let rest: string | null = null;
      try {
        section.push(first, 0, 100);
        section.push(second, 0, 100 + first.length);
      } catch (error) {
        assert.ok(error instanceof LayoutMismatch, String(error));
        rest = Buffer.from(error.rest).toString() + (error.offset < 100 + first.length ? pieces[1] : '');
      }
      assert.equal(rest, handedOver, JSON.stringify(pieces));
      assert.deepEqual(values, taken, JSON.stringify(pieces));
      assert.equal(section.records, taken.length / stride);
    }
});

void test('a section that ends inside a record, or behind a comma, is damaged', () => {
  for (const [text, stride, message] of [
    ['1,2,3]', 2, 'the "nodes" section ends inside record 1 at byte 5: it has 1 of 2 fields'],
    ['1]', 7, 'the "nodes" section ends inside record 0 at byte 1: it has 1 of 7 fields'],
    ['1,2,]', 2, 'a number should follow the comma, but there is "]" at byte 4, record 1 of "nodes"'],
  ] as const)
    for (const pieces of cutEverywhere(text))
      assert.throws(
        () => read(pieces, stride),
        (error) => error instanceof HeapstatError && error.message === message,
      );
});

/** Reads pieces of a section whose second field may be negative; what was taken, and what was handed over. */
function readSigned(pieces: readonly string[]): { values: number[]; handedOver: string | null } {
  const values: number[] = [];
  const section = new NumberSection('edges', 3, (batch, records) => values.push(...batch.subarray(0, records * 3)), 1);
  let offset = 0;
  for (const [k, piece] of pieces.entries()) {
    try {
      if (section.push(Buffer.from(piece), 0, offset) >= 0) return { values, handedOver: null };
    } catch (error) {
      if (!(error instanceof LayoutMismatch)) throw error;
      return { values, handedOver: Buffer.from(error.rest).toString() + pieces.slice(k + 1).join('') };
    }
    offset += piece.length;
  }
  throw new Error('the section goes on');
}

void test('one field may be negative, as V8 prints the index of an edge from 2^31 on', () => {
  for (const [text, values, handedOver] of [
    ['1,-2147483648,6,1,-1,0]', [1, -2_147_483_648, 6, 1, -1, 0], null],
    ['1,-5,6\n,1,7,0\n]', [1, -5, 6, 1, 7, 0], null],
    ['1,5,6,1,--7,0]', [1, 5, 6], '1,--7,0]'],
    ['1,5,6,1,-7,-1]', [1, 5, 6], '1,-7,-1]'],
    ['1,5,6,-1,7,1]', [1, 5, 6], '-1,7,1]'],
    ['1,5,6,1,7-,1]', [1, 5, 6], '1,7-,1]'],
    ['1,5,6,1,-01,1]', [1, 5, 6], '1,-01,1]'],
    ['1,5,6,1,-,1]', [1, 5, 6], '1,-,1]'],
  ] as const)
    for (const pieces of cutEverywhere(text))
      assert.deepEqual(readSigned(pieces), { values, handedOver }, JSON.stringify(pieces));
  for (const pieces of cutEverywhere('1,-]'))
    assert.throws(() => readSigned(pieces), /a number should follow the comma/);
});
