import assert from 'node:assert/strict';
import { test } from 'node:test';
import stringWidth from 'string-width';
import { cut, cutStart } from '../../dist/report/renderers/cut.js';

void test('a text is cut at either end, marked, and never inside a character', () => {
  assert.equal(cut('/srv/app/server.js', 9), '/srv/app…');
  assert.equal(cutStart('/srv/app/server.js', 9), '…erver.js');
  for (const text of ['short', 'a👨‍👩‍👧‍👦b👨‍👩‍👧‍👦c', '宽字符宽字符', 'e\u0301'.repeat(9)])
    for (let width = 1; width < 20; width++)
      for (const shorten of [cut, cutStart]) {
        const result = shorten(text, width);
        assert.ok(stringWidth(result) <= width, `${result} in ${width}`);
        if (stringWidth(text) <= width) assert.equal(result, text);
        else assert.ok(text.includes(result.replace('…', '')), result);
      }
});
