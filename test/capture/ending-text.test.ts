import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEnding } from '../../dist/capture/ending-text.js';

void test('why a program ended', () => {
  const heap = [
    '<--- JS stacktrace --->',
    'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory',
  ];
  const port = [
    'Error: listen EADDRINUSE: address already in use :::3000',
    '    at Server.listen',
    "  code: 'EADDRINUSE',",
  ];
  const cases: [Parameters<typeof describeEnding>, string, RegExp][] = [
    [[{ code: null, signal: 'SIGABRT' }, heap, '64.0 MB'], 'heap-limit', /^reached the limit of 64\.0 MB .* SIGABRT/],
    [
      [{ code: 134, signal: null }, heap, null],
      'heap-limit',
      /^reached the limit of its JavaScript heap and ended with exit code 134/,
    ],
    [[{ code: null, signal: 'SIGKILL' }, [], null], 'killed', /^was killed \(SIGKILL, exit code 137/],
    [[{ code: 137, signal: null }, ['killed'], null], 'killed', /137/],
    [[{ code: 1, signal: null }, port, null], 'port-in-use', /port 3000 is in use/],
    [[{ code: 0, signal: null }, [], null], 'other', /^ended with exit code 0$/],
    [[{ code: null, signal: 'SIGSEGV' }, [], null], 'other', /^was ended by SIGSEGV$/],
    // An abort alone is no lack of memory.
    [[{ code: null, signal: 'SIGABRT' }, ['Assertion failed'], null], 'other', /^was ended by SIGABRT$/],
  ];
  for (const [given, cause, text] of cases) {
    const death = describeEnding(...given);
    assert.equal(death.cause, cause);
    assert.match(death.text, text);
  }
});
