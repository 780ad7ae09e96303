import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import type { ReportDocument } from '../../dist/report/document.js';
import { renderTable } from '../../dist/report/renderers/table.js';

const ESCAPE = /\u001b\[[0-9;]*m/g;

function documentOf(names: readonly string[]): ReportDocument {
  return {
    header: ['header'],
    tables: [
      {
        columns: [
          { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
          { key: 'count', title: 'Count', align: 'right', rank: 2 },
          { key: 'share', title: 'Share', align: 'right', rank: 1 },
          { key: 'delta', title: 'Delta', align: 'right', rank: 0 },
        ],
        rows: names.map((text, k) => [
          { type: 'name', text },
          { type: 'count', value: 10 ** k },
          { type: 'share', value: k / 10 },
          { type: 'bytesChange', value: (k - 1) * 1000 },
        ]),
      },
    ],
    notes: ['note'],
  };
}

const NAMES = ['Plain', '日本語クラス', '👨‍👩‍👧‍👦Family', 'e\u0301\u0302', 'Long'.repeat(250), '長'.repeat(300), ''];

void test('columns align, whatever the names are made of', () => {
  assert.equal(
    renderTable(documentOf(NAMES.slice(0, 4)), { color: false, exactBytes: false, width: 80 }),
    [
      'header',
      '',
      'Constructor   Count  Share    Delta',
      'Plain             1   0.0%  -1.0 kB',
      '日本語クラス     10  10.0%      0 B',
      '👨‍👩‍👧‍👦Family        100  20.0%  +1.0 kB',
      'e\u0301\u0302             1,000  30.0%  +2.0 kB',
      '',
      'note',
      '',
    ].join('\n'),
  );
});

void test('a table is never wider than the terminal, down to where its columns end', () => {
  for (let width = 30; width <= 300; width++) {
    const text = renderTable(documentOf(NAMES), { color: false, exactBytes: false, width });
    for (const line of text.split('\n')) assert.ok(stringWidth(line) <= width, `${width}: ${line}`);
    assert.match(text, /Delta/);
  }
});

function titles(width: number | undefined): string {
  return renderTable(documentOf(NAMES), { color: false, exactBytes: false, width }).split('\n')[2]!.replace(/ +/g, ' ');
}

void test('a narrow terminal takes columns of the highest rank first', () => {
  assert.equal(titles(undefined), 'Constructor Count Share Delta');
  assert.equal(titles(60), 'Constructor Count Share Delta');
  assert.equal(titles(50), 'Constructor Share Delta');
  assert.equal(titles(45), 'Constructor Delta');
});

void test('a name that is cut is cut between characters, and marked', () => {
  for (const [name, expected] of [
    ['x'.repeat(50), `${'x'.repeat(15)}…`],
    ['長'.repeat(50), `${'長'.repeat(7)}…`],
    ['👨‍👩‍👧‍👦'.repeat(50), `${'👨‍👩‍👧‍👦'.repeat(7)}…`],
    ['e\u0301'.repeat(50), `${'e\u0301'.repeat(15)}…`],
  ] as const) {
    const line = renderTable(documentOf([name]), { color: false, exactBytes: false, width: 20 }).split('\n')[3]!;
    assert.equal(line.split('  ')[0], expected);
  }
});

void test('growth is red, shrinkage green, and without the colours it is the same text', () => {
  const options = { exactBytes: false, width: 80 };
  const coloured = renderTable(documentOf(NAMES), { ...options, color: true });
  assert.ok(coloured.includes('\u001b[31m+1.0 kB\u001b[39m'));
  assert.ok(coloured.includes('\u001b[32m-1.0 kB\u001b[39m'));
  assert.ok(!/\u001b\[3[12]m *0 B/.test(coloured));
  const plain = renderTable(documentOf(NAMES), { ...options, color: false });
  assert.doesNotMatch(plain, /\u001b/);
  assert.equal(coloured.replace(ESCAPE, ''), plain);
});

void test('no rows', () => {
  assert.equal(
    renderTable(documentOf([]), { color: false, exactBytes: false, width: 80 }),
    'header\n\n(no rows)\n\nnote\n',
  );
});

void test('as many rows as there are: they are drawn in blocks, and align all the same', () => {
  const rows = Array.from({ length: 2500 }, (_, k) => [
    { type: 'name', text: k === 2100 ? 'a longer name' : 'name' } as const,
    { type: 'count', value: k === 1 ? 1_000_000 : k } as const,
  ]);
  const columns = [
    { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
    { key: 'count', title: 'Count', align: 'right', rank: 0 },
  ] as const;
  const text = renderTable(
    { header: [], tables: [{ columns, rows }], notes: [] },
    { color: false, exactBytes: false, width: undefined },
  );
  const lines = text.trimEnd().split('\n');
  assert.equal(lines.length, 2501);
  assert.deepEqual(new Set(lines.map((line) => line.length)), new Set([24]));
  assert.equal(lines[0], 'Constructor        Count');
  assert.equal(lines[2500], 'name               2,499');
});
