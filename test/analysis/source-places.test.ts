import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SourcePlaces } from '../../dist/analysis/source-places.js';
import { drawHeap } from '../helpers/draw-heap.js';

const PATH = '/srv/app/server.js';

/** A function in line 3 of a script of which the snapshot keeps `text`. */
function placesOf(text: string, read: (script: string) => string | null): { places: SourcePlaces; node: number } {
  const { graph, indexOf } = drawHeap(`
    Root -> handler[closure]<7,2,0>
    handler -internal:shared-> Shared:"system / SharedFunctionInfo"[code] -internal:script-> Script:"system / Script"[code]
    Script -internal:name-> Name:"${PATH}"[string]
    Script -internal:source-> Source:"TEXT"[string]
  `);
  const { strings } = graph.columns;
  const get = strings.get.bind(strings);
  strings.get = (index) => (get(index) === 'TEXT' ? text : get(index));
  const node = indexOf('handler');
  return { places: new SourcePlaces(graph, { readScript: read }), node };
}

/** The line in which a variable is told to stand, from 1. */
function lineOf(name: string, text: string, rest: string | null, kind: 'variable' | 'property' = 'variable'): number {
  const { places, node } = placesOf(text.slice(0, 1024), (script) => {
    assert.equal(script, PATH);
    return rest === null ? null : text + rest;
  });
  return places.ofName(node, name, kind)!.line + 1;
}

const LONG = `// ${'x'.repeat(1100)}\n`;

void test('a declaration beyond what the snapshot keeps of a script', () => {
  assert.equal(lineOf('cache', `${LONG}\n\n\nconst cache = new Map();\n`, ''), 5);
  // Of another file under the same name nothing is told: the function's own place has to do.
  const { places, node } = placesOf(LONG.slice(0, 1024), () => '\n\n\n\n\nconst cache = new Map();');
  assert.equal(places.ofName(node, 'cache', 'variable')!.line + 1, 3);
  assert.equal(lineOf('cache', `${LONG}\n\n\n\nconst cache = new Map();\n`, null), 3);
});

void test('a short script is not looked for: the snapshot has it all', () => {
  const { places, node } = placesOf('\nconst cache = new Map();', () => assert.fail('it was read'));
  assert.equal(places.ofName(node, 'cache', 'variable')!.line + 1, 2);
});

void test('a minified script of megabytes in one line', () => {
  const text = 'e=1;x.e=2,'.repeat(200_000);
  const { places, node } = placesOf(text.slice(0, 1024), () => text);
  assert.equal(places.ofName(node, 'e', 'variable')!.line, 0);
  const blank = `${' \n'.repeat(600)}${'\n'.repeat(1_000_000)}`;
  const empty = placesOf(blank.slice(0, 1024), () => blank);
  assert.equal(empty.places.ofName(empty.node, 'cache', 'property')!.line, 2);
});

void test('names are looked for as what they are', () => {
  const text = [
    '// cache: what was asked for lately',
    'class Store {',
    '  cache = new Map();',
    '  #hidden = 1;',
    '  [kState] = {};',
    '}',
    'const { other, cache } = options;',
    'function read(cache = 3) { return (this.late ??= cache); }',
  ].join('\n');
  assert.equal(lineOf('cache', text, null), 7);
  assert.equal(lineOf('cache', text, null, 'property'), 3);
  assert.equal(lineOf('#hidden', text, null, 'property'), 4);
  assert.equal(lineOf('<symbol state>', text, null, 'property'), 5);
  assert.equal(lineOf('late', text, null, 'property'), 8);
});

void test('a declaration at the very start of a script has a place there, the script as a whole has none', () => {
  const { places, node } = placesOf('const cache = new Map();', () => null);
  const { line, column, isWhole } = places.ofName(node, 'cache', 'variable')!;
  assert.deepEqual({ line, column, isWhole }, { line: 0, column: 0, isWhole: undefined });
  assert.equal(places.ofScript(PATH, 'gone').isWhole, true);
  assert.equal(places.ofScript(PATH, 'cache').isWhole, undefined);
  assert.equal(places.ofName(node, 'gone', 'variable')!.isWhole, undefined);
});
