import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import type { ReportDocument, TreeLine } from '../../dist/report/document.js';
import { renderMarkdown } from '../../dist/report/renderers/markdown.js';
import { renderTable } from '../../dist/report/renderers/table.js';
import { unindent } from '../helpers/draw-heap.js';

function line(size: number, text: string, ...children: TreeLine[]): TreeLine {
  return {
    cells: [
      { type: 'bytes', value: size },
      { type: 'share', value: size / 1000 },
    ],
    text: [
      { text: '.edge: ', style: 'faint' },
      { text, style: 'plain' },
    ],
    children,
  };
}

function documentOf(...roots: TreeLine[]): ReportDocument {
  return {
    header: [],
    tree: {
      columns: [
        { key: 'size', title: 'Retained', align: 'right', rank: 0 },
        { key: null, title: 'Share', align: 'right', rank: 1 },
      ],
      title: 'Tree',
      roots,
    },
    tables: [],
    notes: [],
  };
}

const TREE = documentOf(
  line(1000, 'a', line(500, 'b', line(400, 'c'), line(50, 'd')), line(300, 'e', line(200, 'f'))),
  line(7, 'g'),
);
const OPTIONS = { color: false, exactBytes: false, width: undefined };

void test('guides lead from each line to those below it', () => {
  assert.equal(
    renderTable(TREE, OPTIONS).trimEnd(),
    unindent(`
      Retained   Share  Tree
        1.0 kB  100.0%  .edge: a
         500 B   50.0%  ├─ .edge: b
         400 B   40.0%  │  ├─ .edge: c
          50 B    5.0%  │  └─ .edge: d
         300 B   30.0%  └─ .edge: e
         200 B   20.0%     └─ .edge: f
           7 B    0.7%  .edge: g
    `),
  );
});

void test('Markdown has a nested list, in which no name is markup', () => {
  assert.equal(
    renderMarkdown(documentOf(line(1000, 'a', line(500, '<b>*\n', line(400, 'c')), line(300, 'e'))), OPTIONS),
    unindent(`
      - 1.0 kB, 100.0%: .edge: a
        - 500 B, 50.0%: .edge: &lt;b&gt;\\*\\\\n
          - 400 B, 40.0%: .edge: c
        - 300 B, 30.0%: .edge: e
    `) + '\n',
  );
});

void test('no line is wider than the terminal, whatever the names', () => {
  const names = ['x'.repeat(300), '宽'.repeat(80), '👨‍👩‍👧‍👦'.repeat(40), 'a\u001b[31mred\u202eb\n'];
  const tree = documentOf(line(5e9, names[0]!, ...names.map((name) => line(1, name, line(1, name)))));
  for (const width of [40, 60, 80, 100, 200]) {
    const text = renderTable(tree, { ...OPTIONS, width });
    for (const drawn of text.split('\n')) assert.ok(stringWidth(drawn) <= width, drawn);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
  const widest = renderTable(tree, { ...OPTIONS, width: 100 }).split('\n');
  assert.equal(Math.max(...widest.map((drawn) => stringWidth(drawn))), 100, 'the width is used');
});

void test('colours are faint only, and none of the file’s making', () => {
  const text = renderTable(documentOf(line(1, 'a', line(1, '\u001b[31m'))), { ...OPTIONS, color: true });
  assert.deepEqual(new Set(text.match(/\u001b\[\d+m/g)), new Set(['\u001b[2m', '\u001b[22m']));
});

void test('a line that goes on is marked, wherever its parts end', () => {
  for (let width = 30; width < 60; width++) {
    const parts = ['aaa', 'bbb', 'ccc', 'ddd', 'eee', 'fff', 'ggg'].map((text) => ({ text, style: 'plain' as const }));
    const text = renderTable(documentOf({ ...line(1, ''), text: parts }), { ...OPTIONS, width }).trimEnd();
    const drawn = text.split('\n').at(-1)!;
    assert.ok(stringWidth(drawn) <= width);
    assert.equal(drawn.endsWith('…'), !drawn.endsWith('ggg'), drawn);
  }
});

void test('more children than a call takes arguments', () => {
  const many = 130_000;
  const children = Array.from({ length: many }, (_, k) => line(1, `c${k}`));
  const document = documentOf({ ...line(many, 'a'), children });
  for (const text of [renderTable(document, OPTIONS), renderMarkdown(document, OPTIONS)]) {
    const lines = text.trimEnd().split('\n');
    assert.ok(lines.at(-1)!.endsWith(`c${many - 1}`));
    assert.ok(lines.length > many);
  }
});
