import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CheckedStrings } from '../../dist/snapshot/checked-strings.js';
import { StringSection } from '../../dist/snapshot/string-section.js';

function check(pieces: readonly string[]): { bad: number; firstBad: number; records: number } {
  const strings = new CheckedStrings(new StringSection(new Uint32Array(0), () => {}));
  let offset = 100;
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    if (strings.push(bytes, 0, offset) >= 0) break;
    offset += bytes.length;
  }
  return { bad: strings.bad, firstBad: strings.firstBad, records: strings.records };
}

void test('what JSON.parse takes is good, what it refuses is told, cut anywhere', () => {
  for (const [text, firstBad] of [
    ['"plain","",\n"\\"\\\\\\/\\b\\f\\n\\r\\t","\\u00e9\\uD83D"]', null],
    ['"a","b\\x"]', 107],
    ['"a\tb"]', 102],
    ['"\\u12g4"]', 105],
    ['"\\u12"]', 105],
    ['"\\u123","x"]', 106],
    ['"\\u12\\n"]', 105],
    ['"a","b\\u00"]', 110],
  ] as const) {
    const isJson = ((): boolean => {
      try {
        JSON.parse(`[${text}`);
        return true;
      } catch {
        return false;
      }
    })();
    assert.equal(isJson, firstBad === null, text);
    for (let at = 0; at <= text.length; at++) {
      const { bad, firstBad: found } = check([text.slice(0, at), text.slice(at)]);
      assert.deepEqual([bad > 0, found], [firstBad !== null, firstBad ?? 0], `${text} at ${at}`);
    }
  }
});
