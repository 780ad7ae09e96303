import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderMarkdown } from '../../dist/report/renderers/markdown.js';
import { renderCsv, renderTsv } from '../../dist/report/renderers/separated.js';
import type { ReportDocument } from '../../dist/report/document.js';

function documentOf(text: string): ReportDocument {
  return {
    header: ['a|b: <x>'],
    tables: [
      {
        columns: [
          { key: 'constructor', title: 'Constructor', align: 'left', rank: 0 },
          { key: null, title: 'Share', align: 'right', rank: 1 },
          { key: 'deltaSelfSize', title: 'Delta', align: 'right', rank: 0 },
        ],
        rows: [
          [
            { type: 'name', text },
            { type: 'share', value: 0.5 },
            { type: 'bytesChange', value: -1234.5 },
          ],
        ],
      },
    ],
    notes: ['*note*'],
  };
}

void test('CSV and TSV: exact numbers, quotes where they are needed, no formulas, one line a row', () => {
  for (const [name, csv, tsv] of [
    ['plain', 'plain', 'plain'],
    ['', '', ''],
    ['a,b', '"a,b"', 'a,b'],
    ['say "hi"', '"say ""hi"""', 'say "hi"'],
    ['tab\there', 'tab\\there', 'tab\\there'],
    ['new\r\nline', 'new\\r\\nline', 'new\\r\\nline'],
    ['=cmd()', "'=cmd()", "'=cmd()"],
    ['+1', "'+1", "'+1"],
    ['-1,2', `"'-1,2"`, "'-1,2"],
    ['@x', "'@x", "'@x"],
    ['a=b', 'a=b', 'a=b'],
    ['日本', '日本', '日本'],
  ] as const) {
    assert.equal(renderCsv(documentOf(name)), `constructor,deltaSelfSize\n${csv},-1234.5\n`);
    assert.equal(renderTsv(documentOf(name)), `constructor\tdeltaSelfSize\n${tsv}\t-1234.5\n`);
  }
});

void test('Markdown: a name is text, whatever it looks like', () => {
  const options = { color: false, exactBytes: true, width: undefined };
  for (const [name, expected] of [
    ['plain', 'plain'],
    ['', '(no name)'],
    ['a|b', 'a\\|b'],
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert(1)&gt;'],
    ['`code` *b* _i_ ~s~', '\\`code\\` \\*b\\* \\_i\\_ \\~s\\~'],
    ['[x](http://e.example)', '\\[x\\](http:\\/\\/e.example)'],
    ['![x](y)', '\\!\\[x\\](y)'],
    ['&lt;', '&amp;lt;'],
    ['a\nb', 'a\\\\nb'],
    ['@someone #1', '\\@&#8203;someone \\#&#8203;1'],
    ['\\|', '\\\\\\|'],
  ] as const)
    assert.equal(
      renderMarkdown(documentOf(name), options),
      `a\\|b: &lt;x&gt;\n\n| Constructor | Share | Delta |\n| --- | ---: | ---: |\n| ${expected} | 50.0% | -1,234.5 B |\n\n\\*note\\*\n`,
    );
});
