import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constructorName, isNamedType } from '../../dist/graph/constructor-name.js';

void test('classes by node type and name, as Chrome DevTools files them', () => {
  for (const [type, name, expected] of [
    ['object', 'Foo', 'Foo'],
    ['object', '', ''],
    ['native', 'system / JSArrayBufferData', 'system / JSArrayBufferData'],
    ['closure', 'anything', 'Function'],
    ['regexp', '/x/', 'RegExp'],
    ['code', 'x', '(compiled code)'],
    ['hidden', 'system / Map', '(system)'],
    ['string', 'x', '(string)'],
    ['concatenated string', 'x', '(concatenated string)'],
    ['object shape', 'x', '(object shape)'],
    ['jl_task_t', 'x', '(jl_task_t)'],
    ['native', '<div>', '<div>'],
    ['native', '<div id="a">', '<div>'],
    ['native', 'Detached <div id="a">', 'Detached <div>'],
    ['native', 'Detached <div>', 'Detached <div>'],
    ['native', 'Detached HTMLDivElement', 'Detached HTMLDivElement'],
    ['object', '<img onerror=x>', '<img>'],
    ['object', '< b', '<>'],
    ['object', 'a <b c>', 'a <b c>'],
  ] as const)
    assert.equal(constructorName(type, name), expected, `${type} ${name}`);
});

void test('only objects and natives are told apart by name', () => {
  assert.deepEqual(['object', 'native', 'closure', 'string', 'hidden', 'jl_task_t'].map(isNamedType), [
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
