import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgeText, nodeText } from '../../dist/report/node-text.js';
import { edgeLabel } from '../../dist/report/path-text.js';
import { sourceText } from '../../dist/report/source-text.js';

function named(type: string, name: string, value: string | null = null, constructor = `(${type})`): string {
  return nodeText({ type, constructor, name, value });
}

void test('nodes are called what people call them', () => {
  assert.equal(named('string', 'x', 'a "b"\n'), '"a \\"b\\"\\n"');
  assert.equal(named('string', 'x', 'y'.repeat(60)), `"${'y'.repeat(49)}…"`);
  assert.equal(named('concatenated string', '(concatenated string)'), '(concatenated string)');
  assert.equal(named('object', 'Object', null, '{a, b}'), '{a, b}');
  assert.equal(named('object', 'n', null, 'N'.repeat(100)).length, 60);
  assert.equal(named('closure', ''), '(anonymous)()');
  assert.equal(named('closure', 'run'), 'run()');
  assert.equal(named('regexp', '^a$'), '/^a$/');
  assert.equal(named('regexp', '/^a$/g'), '/^a$/g');
  assert.equal(named('code', 'run'), 'run (compiled code)');
  assert.equal(named('code', ''), '(compiled code)');
  assert.equal(named('code', 'system / ScopeInfo'), 'system / ScopeInfo');
  assert.equal(named('synthetic', ''), '(root)');
  assert.equal(named('synthetic', '(GC roots)'), '(GC roots)');
  assert.equal(named('array', ''), '(array)');
  assert.equal(named('hidden', 'system / Map'), 'system / Map');
  assert.equal(named('number', 'heap number', '0.5'), '0.5');
  assert.equal(named('symbol', 'symbol', 'kState'), 'Symbol(kState)');
  assert.equal(named('native', 'Detached <div>'), 'Detached <div>');
  assert.equal(named('native', 'Detached <div>', null, 'Detached <div>'), 'Detached <div>');
  assert.equal(named('native', '<li class="mail">', null, 'Detached <li>'), 'Detached <li class="mail">');
  assert.equal(named('native', '<li class="mail">', null, '<li>'), '<li class="mail">');
});

void test('a cut text never ends in half a character', () => {
  const text = named('native', `${'x'.repeat(58)}\u{1f600}\u{1f600}`);
  assert.equal(text, `${'x'.repeat(58)}…`);
});

void test('edges are written as in a source', () => {
  for (const [type, name, text] of [
    ['property', 'entries', '.entries'],
    ['property', '$été_1', '.$été_1'],
    ['property', '#secret', '.#secret'],
    ['property', 'content-type', '["content-type"]'],
    ['property', '', '[""]'],
    ['property', `n${'a'.repeat(70)}`, `.n${'a'.repeat(58)}…`],
    ['property', `${'-'.repeat(58)}\u{1f600}\u{1f600}`, `["${'-'.repeat(58)}…"]`],
    ['property', '<symbol app.state>', '[Symbol(app.state)]'],
    ['property', '<symbol>', '[Symbol()]'],
    ['element', 3, '[3]'],
    ['context', 'cache', 'variable cache'],
    ['internal', 'table', '(table)'],
    ['internal', '', ''],
    ['hidden', 7, '(7)'],
    ['shortcut', 'x', '(x)'],
    ['weak', 'x', '(weak x)'],
    ['jl_field', 'x', '(x)'],
  ] as const)
    assert.equal(edgeText({ type, name }), text);
  assert.equal(edgeText({ type: 'internal', name: 'long', isWeakMapValue: true }), '(value in a WeakMap)');
});

void test('a path writes them alike', () => {
  for (const [edge, text] of [
    ['entries', '.entries'],
    ['37', '[37]'],
    ['a key', '["a key"]'],
    ['<symbol tag>', '[Symbol(tag)]'],
    [`${'-'.repeat(58)}\u{1f600}\u{1f600}`, `["${'-'.repeat(58)}…"]`],
  ] as const)
    assert.equal(edgeLabel(edge), text);
});

void test('places count from 1, and a module is its file', () => {
  const place = { scriptId: 7, line: 13, column: 6 };
  for (const [script, text] of [
    ['file:///srv/app.mjs', '/srv/app.mjs:14:7'],
    ['file:///C:/app.mjs', 'C:/app.mjs:14:7'],
    ['node:fs', 'node:fs:14:7'],
    ['https://a.example/x.js', 'https://a.example/x.js:14:7'],
    [null, 'script 7:14:7'],
  ] as const)
    assert.equal(sourceText({ ...place, script }), text);
  assert.equal(sourceText(null), '');
});
