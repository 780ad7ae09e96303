import assert from 'node:assert/strict';
import { test } from 'node:test';
import { selectFromSummary } from '../../dist/analysis/summary.js';
import { FORMATS, render } from '../../dist/report/render.js';
import { safeJson, visibleText } from '../../dist/report/untrusted-text.js';
import { fixtureBytes } from '../helpers/fixture-files.js';
import { summaryOf } from '../helpers/results.js';

/** What a terminal obeys, what reorders a line, what ends one, and what is no text. Tabs and newlines are looked at apart. */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]|\p{Surrogate}/u;

void test('what is unsafe becomes visible, and nothing else changes', () => {
  for (const [text, expected] of [
    ['plain 日本 é 👨‍👩‍👧‍👦 🇯🇵', 'plain 日本 é 👨‍👩‍👧‍👦 🇯🇵'],
    ['\u001b[31m', '\\u001b[31m'],
    ['\u009b31m', '\\u009b31m'],
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['\u0000\u0007\u007f', '\\u0000\\u0007\\u007f'],
    ['\u202eabc\u2066', '\\u202eabc\\u2066'],
    ['\u2028\u2029\ufeff', '\\u2028\\u2029\\ufeff'],
    ['\ud83d', '\\ud83d'],
    ['\ude00', '\\ude00'],
    ['\ud83d\ud83d\ude00\ude00', '\\ud83d😀\\ude00'],
    ['back\\slash', 'back\\slash'],
  ] as const) {
    assert.equal(visibleText(text), expected);
    assert.doesNotMatch(visibleText(text), UNSAFE);
  }
});

void test('every code unit is either itself or made visible', () => {
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = String.fromCharCode(unit);
    const shown = visibleText(text);
    assert.equal(shown === text, !UNSAFE.test(text) && text !== '\n' && text !== '\t', unit.toString(16));
    assert.doesNotMatch(shown, UNSAFE);
    const value = { [text]: [text] };
    assert.doesNotMatch(safeJson(value), UNSAFE);
    assert.deepEqual(JSON.parse(safeJson(value)), value);
  }
});

void test('no format lets a name say anything to a terminal', async () => {
  const result = await summaryOf(fixtureBytes('names'));
  for (const format of FORMATS)
    for (const width of [undefined, 60, 20]) {
      // Colours are the table's only; it is looked at without.
      const text = await render(result, format, { color: format !== 'table', exactBytes: false, width });
      assert.doesNotMatch(text, UNSAFE, format);
      const lines = text.trimEnd().split('\n');
      const rows = { table: 6, csv: 1, tsv: 1, markdown: 8, ndjson: 0, json: 1 - result.rows.length }[format];
      assert.equal(lines.length, result.rows.length + rows, `${format}: no name starts a line`);
      if (format === 'tsv') for (const line of lines) assert.equal(line.split('\t').length, 3);
    }
});

void test('a snapshot whose own name is unsafe', async () => {
  const result = await summaryOf(fixtureBytes('lines'));
  const renamed = { ...result, snapshot: { ...result.snapshot, file: '\u001b[31mred\n|x' } };
  for (const format of ['table', 'markdown', 'json'] as const)
    assert.doesNotMatch(await render(renamed, format, { color: false, exactBytes: false, width: undefined }), UNSAFE);
});

void test('JSON is the result itself', async () => {
  const result = selectFromSummary(await summaryOf(fixtureBytes('names')), { limit: 50 });
  const options = { color: false, exactBytes: false, width: undefined };
  assert.deepEqual(JSON.parse(await render(result, 'json', options)), result);
  const lines = (await render(result, 'ndjson', options)).trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    result.rows,
  );
});
